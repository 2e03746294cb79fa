package io.millrace.dsl.plan;

import java.util.Comparator;

/** One task: a sub-topology on the partitions of one number. */
public record TaskId(int subTopology, int partition) implements Comparable<TaskId> {
    private static final Comparator<TaskId> ORDER =
            Comparator.comparingInt(TaskId::subTopology).thenComparingInt(TaskId::partition);

    @Override
    public int compareTo(TaskId that) {
        return ORDER.compare(this, that);
    }

    @Override
    public String toString() {
        return subTopology + "_" + partition;
    }
}
