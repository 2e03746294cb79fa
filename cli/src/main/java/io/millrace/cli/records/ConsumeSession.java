package io.millrace.cli.records;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.ConsumerConfig.OffsetReset;
import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One call of {@code millrace consume}: from the log through a printer to the output. Owned by one thread. */
final class ConsumeSession {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final long COMMIT_NANOS = 1_000_000_000L;
    /** How many partitions a message names. */
    private static final int MOST_NAMED = 4;
    /** A pager or a person may hold the output for long, and nobody else wants the partitions. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    private final ConsumePlan plan;
    private final RecordPrinter printer;
    private final Console console;
    private final Output out;
    private final StopSignal stop;

    /** Where each partition is done; without those that are, and empty when following. */
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    /** What was written out or is about to be, and not committed yet. */
    private final Map<TopicPartition, Long> done = new HashMap<>();

    private boolean isCommitting;
    private long committedNanos = System.nanoTime();
    private long count;
    private long held;

    ConsumeSession(ConsumePlan plan, RecordPrinter printer, Console console, StopSignal stop) {
        this.plan = plan;
        this.printer = printer;
        this.console = console;
        out = console.output();
        this.stop = stop;
    }

    /** How many offsets, all of which were there at the start, open transactions still kept from this reader at the end. */
    long held() {
        return held;
    }

    /** How many records were printed. */
    long count() {
        return count;
    }

    /**
     * Prints until nothing is left to do or it is asked to stop.
     *
     * @param isMember this log takes the group's commits; otherwise the group only says where to begin
     */
    void run(EventLog log, boolean isMember) {
        isCommitting = isMember && plan.group().isPresent();
        Offsets offsets = new Offsets(log, plan.isolation());
        Map<TopicPartition, Long> seen = new HashMap<>();
        Map<TopicPartition, Long> written = new HashMap<>();
        plan.partitions().forEach(partition -> {
            written.put(partition, log.admin().endOffset(partition, Isolation.READ_UNCOMMITTED));
            seen.put(partition, offsets.end(partition));
        });
        if (!plan.isFollowing()) {
            seen.forEach((partition, end) -> {
                Position to = plan.to();
                ends.put(partition, to == null ? end : offsets.of(to, partition, end));
            });
        }
        try (LogConsumer consumer = log.consumer(config())) {
            stop.onRequest(consumer::wakeup);
            begin(consumer, offsets, seen);
            boolean isWritten = false;
            try {
                loopAndFlush(consumer);
                isWritten = true;
            } finally {
                if (!isWritten) {
                    // The close asks for a last commit, and nobody knows what of this came to who reads the output.
                    done.clear();
                }
            }
            commit(consumer);
        }
        if (plan.to() == null && count < plan.most()) {
            written.forEach((partition, end) -> held += Math.max(0, end - offsets.end(partition)));
        }
    }

    private void loopAndFlush(LogConsumer consumer) {
        try {
            loop(consumer);
        } catch (LogException failed) {
            // What stands before the damage is worth as much as ever.
            out.flush();
            throw failed;
        }
        out.flush();
    }

    private ConsumerConfig config() {
        ConsumerConfig config = ConsumerConfig.standalone()
                .withIsolation(plan.isolation())
                .withMaxPollInterval(PATIENCE)
                .withOffsetReset(plan.from() instanceof Position.End ? OffsetReset.LATEST : OffsetReset.EARLIEST);
        return plan.group().map(config::withGroup).orElse(config);
    }

    private void begin(LogConsumer consumer, Offsets offsets, Map<TopicPartition, Long> seen) {
        if (isCommitting) {
            Set<String> topics =
                    plan.partitions().stream().map(TopicPartition::topic).collect(Collectors.toSet());
            consumer.subscribe(topics, new Rebalance(consumer));
            return;
        }
        consumer.assign(plan.partitions());
        Position from = plan.from();
        if (plan.group().isPresent()) {
            return; // where the group stands
        }
        if (from instanceof Position.Offset given) {
            warnOfEnds(given.offset(), seen);
        }
        seen.forEach((partition, end) ->
                consumer.seek(partition, offsets.of(from == null ? new Position.Beginning() : from, partition, end)));
    }

