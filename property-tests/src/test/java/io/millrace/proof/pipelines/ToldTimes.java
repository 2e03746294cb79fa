package io.millrace.proof.pipelines;

import io.millrace.log.TopicPartition;
import io.millrace.proof.pipelines.Recorder.Event;
import io.millrace.proof.pipelines.TopicHistory.Told;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How far event time has come in the tasks that read a topic between two steps, by what they took: of a source the greatest timestamp, of such a topic the least that its
 * writers told, and of all inputs the least. Nothing is idle.
 */
final class ToldTimes {
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** An input of a task. */
    private record Input(int head, int partition) {}

    private final PipelinePlan plan;
    private final int[] tasks;
    private final int partitions;
    private final Map<Input, Long> reached = new HashMap<>();

    ToldTimes(PipelinePlan plan, int partitions) {
        this.plan = plan;
        this.tasks = plan.tasks();
        this.partitions = partitions;
    }

    /** Takes records of sources, and of topics that have the time of their records. */
    void took(List<Event> events) {
        for (Event event : events) {
            if (!event.isFailed() && !plan.isTold(plan.node(event.place().head()))) {
                reached.merge(new Input(event.place().head(), event.place().partition()), event.timestamp(), Math::max);
            }
        }
    }

    /**
     * Takes what was told.
     *
     * @param histories of topics, as far as they were read
     * @param committed up to where each was taken
     */
    void heard(Function<Node, TopicHistory> histories, Map<TopicPartition, Long> committed) {
        for (Node head : plan.heads()) {
            if (plan.isTold(head)) {
                for (int partition = 0; partition < partitions; partition++) {
                    reached.put(
                            new Input(head.id(), partition),
                            least(head, partition, histories.apply(head).told(), committed));
                }
            }
        }
    }

    private long least(Node head, int partition, List<Told> told, Map<TopicPartition, Long> committed) {
        String topic = PlannedPipeline.input(head).name();
        long end = committed.getOrDefault(new TopicPartition(topic, partition), 0L);
        long least = Long.MAX_VALUE;
        for (int writer = 0; writer < partitions; writer++) {
            int number = writer;
            long greatest = told.stream()
                    .filter(one -> one.partition() == partition && one.offset() < end && one.writer() == number)
                    .mapToLong(Told::watermark)
                    .max()
                    .orElse(UNKNOWN);
            least = Math.min(least, greatest);
        }
        return least;
    }

    /** Lets so much time pass in the reference. */
    void pass(Reference reference) {
        for (Node head : plan.heads()) {
            if (plan.isTold(head)) {
                for (int partition = 0; partition < partitions; partition++) {
                    reference.passTo(head, partition, timeOf(head, partition));
                }
            }
        }
    }

    private long timeOf(Node head, int partition) {
        return plan.heads().stream()
                .filter(other -> tasks[other.id()] == tasks[head.id()])
                .mapToLong(other -> reached.getOrDefault(new Input(other.id(), partition), UNKNOWN))
                .min()
                .orElse(UNKNOWN);
    }
}
