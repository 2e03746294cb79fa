package io.millrace.proof.pipelines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the steps of a reference keep, and what they said. What a record does is done once it is through. Values are never changed in place. */
final class ReferenceState {
    /** What one step keeps under one name for one partition. */
    record Slot(int node, int partition, String name) {}

    /** What a step handed on. */
    record Said(int node, int partition, Change change) {}

    private final Map<Slot, Object> kept = new HashMap<>();
    private final Map<Slot, Object> staged = new HashMap<>();
    private final Map<Integer, Map<Integer, List<Change>>> said = new HashMap<>();
    private final List<Said> stagedSaid = new ArrayList<>();

    @SuppressWarnings("unchecked") // a slot holds what the same step put there
    <T> T get(Node node, int partition, String name, T none) {
        Slot slot = new Slot(node.id(), partition, name);
        Object found = staged.containsKey(slot) ? staged.get(slot) : kept.get(slot);
        return found == null ? none : (T) found;
    }

    void put(Node node, int partition, String name, Object value) {
        staged.put(new Slot(node.id(), partition, name), value);
    }

    void say(Node node, int partition, Change change) {
        stagedSaid.add(new Said(node.id(), partition, change));
    }

    /** What goes into a topic that a step reads again, or chooses. */
    void write(Node node, int partition, Change change) {
        stagedSaid.add(new Said(~node.id(), partition, change));
    }

    void commit() {
        kept.putAll(staged);
        for (Said one : stagedSaid) {
            said.computeIfAbsent(one.node(), node -> new TreeMap<>())
                    .computeIfAbsent(one.partition(), partition -> new ArrayList<>())
                    .add(one.change());
        }
        staged.clear();
        stagedSaid.clear();
    }

    /** What the tasks of a step handed on, by partition, in order. */
    Map<Integer, List<Change>> said(Node node) {
        return said.getOrDefault(node.id(), Map.of());
    }

    /** What the tasks of a step wrote with {@link #write}. */
    Map<Integer, List<Change>> written(Node node) {
        return said.getOrDefault(~node.id(), Map.of());
    }
}