    /** An offset that is beyond the end is nearly always meant for something else than nothing. */
    private void warnOfEnds(long from, Map<TopicPartition, Long> seen) {
        SortedMap<TopicPartition, Long> shorter = new TreeMap<>(seen);
        shorter.values().removeIf(end -> end >= from);
        if (shorter.isEmpty()) {
            return;
        }
        String which = shorter.entrySet().stream()
                .limit(MOST_NAMED)
                .map(partition -> partition.getKey() + " ends at " + partition.getValue())
                .collect(Collectors.joining(", "));
        int more = shorter.size() - MOST_NAMED;
        console.say("Offset " + from + " is beyond the end: " + which
                + (more > 0 ? " and " + more + " more do before it" : "")
                + (plan.isFollowing() ? ". What comes there is printed." : ". Nothing of that is printed."));
    }

    private void loop(LogConsumer consumer) {
        while (!isOver()) {
            List<RecordCursor> ready = consumer.poll(Duration.ZERO);
            if (ready.isEmpty()) {
                // Nobody waits for what is printed while this waits for more.
                out.flush();
                commit(consumer);
                leaveReached(consumer);
                if (isOver()) {
                    return;
                }
                ready = consumer.poll(WAIT);
            }
            for (int i = 0; i < ready.size() && !isOver(); i++) {
                drain(ready.get(i), consumer);
            }
            if (isCommitting && System.nanoTime() - committedNanos >= COMMIT_NANOS) {
                out.flush();
                commit(consumer);
            }
        }
    }

    private boolean isOver() {
        return stop.isRequested() || count >= plan.most() || (!plan.isFollowing() && ends.isEmpty());
    }

    private void drain(RecordCursor cursor, LogConsumer consumer) {
        TopicPartition partition = cursor.topicPartition();
        Long end = ends.get(partition);
        long bound = plan.isFollowing() ? Long.MAX_VALUE : end == null ? 0 : end;
        while (cursor.next()) {
            LogRecord record = cursor.record();
            if (record.offset() >= bound) {
                done.put(partition, record.offset());
                leave(partition, consumer);
                return;
            }
            print(record);
            count++;
            if (count >= plan.most() || stop.isRequested()) {
                done.put(partition, record.offset() + 1);
                return;
            }
        }
        done.put(partition, cursor.position());
        if (cursor.position() >= bound) {
            leave(partition, consumer);
        }
    }

    private void print(LogRecord record) {
        try {
            if (isLarge(record)) {
                // Its text is written piece by piece: whether it can be shown has to be known before.
                printer.print(record, Output.toNowhere());
            }
            printer.print(record, out);
        } catch (BadTextException e) {
            throw new LogException(
                    Disposition.STOP,
                    "The record at offset " + record.offset() + " of " + record.topicPartition() + " cannot be shown: "
                            + e.getMessage() + ". Choose another --key-format or --value-format",
                    e);
        }
        out.written();
    }

    private static boolean isLarge(LogRecord record) {
        BytesView key = record.key();
        BytesView value = record.value();
        return (key == null ? 0L : key.length()) + (value == null ? 0L : value.length()) > Output.LARGE_BYTES;
    }

    /** Nothing more of this partition is wanted. */
    private void leave(TopicPartition partition, LogConsumer consumer) {
        ends.remove(partition);
        consumer.pause(Set.of(partition));
    }

    /** Partitions whose rest is nothing that a reader is shown. */
    private void leaveReached(LogConsumer consumer) {
        new TreeMap<>(ends).forEach((partition, end) -> {
            if (consumer.assignment().contains(partition) && consumer.position(partition) >= end) {
                done.put(partition, consumer.position(partition));
                leave(partition, consumer);
            }
        });
    }

    /** Only what was written out, so after a flush (R3). */
    private void commit(LogConsumer consumer) {
        if (isCommitting && !done.isEmpty()) {
            consumer.commit(done);
        }
        done.clear();
        committedNanos = System.nanoTime();
    }

    /** Commits for partitions before they go to others. */
    private final class Rebalance implements RebalanceListener {
        private final LogConsumer consumer;

        Rebalance(LogConsumer consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onAssigned(Set<TopicPartition> partitions) {}

        @Override
        public void onRevoked(Set<TopicPartition> partitions) {
            out.flush();
            commit(consumer);
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            done.keySet().removeAll(partitions);
        }
    }
}
