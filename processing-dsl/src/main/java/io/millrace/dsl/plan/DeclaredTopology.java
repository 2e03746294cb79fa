package io.millrace.dsl.plan;

import io.millrace.dsl.Evolution;
import io.millrace.dsl.Kept;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.TopologyChange;
import io.millrace.serde.PropertyLines;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A program without its functions, and what it says of its versions before: all that decides whether it goes on with what they left. As text, {@link
 * Pipeline#manifest}: that of a {@link TopologyManifest} with a line {@code renamed.<kind>.<name>=<former name>} for each former name, {@code drop.<name>=} and {@code
 * keep.<name>=} for what is allowed.
 *
 * @param manifest that does not know where things are stored
 */
public record DeclaredTopology(TopologyManifest manifest, Evolution evolution) {
    private static final String RENAMED = "renamed.";
    private static final String DROP = "drop.";
    private static final String KEEP = "keep.";

    public static DeclaredTopology of(Pipeline pipeline) {
        return new DeclaredTopology(TopologyManifest.of(Planner.plan(pipeline)), pipeline.evolution());
    }

    public String toText() {
        SortedMap<String, String> properties = PropertyLines.parse(manifest.toText());
        evolution.renamed().forEach((kept, former) -> properties.put(RENAMED + StorageNames.text(kept), former));
        for (TopologyChange change : evolution.allowed()) {
            properties.put((change instanceof TopologyChange.Drop ? DROP : KEEP) + change.name(), "");
        }
        return PropertyLines.toText(properties);
    }

    /** @throws IllegalArgumentException if it is none, or one of a later Millrace */
    public static DeclaredTopology parse(String text) {
        SortedMap<Kept, String> renamed = new TreeMap<>();
        List<TopologyChange> allowed = new ArrayList<>();
        PropertyLines.parse(text).forEach((name, value) -> {
            StorageNames.kept(RENAMED, name).ifPresent(kept -> renamed.put(kept, value));
            if (name.startsWith(DROP)) {
                allowed.add(TopologyChange.drop(name.substring(DROP.length())));
            } else if (name.startsWith(KEEP)) {
                allowed.add(TopologyChange.keep(name.substring(KEEP.length())));
            }
        });
        return new DeclaredTopology(TopologyManifest.parse(text), new Evolution(renamed, allowed));
    }
}
