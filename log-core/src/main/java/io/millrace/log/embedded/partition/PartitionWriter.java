package io.millrace.log.embedded.partition;

import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings.TimestampType;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.ControlBatchFormat;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.producer.CompletedTransaction;
import io.millrace.log.embedded.producer.MarkerVerdict;
import io.millrace.log.embedded.producer.ProducerState;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.producer.SequenceRule;
import io.millrace.log.embedded.producer.SequenceVerdict;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.platform.StorageException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The end of a partition's log: decides whether a batch is written, writes it, and publishes what readers see then (W1). Owns the partition's
 * lock, which each method takes but {@link #view} and {@link #recoveryPoint}.
 */
final class PartitionWriter {
    private final InstantSource clock;
    private final TopicPartition topicPartition;
    private final PartitionFiles files;
    private final PartitionStatus status;
    private final ProducerStateTable producers;
    private final boolean survivesPowerLoss;

    /** Held by one append or roll at a time. Taken after the locks of cleaning and of forcing. */
    private final ReentrantLock lock = new ReentrantLock();

    private final BatchView incoming = new BatchView();

    /** Commits that nothing but their marker here decides, and that a power cut could still take: readers stop before them (W6). By marker. */
    private final ArrayDeque<CompletedTransaction> undurable = new ArrayDeque<>();

    /** What was released of it is dropped by the next view. */
    private HeldCommits held = HeldCommits.NONE;

    private long lastAbortOffset = -1;

    private volatile PartitionView view;
    /** Data below this offset was forced. Rises only, under {@link #lock}. */
    private volatile long recoveryPoint;

    /** @param recoveryPoint below which everything is known to be durable */
    PartitionWriter(
            InstantSource clock,
            PartitionFiles files,
            PartitionStatus status,
            ProducerStateTable producers,
            long recoveryPoint) {
        this.clock = clock;
        this.topicPartition = files.directory().topicPartition();
        this.files = files;
        this.status = status;
        this.producers = producers;
        this.recoveryPoint = recoveryPoint;
        survivesPowerLoss = files.survivesPowerLoss();
        for (Segment segment : files.segments()) {
            int aborted = segment.abortedTransactions().count();
            if (aborted > 0) {
                lastAbortOffset = segment.abortedTransactions().lastOffset(aborted - 1);
            }
        }
        view = currentView();
    }

    /** The partition at this instant: one volatile read. */
    PartitionView view() {
        return view;
    }

    /** Below this offset all data is on the device. */
    long recoveryPoint() {
        return recoveryPoint;
    }

    /** Appends a batch as {@link PartitionLog#append} says. */
    AppendResult append(ByteBuffer batch, AppendOrigin origin) {
        lock.lock();
        try {
            status.checkAppendable();
            IncomingBatch.check(incoming, batch, origin, topicPartition);
            return incoming.hasProducerId() ? appendOnce(batch, origin) : writeData(batch);
        } finally {
            lock.unlock();
        }
    }

    private AppendResult appendOnce(ByteBuffer batch, AppendOrigin origin) {
        ProducerState state = producers.get(incoming.producerId());
        SequenceRule.Attempt attempt = new SequenceRule.Attempt(
                incoming.producerEpoch(),
                incoming.baseSequence(),
                incoming.lastSequence(),
                incoming.isTransactional(),
                origin);
        SequenceVerdict verdict = SequenceRule.decide(state, attempt);
        if (verdict == SequenceVerdict.ACCEPT) {
            return writeData(batch);
        }
        if (verdict == SequenceVerdict.DUPLICATE && state != null) {
            int first = state.indexOfDuplicate(attempt.epoch(), attempt.firstSequence(), attempt.lastSequence());
            return new AppendResult(state.baseOffset(first), state.lastOffset(first), true);
        }
        throw AppendErrors.refused(topicPartition, incoming, state, verdict);
    }

    /**
     * Ends a transaction as {@link PartitionLog#appendMarker} says.
     *
     * @param hold until whose release readers do not see what is committed; null if nothing but this marker says how the transaction ends
     * @return the marker's offset, or −1 if it is a retry
     */
    long appendMarker(
            long producerId, short producerEpoch, boolean commit, int coordinatorEpoch, @Nullable CommitHold hold) {
        lock.lock();
        try {
            status.checkOpen();
            ProducerState state = producers.get(producerId);
            MarkerVerdict verdict = SequenceRule.decideMarker(state, producerEpoch, coordinatorEpoch);
            return switch (verdict) {
                case ACCEPT -> {
                    boolean commits = commit && SequenceRule.mayCommit(state, producerEpoch);
                    ByteBuffer marker = ControlBatchFormat.marker(
                            clock.millis(), producerId, producerEpoch, commits, coordinatorEpoch);
                    incoming.wrap(marker.array(), marker.arrayOffset(), marker.remaining());
                    yield write(marker, hold).baseOffset();
                }
                case RETRY -> -1;
                case FENCED, COORDINATOR_FENCED ->
                    throw AppendErrors.refusedMarker(topicPartition, producerId, producerEpoch, verdict);
            };
        } finally {
            lock.unlock();
        }
    }

    private AppendResult writeData(ByteBuffer batch) {
        if (files.settings().topic().timestampType() == TimestampType.CREATE_TIME) {
            return write(batch, null);
        }
        long now = clock.millis();
        BatchFormat.setAppendTime(incoming.array(), incoming.arrayOffset(), incoming.sizeInBytes(), now);
        AppendResult result = write(batch, null);
        return new AppendResult(result.baseOffset(), result.lastOffset(), false, now);
    }

    /** Writes the {@link #incoming} batch, whose bytes these are, at the end of the log. */
    private AppendResult write(ByteBuffer batch, @Nullable CommitHold hold) {
        long baseOffset = files.active().nextOffset();
        BatchFormat.setBaseOffset(incoming.array(), incoming.arrayOffset(), baseOffset);
        if (files.needsRoll(incoming)) {
            roll();
        }
        try {
            files.append(batch.duplicate(), incoming);
        } catch (StorageException failed) {
            throw undo(failed);
        }
        CompletedTransaction completed = producers.apply(incoming);
        if (completed != null) {
            complete(completed, hold);
        }
        view = currentView();
        return new AppendResult(baseOffset, incoming.lastOffset(), false);
    }

    private void complete(CompletedTransaction completed, @Nullable CommitHold hold) {
        if (completed.aborted()) {
            files.active()
                    .addAborted(
                            completed.producerId(),
                            completed.firstOffset(),
                            completed.lastOffset(),
                            completed.lastStableOffset());
            lastAbortOffset = completed.lastOffset();
        } else if (hold != null) {
            held = held.with(completed.firstOffset(), hold);
        } else if (survivesPowerLoss) {
            undurable.add(completed);
        }
    }

    private void roll() {
        try {
            files.roll(producers);
        } catch (StorageException failed) {
            throw PartitionStatus.isShortage(failed)
                    ? AppendErrors.undone(topicPartition, failed)
                    : status.fail(failed);
        }
        if (survivesPowerLoss) {
            recoveryPoint = files.active().baseOffset();
        }
    }

    /** Begins a new segment if the active one holds something and should be closed. @return true if it was */
    boolean rollIf(Predicate<Segment> isDue) {
        lock.lock();
        try {
            status.checkOpen();
            if (files.active().sizeBytes() == 0 || !isDue.test(files.active())) {
                return false;
            }
            roll();
            view = currentView();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Cuts a batch off that was written in part (W3). */
    private LogException undo(StorageException failed) {
        try {
            files.active().cutToSize();
            if (survivesPowerLoss) {
                // Otherwise its bytes could show up behind the next batch after a power cut.
                files.active().force();
            }
        } catch (StorageException alsoFailed) {
            failed.addSuppressed(alsoFailed);
            return status.fail(failed);
        }
        return PartitionStatus.isShortage(failed) ? AppendErrors.undone(topicPartition, failed) : status.fail(failed);
    }

    /** Notes that all data below an offset was forced, which with {@code POWER_LOSS} lets readers see it (W6). */
    void advanceRecoveryPoint(long forcedOffset) {
        lock.lock();
        try {
            recoveryPoint = Math.max(recoveryPoint, forcedOffset);
            view = currentView();
        } finally {
            lock.unlock();
        }
    }

    /** Changes which segments there are, and publishes it. */
    void changeSegments(Runnable change) {
        lock.lock();
        try {
            change.run();
            view = currentView();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what makes the next open cheap; everything was forced, and nothing is appended any more. */
    void finish() {
        lock.lock();
        try {
            files.finish(producers);
            recoveryPoint = view.logEndOffset();
        } finally {
            lock.unlock();
        }
    }

    /** Reads or changes what is known of the producers. */
    <T> T withProducers(Function<ProducerStateTable, T> action) {
        lock.lock();
        try {
            return action.apply(producers);
        } finally {
            lock.unlock();
        }
    }

    /** Runs something while nothing is appended. */
    void exclusively(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private PartitionView currentView() {
        long end = files.active().nextOffset();
        long undecided = producers.firstUndecidedOffset(end);
        held = held.unreleased();
        if (!survivesPowerLoss) {
            return PartitionView.of(files, undecided, end, end, lastAbortOffset, held);
        }
        while (!undurable.isEmpty() && undurable.getFirst().lastOffset() < recoveryPoint) {
            undurable.removeFirst();
        }
        long firstUndurable = end;
        for (CompletedTransaction commit : undurable) {
            firstUndurable = Math.min(firstUndurable, commit.firstOffset());
        }
        return PartitionView.of(files, undecided, firstUndurable, recoveryPoint, lastAbortOffset, held);
    }
}
