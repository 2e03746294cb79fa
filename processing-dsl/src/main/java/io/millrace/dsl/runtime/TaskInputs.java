package io.millrace.dsl.runtime;

import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The partitions that a task reads, as one sequence of records: the one that happened first comes first (R12). Owned by the loop.
 *
 * <p>What comes first is known once each input has shown its next record, or that it has none: what is committed and not fetched yet is waited for
 * (Kafka Streams: KIP-695, with {@code max.task.idle.ms} 0), what is not committed is not. So the order of a backlog is a function of the backlog, however
 * it was fetched and wherever it was committed. Among records of one time, rows of tables come first, so that they are there for those who look them up.
 */
final class TaskInputs {
    private static final Comparator<TaskInput> OF_ONE_TIME = Comparator.comparing(TaskInput::tableUse)
            .thenComparingInt(TaskInput::step)
            .thenComparing(TaskInput::topicPartition);

    /** As they come where times are equal. */
    private final List<TaskInput> all = new ArrayList<>();
    /** Those with a next record. */
    private final PriorityQueue<TaskInput> byTime = new PriorityQueue<>(TaskInput::compareNext);

    private boolean isPolled;

    void add(TaskInput input) {
        all.add(input);
        all.sort(OF_ONE_TIME);
        for (int place = 0; place < all.size(); place++) {
            all.get(place).standAt(place);
        }
    }

    void remove(TaskInput input) {
        all.remove(input);
    }

    /** The one that reads a partition. */
    TaskInput input(TopicPartition partition) {
        return all.stream()
                .filter(input -> input.topicPartition().equals(partition))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The task does not read " + partition));
    }

    SortedSet<TopicPartition> partitions() {
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        all.forEach(input -> partitions.add(input.topicPartition()));
        return Collections.unmodifiableSortedSet(partitions);
    }

    // --- what a poll brings

    /** Forgets the last poll. */
    void beginPoll() {
        isPolled = false;
        for (TaskInput input : all) {
            input.polled(null);
        }
    }

    /**
     * A poll has brought records of an input.
     *
     * @return true if they are the first
     */
    boolean polled(TaskInput input, RecordCursor cursor) {
        boolean isFirst = !isPolled;
        isPolled = true;
        input.polled(cursor);
        return isFirst;
    }

    /** True if an input has records for which the poll came too early: they may be those that come first. */
    boolean isWaiting(LogConsumer consumer) {
        if (all.size() > 1) {
            for (TaskInput input : all) {
                if (!input.isPolled() && hasMore(input, consumer)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Of what is committed: an open transaction is not waited for, nor an input to which nothing comes. */
    private static boolean hasMore(TaskInput input, LogConsumer consumer) {
        return consumer.lag(input.topicPartition()).orElse(0) > 0;
    }

    /** Runs what was polled through the task, until there is no more, or not more of it is known to come first, or the transaction has taken enough. */
    void process(long nowNanos, LogConsumer consumer, BooleanSupplier isCommitDue) {
        if (all.size() == 1) {
            all.get(0).process(TaskInput.ALONE, nowNanos, consumer, isCommitDue);
            return;
        }
        byTime.clear();
        for (TaskInput input : all) {
            queue(input);
        }
        boolean goesOn = true;
        while (goesOn && !byTime.isEmpty()) {
            TaskInput first = byTime.remove();
            goesOn = first.process(first.timeBefore(byTime.peek()), nowNanos, consumer, isCommitDue)
                    && (queue(first) || !hasMore(first, consumer));
        }
    }

    /** @return false if nothing is left of what was polled */
    private boolean queue(TaskInput input) {
        return input.isPolled() && input.look() && byTime.add(input);
    }
}
