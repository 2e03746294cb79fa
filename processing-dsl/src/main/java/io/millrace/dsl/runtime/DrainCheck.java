package io.millrace.dsl.runtime;

import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Whether everything is done, over all steps of a pipeline. Records are under way in three places: in a source that is not finished, in an
 * open transaction of a loop, and in an input behind what its loop has settled. The statuses are read, then the ends of the inputs, then the
 * statuses again: the same objects mean that no loop began a transaction in between, so that nothing moved from one place to another unseen.
 * Of partitions that other instances have, the log says what is committed. The instance's own global tables are at the ends of their topics.
 */
final class DrainCheck {
    private final ApplicationCore core;
    private final List<TaskLoop> loops;
    private final List<IngestLoop<?>> ingests;
    private final Supplier<GlobalStatus> globals;

    DrainCheck(
            ApplicationCore core, List<TaskLoop> loops, List<IngestLoop<?>> ingests, Supplier<GlobalStatus> globals) {
        this.core = core;
        this.globals = globals;
        this.loops = loops;
        this.ingests = ingests;
    }

    boolean isDrained() {
        if (!ingests.stream().allMatch(IngestLoop::isDone)) {
            return false;
        }
        List<LoopStatus> before = loops.stream().map(TaskLoop::status).toList();
        Map<TopicPartition, Long> settled = new HashMap<>();
        for (LoopStatus status : before) {
            if (status.busy()) {
                return false;
            }
            settled.putAll(status.settled());
        }
        // The tables last: what the tasks did until then may be in them, and nothing comes of what is.
        return reachesEnds(settled) && isUnchanged(before) && areTablesAtTheirEnds();
    }

    private boolean areTablesAtTheirEnds() {
        if (!core.globalTables().isLoaded()) {
            return false;
        }
        Map<TopicPartition, Long> positions = globals.get().positions();
        LogAdmin admin = core.log().admin();
        for (GlobalTables.Rows rows : core.globalTables().all().values()) {
            for (int number = 0; number < rows.partitions(); number++) {
                TopicPartition source = new TopicPartition(rows.step().topic().name(), number);
                if (positions.getOrDefault(source, 0L) < admin.endOffset(source, Isolation.READ_COMMITTED)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean reachesEnds(Map<TopicPartition, Long> settled) {
        LogAdmin admin = core.log().admin();
        OtherInstances others = null;
        for (TopicPartition input : inputs()) {
            Long position = settled.get(input);
            if (position == null) {
                if (others == null) {
                    // Asked once, before any end is: what all had committed at that moment is compared with later ends.
                    others = OtherInstances.of(core, loops);
                }
                if (!others.haveDone(input)) {
                    return false;
                }
            } else if (position < admin.endOffset(input, Isolation.READ_COMMITTED)) {
                return false;
            }
        }
        return true;
    }

    private List<TopicPartition> inputs() {
        List<TopicPartition> inputs = new ArrayList<>();
        for (String topic : core.topology().inputTopics()) {
            add(topic, core.partitionCounts().getOrDefault(topic, 0), inputs);
        }
        core.matchedTopics().partitionCounts().forEach((topic, partitions) -> add(topic, partitions, inputs));
        return inputs;
    }

    private static void add(String topic, int partitions, List<TopicPartition> to) {
        for (int partition = 0; partition < partitions; partition++) {
            to.add(new TopicPartition(topic, partition));
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same object is the point
    private boolean isUnchanged(List<LoopStatus> before) {
        for (int i = 0; i < before.size(); i++) {
            if (loops.get(i).status() != before.get(i)) {
                return false;
            }
        }
        return true;
    }
}
