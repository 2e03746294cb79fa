package io.millrace.dsl.runtime;

import io.millrace.dsl.StoreRestore;
import io.millrace.dsl.StoreRestore.Phase;
import io.millrace.dsl.plan.Changelog;
import io.millrace.dsl.plan.TaskId;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import io.millrace.serde.BytesView;
import io.millrace.state.PartitionState;
import io.millrace.transactions.TransactionalLog;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the stores of one task to the end of their changelogs (R3), in steps. Owned by the task's loop.
 *
 * <p>The target is the log end offset when the task was assigned: behind it nobody but this task can commit, because the generation of its
 * predecessors is over; before it may lie an open transaction of one of them, so the read-committed end alone would be too early.
 */
final class Restore implements AutoCloseable {
    /** Restored records that are kept in memory until they are marked. */
    private static final int MARK_EVERY = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

    private final PartitionState state;
    private final Map<TopicPartition, Target> targets = new LinkedHashMap<>();
    private final LogAdmin admin;
    private final LogConsumer consumer;
    private final TaskId task;
    private final Ticker ticker;
    private final long beganNanos;
    /** Where compaction had been when it began, of those logs that know. */
    private final Map<TopicPartition, OptionalLong> compacted = new LinkedHashMap<>();

    private final RestoreMeter.Part meter;
    private final long offsets;
    private long records;

    /**
     * @param task whose stores are open
     * @param isAnew what the stores have is dropped
     */
    Restore(StreamTask task, TransactionalLog log, Ticker ticker, RestoreMeter.Part meter, boolean isAnew) {
        this.task = task.id();
        this.ticker = ticker;
        this.meter = meter;
        beganNanos = ticker.nanos();
        state = task.state();
        admin = log.admin();
        state.beginRestore();
        RestorePoint point = new RestorePoint(admin, state);
        Map<TopicPartition, Long> starts = new LinkedHashMap<>();
        for (int store = 0; store < task.changelogs().size(); store++) {
            TopicPartition changelog = task.changelogs().get(store);
            String name = task.storeNames().get(store);
            long end = admin.endOffset(changelog, Isolation.READ_UNCOMMITTED);
            compacted.put(changelog, admin.compactedOffset(changelog));
            if (isAnew) {
                state.beginAnew(name);
            }
            long start = point.of(name, changelog, end);
            starts.put(changelog, start);
            targets.put(changelog, new Target(name, start, end));
        }
        consumer = log.consumer(ConsumerConfig.standalone());
        consumer.assign(starts.keySet());
        starts.forEach(consumer::seek);
        offsets = offsetsLeft();
        tell(Phase.BEGUN);
    }

    private void tell(Phase phase) {
        targets.forEach((changelog, target) -> tell(phase, changelog, target));
    }

    private void tell(Phase phase, TopicPartition changelog, Target target) {
        meter.tell(new StoreRestore(
                phase,
                target.store,
                changelog,
                target.startOffset,
                consumer.position(changelog),
                target.endOffset,
                target.records));
    }

    /** It is broken off. */
    void suspend() {
        tell(Phase.SUSPENDED);
    }

    /**
     * Whether a changelog was compacted behind what was read of it for so long that a deletion may be gone which was not read yet, of an entry that was. Asked at its end.
     */
    boolean mayLackDeletions() {
        Duration lasted = Duration.ofNanos(ticker.nanos() - beganNanos);
        for (Map.Entry<TopicPartition, OptionalLong> before : compacted.entrySet()) {
            TopicPartition changelog = before.getKey();
            if (!admin.compactedOffset(changelog).equals(before.getValue())
                    && Changelog.mayHaveForgotten(lasted, RestorePoint.deletionsKept(admin, changelog))) {
                LOG.warn(
                        "Task {} restores its state once more: it took {}, and topic {}, which was compacted meanwhile, keeps deletions for {} only. Say `millrace"
                                + " topics alter {} --delete-retention 24h`",
                        task,
                        lasted.truncatedTo(ChronoUnit.MILLIS),
                        changelog.topic(),
                        RestorePoint.deletionsKept(admin, changelog),
                        changelog.topic());
                return true;
            }
        }
        return false;
    }

    /**
     * Reads some of what is left.
     *
     * @return true when every store stands at its target; {@link #finish} follows
     * @throws LogException with STOP if a changelog cannot be read to its end before the log is opened again
     */
    boolean step() {
        List<RecordCursor> cursors = consumer.poll(Duration.ZERO);
        for (RecordCursor cursor : cursors) {
            Target target = targets.get(cursor.topicPartition());
            if (target != null) {
                restore(cursor, target);
                tell(Phase.GOING_ON, cursor.topicPartition(), target);
            }
        }
        for (Map.Entry<TopicPartition, Target> entry : targets.entrySet()) {
            if (consumer.position(entry.getKey()) < entry.getValue().endOffset) {
                if (cursors.isEmpty()) {
                    // Perhaps nothing comes any more: the end of its last transaction could not be written.
                    admin.checkAppendable(entry.getKey());
                }
                return false;
            }
        }
        targets.forEach((changelog, target) -> state.restored(target.store, consumer.position(changelog)));
        return true;
    }

    /** The stores have what they are to have. */
    void finish() {
        state.restoredAll();
        tell(Phase.ENDED);
        LOG.info(
                "Task {} is restored: {} records replayed from {} changelogs, {} ms",
                task,
                records,
                targets.size(),
                Duration.ofNanos(ticker.nanos() - beganNanos).toMillis());
    }

    private void restore(RecordCursor cursor, Target target) {
        int unmarked = 0;
        while (cursor.next()) {
            LogRecord record = cursor.record();
            BytesView key = record.key();
            if (key == null) {
                throw new LogException(
                        Disposition.STOP,
                        "A record without a key in changelog " + cursor.topicPartition() + " at offset "
                                + record.offset() + ": only the application may write to it");
            }
            state.restore(target.store, key, record.value());
            records++;
            target.records++;
            if (++unmarked == MARK_EVERY) {
                state.restored(target.store, cursor.position());
                unmarked = 0;
            }
        }
        state.restored(target.store, cursor.position());
    }

    long records() {
        return records;
    }

    /** What there was to read. */
    long offsets() {
        return offsets;
    }

    long offsetsLeft() {
        long left = 0;
        for (Map.Entry<TopicPartition, Target> entry : targets.entrySet()) {
            left += Math.max(0, entry.getValue().endOffset - consumer.position(entry.getKey()));
        }
        return left;
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** What one store is brought up to. */
    private static final class Target {
        private final String store;
        private final long startOffset;
        private final long endOffset;
        private long records;

        Target(String store, long startOffset, long endOffset) {
            this.store = store;
            this.startOffset = startOffset;
            this.endOffset = endOffset;
        }
    }
}
