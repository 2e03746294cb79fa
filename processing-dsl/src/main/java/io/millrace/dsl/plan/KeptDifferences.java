package io.millrace.dsl.plan;

import io.millrace.dsl.Kept;
import io.millrace.dsl.plan.TopologyManifest.StepEntry;
import io.millrace.state.StoreManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What of something that one topology keeps is otherwise in another one, a clause each. Pure.
 *
 * @param after in its places: with the names that topics have in the log
 */
record KeptDifferences(TopologyManifest before, TopologyManifest after) {
    /** Those for which what was written could not be read. */
    List<String> ofBytes(Kept origin, Kept now) {
        return switch (now.kind()) {
            case STORE -> manifest(before, origin).differences(manifest(after, now));
            case REPARTITION ->
                ofTypes(
                        before.repartitions().getOrDefault(origin.name(), ""),
                        after.repartitions().getOrDefault(now.name(), ""));
            case SOURCE -> List.of();
        };
    }

    /** Those for which what was written could be read, and need not be what it is taken for. */
    List<String> ofMeaning(Kept origin, Kept now) {
        if (now.kind() != Kept.Kind.STORE || after.isGlobal(now)) {
            return List.of(); // of a global table, the topic is part of what its bytes are
        }
        StepEntry old = before.stepOf(origin.name());
        StepEntry step = after.stepOf(now.name());
        List<String> differences = new ArrayList<>();
        if (!old.role().equals(step.role())) {
            differences.add("it was that of '" + old.label() + "' and is that of '" + step.label() + "'");
        }
        List<String> oldFeeds = before.feeds(old);
        List<String> feeds = after.feeds(step);
        if (!oldFeeds.equals(feeds)) {
            differences.add("it was fed by " + oldFeeds + " and is fed by " + feeds);
        }
        return differences;
    }

    /** What an older Millrace wrote does not say it. */
    private static List<String> ofTypes(String before, String after) {
        return before.isEmpty() || before.equals(after)
                ? List.of()
                : List.of("its records were " + before + " and are " + after);
    }

    private static StoreManifest manifest(TopologyManifest topology, Kept store) {
        return StoreManifest.parse(topology.stepOf(store.name()).stores().getOrDefault(store.name(), ""));
    }
}
