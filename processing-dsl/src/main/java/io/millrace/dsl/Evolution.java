package io.millrace.dsl;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a program says of the versions of itself before: names that were others, and what may be lost. Immutable.
 *
 * @param renamed what each was called before
 * @param allowed without which it would be refused
 */
public record Evolution(SortedMap<Kept, String> renamed, List<TopologyChange> allowed) {
    /** Of a program that says nothing. */
    public static final Evolution NONE = new Evolution(new TreeMap<>(), List.of());

    public Evolution {
        renamed = new TreeMap<>(renamed);
        allowed = List.copyOf(allowed);
        SortedMap<Kept, Kept> byFormer = new TreeMap<>();
        for (Map.Entry<Kept, String> rename : renamed.entrySet()) {
            Kept now = rename.getKey();
            if (now.name().equals(rename.getValue())) {
                throw new PipelineException("What is called '" + now.name() + "' says renamedFrom(\"" + now.name()
                        + "\"), its own name: name what it was called before, or take it out");
            }
            Kept other = byFormer.put(new Kept(now.kind(), rename.getValue()), now);
            if (other != null) {
                throw new PipelineException("Both " + other + " and " + now + " say renamedFrom(\"" + rename.getValue()
                        + "\"): only one of them can go on with what that kept");
            }
        }
        for (Kept kept : renamed.keySet()) {
            checkEnds(kept, renamed);
        }
    }

    /** Whether names that go round have been exchanged already, nobody could tell at the next start. */
    private static void checkEnds(Kept kept, SortedMap<Kept, String> renamed) {
        Kept former = kept;
        for (String name = renamed.get(kept); name != null; name = renamed.get(former)) {
            former = new Kept(kept.kind(), name);
            if (former.equals(kept)) {
                throw new PipelineException(
                        "The " + kept + " and others exchange their names by renamedFrom, of which a second start"
                                + " could not tell that it is done: give one of them a name that is new, and exchange them in two versions");
            }
        }
    }
}
