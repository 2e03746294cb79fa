package io.millrace.dsl.plan;

import io.millrace.dsl.Kept;
import io.millrace.dsl.TopologyChange;
import java.util.ArrayList;
import java.util.List;

/** The code that would allow what is refused, each with when it is right. Pure. */
final class Remedies {
    private Remedies() {}

    /** @param heirs what is new and could be what is gone, under another name */
    static List<String> ofLoss(Kept gone, List<Kept> heirs, TopologyManifest before, TopologyManifest after) {
        List<String> remedies = new ArrayList<>();
        for (Kept heir : heirs) {
            remedies.add("if it is called '" + heir.name() + "' now: " + renaming(gone, heir, before, after));
        }
        remedies.add("if it is to be deleted: " + allowing(TopologyChange.drop(gone.name())));
        return remedies;
    }

    /** @param isReadable whether only the meaning is another one */
    static List<String> ofChange(Kept now, boolean isReadable) {
        List<String> remedies = new ArrayList<>();
        if (isReadable) {
            remedies.add("if it can go on as it is: " + allowing(TopologyChange.keep(now.name())));
        }
        remedies.add("if it is to be deleted and begin anew: " + allowing(TopologyChange.drop(now.name())));
        return remedies;
    }

    private static String allowing(TopologyChange change) {
        return "builder.allow(TopologyChange." + change + ")";
    }

    private static String renaming(Kept gone, Kept heir, TopologyManifest before, TopologyManifest after) {
        return switch (heir.kind()) {
            case SOURCE -> "builder.sourceRenamedFrom(\"" + heir.name() + "\", \"" + gone.name() + "\")";
            case REPARTITION ->
                after.stepName(heir).isPresent() && before.stepName(gone).isPresent()
                        ? ofStep(
                                before.stepName(gone).get(),
                                after.stepName(heir).get())
                        : "say .renamedFrom(\"" + gone.name() + "\") behind repartition(\"" + heir.name()
                                + "\") or groupBy(\"" + heir.name() + "\", ...)";
            case STORE ->
                after.stepName(heir).isPresent()
                        ? ofStep(
                                before.stepName(gone).orElse(gone.name()),
                                after.stepName(heir).get())
                        : "builder.storeRenamedFrom(" + heir.name() + ", \"" + gone.name() + "\")";
        };
    }

    private static String ofStep(String former, String name) {
        return "say .renamedFrom(\"" + former + "\") right behind the step '" + name + "'";
    }
}
