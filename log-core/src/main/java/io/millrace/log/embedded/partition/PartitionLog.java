package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.TimestampType;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.ControlBatchFormat;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.producer.CompletedTransaction;
import io.millrace.log.embedded.producer.MarkerVerdict;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerState;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.producer.SequenceRule;
import io.millrace.log.embedded.producer.SequenceVerdict;
import io.millrace.log.embedded.recovery.Checkpoints;
import io.millrace.log.embedded.recovery.LogRecovery;
import io.millrace.log.embedded.recovery.RecoveredLog;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One partition's log. Safe for use by several threads: writers take its lock, readers of {@link #view} do not. */
public final class PartitionLog implements AutoCloseable {
    /** How much may be forced before the recovery point is written down again: bounds what a start after a power cut checks. */
    private static final int CHECKPOINT_BYTES = 16 << 20;

    private final World world;
    private final TopicPartition topicPartition;
    private final boolean survivesPowerLoss;
    private final PartitionFiles files;
    private final Listeners listeners = new Listeners();

    /** Held by one append or roll at a time. Taken after {@link #forceLock} where both are. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Held by one force at a time; those who wait for it find that it forced for them. */
    private final ReentrantLock forceLock = new ReentrantLock();

    /** Held by one step of the cleaner at a time, or by the end of the log. Taken before {@link #forceLock}. */
    private final ReentrantLock cleaningLock = new ReentrantLock();

    private final PartitionCleaning cleaning;

    private final ProducerStateTable producers;
    private final BatchView incoming = new BatchView();
    private long lastAbortOffset = -1;
    private boolean closed;

    private volatile PartitionView view;
    /** Data below this offset was forced. Rises only, under {@link #lock}. */
    private volatile long recoveryPoint;

    /** Below this offset, what decided the transactions was forced too: a power cut leaves none of them open again. */
    private volatile long durableStableOffset;

    private volatile @Nullable Throwable failure;
    /** Nothing can be read or written any more. */
    private volatile boolean deleted;
    /** Guarded by {@link #forceLock}. */
    private long bytesAtCheckpoint;

    private PartitionLog(
            World world,
            TopicPartition topicPartition,
            boolean survivesPowerLoss,
            PartitionFiles files,
            ProducerStateTable producers) {
        this.world = world;
        this.topicPartition = topicPartition;
        this.survivesPowerLoss = survivesPowerLoss;
        this.files = files;
        this.producers = producers;
        cleaning = new PartitionCleaning(this, files);
        for (Segment segment : files.segments()) {
            int aborted = segment.abortedTransactions().count();
            if (aborted > 0) {
                lastAbortOffset = segment.abortedTransactions().lastOffset(aborted - 1);
            }
        }
        view = currentView();
    }

    /**
     * Opens the log in {@code directory}, which is created if it does not exist. The recovery point is kept in a file of that directory.
     *
     * @param cleanShutdown true if this log's last {@link #close} is known to have returned: files are trusted. False: everything behind the
     *     recovery point is checked, and cut at the first bad batch
     * @throws CorruptionException if bytes below the recovery point are not what was written
     */
    public static PartitionLog open(
            World world,
            String directory,
            TopicPartition topicPartition,
            PartitionSettings settings,
            boolean cleanShutdown) {
        SegmentDirectory segments =
                new SegmentDirectory(world.storage(), directory, topicPartition, settings.indexIntervalBytes(), "");
        boolean survivesPowerLoss = settings.durability() == Durability.POWER_LOSS;
        if (!world.storage().exists(directory)) {
            world.storage().createDirectories(directory);
        }
        Checkpoints checkpoints = Checkpoints.open(segments);
        ProducerSnapshots snapshots = new ProducerSnapshots(segments);
        RecoveredLog recovered = LogRecovery.recover(segments, snapshots, cleanShutdown, checkpoints);
        PartitionFiles files = new PartitionFiles(
                segments, settings, snapshots, checkpoints, recovered.segments().toArray(new Segment[0]));
        PartitionLog log = new PartitionLog(world, topicPartition, survivesPowerLoss, files, recovered.producers());
        boolean opened = false;
        try {
            log.begin(
                    cleanShutdown
                            ? recovered.logEndOffset()
                            : checkpoints.recoveryPoint().written());
            opened = true;
        } finally {
            if (!opened) {
                files.close();
            }
        }
        return log;
    }

    /** What survived a killed process may still be lost to a power cut: nobody sees it before it is forced (W6). */
    private void begin(long durableOffset) {
        recoveryPoint = durableOffset;
        view = currentView();
        if (survivesPowerLoss) {
            checkpoint();
        }
    }

    /** Follows its topic's settings from the next append on. */
    public void configure(TopicSettings topic) {
        lock.lock();
        try {
            files.configure(files.settings().withTopic(topic));
        } finally {
            lock.unlock();
        }
    }

    public TopicPartition topicPartition() {
        return topicPartition;
    }

    /** As they are at this instant: one volatile read. */
    public PartitionSettings settings() {
        return files.settings();
    }

    /**
     * Appends one complete batch, once: patches its base offset in the caller's buffer, which needs an accessible array.
     *
     * @throws LogException with RESTART_TASK if the producer was fenced; ABORT_TRANSACTION (RESTART_TASK without a transaction) if its
     *     sequence does not fit; RETRY if the disk is full; STOP if the partition has failed
     */
    public AppendResult append(ByteBuffer batch, AppendOrigin origin) {
        AppendResult result;
        lock.lock();
        try {
            checkOpen();
            IncomingBatch.check(incoming, batch, origin, topicPartition);
            result = incoming.hasProducerId() ? appendOnce(batch, origin) : writeData(batch);
        } finally {
            lock.unlock();
        }
        if (!result.duplicate()) {
            listeners.run();
        }
        return result;
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
     * Ends a producer's transaction in this partition. The epoch must be higher than that of its records (KIP-890); the same epoch again,
     * with no transaction open, is a retry and writes nothing.
     *
     * @return the marker's offset, or −1 if it is a retry
     * @throws LogException with RESTART_TASK if producer or coordinator were fenced; RETRY and STOP as {@link #append}
     */
    public long appendMarker(long producerId, short producerEpoch, boolean commit, int coordinatorEpoch) {
        long offset;
        lock.lock();
        try {
            checkOpen();
            MarkerVerdict verdict =
                    SequenceRule.decideMarker(producers.get(producerId), producerEpoch, coordinatorEpoch);
            switch (verdict) {
                case ACCEPT -> {}
                case RETRY -> {
                    return -1;
                }
                case FENCED, COORDINATOR_FENCED ->
                    throw AppendErrors.refusedMarker(topicPartition, producerId, producerEpoch, verdict);
            }
            long now = world.clock().millis();
            ByteBuffer marker = ControlBatchFormat.marker(now, producerId, producerEpoch, commit, coordinatorEpoch);
            incoming.wrap(marker.array(), marker.arrayOffset(), marker.remaining());
            offset = write(marker).baseOffset();
        } finally {
            lock.unlock();
        }
        listeners.run();
        return offset;
    }

    private AppendResult writeData(ByteBuffer batch) {
        if (files.settings().topic().timestampType() == TimestampType.CREATE_TIME) {
            return write(batch);
        }
        long now = world.clock().millis();
        BatchFormat.setAppendTime(incoming.array(), incoming.arrayOffset(), incoming.sizeInBytes(), now);
        AppendResult result = write(batch);
        return new AppendResult(result.baseOffset(), result.lastOffset(), false, now);
    }

    /** Writes the {@link #incoming} batch, whose bytes these are, at the end of the log. */
    private AppendResult write(ByteBuffer batch) {
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
        if (completed != null && completed.aborted()) {
            files.active()
                    .addAborted(
                            completed.producerId(),
                            completed.firstOffset(),
                            completed.lastOffset(),
                            completed.lastStableOffset());
            lastAbortOffset = completed.lastOffset();
        }
        view = currentView();
        return new AppendResult(baseOffset, incoming.lastOffset(), false);
    }

    private void roll() {
        try {
            files.roll(producers);
        } catch (StorageException failed) {
            // A roll that forces may have failed in a force, which is final (W4).
            throw isShortage(failed) && !survivesPowerLoss ? AppendErrors.undone(topicPartition, failed) : fail(failed);
        }
        if (survivesPowerLoss) {
            recoveryPoint = files.active().baseOffset();
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
            return fail(failed);
        }
        return isShortage(failed) ? AppendErrors.undone(topicPartition, failed) : fail(failed);
    }

    private static boolean isShortage(StorageException failed) {
        return failed.kind() == StorageException.Kind.NO_SPACE
                || failed.kind() == StorageException.Kind.TOO_MANY_OPEN_FILES;
    }

    private LogException fail(Throwable cause) {
        failure = cause;
        return AppendErrors.failed(topicPartition, cause);
    }

    private void checkOpen() {
        checkNotFailed();
        if (closed) {
            throw AppendErrors.closed(topicPartition);
        }
    }

    private void checkNotFailed() {
        if (deleted) {
            throw AppendErrors.deleted(topicPartition);
        }
        if (failure != null) {
            throw AppendErrors.failed(topicPartition, failure);
        }
    }

    private PartitionView currentView() {
        long end = files.active().nextOffset();
        return PartitionView.of(
                files, producers.firstUndecidedOffset(end), survivesPowerLoss ? recoveryPoint : end, lastAbortOffset);
    }

    /** The partition at this instant: one volatile read. */
    public PartitionView view() {
        return view;
    }

    /**
     * Hands every batch from the one that holds {@code fromOffset} up to the log end offset to {@code visitor}, in order: markers and the
     * data of open and aborted transactions too. For coordinators that rebuild what their partition says; the batch is valid only during
     * the call.
     *
     * @throws io.millrace.log.CorruptionException at a batch whose checksum is wrong
     */
    public void forEachBatch(long fromOffset, Consumer<BatchView> visitor) {
        PartitionView present = acquireView();
        try {
            forEachBatch(present, fromOffset, visitor);
        } finally {
            present.release();
        }
    }

    /** A view whose files stay open until it is released, whatever is cleaned meanwhile. */
    PartitionView acquireView() {
        PartitionView present = view;
        while (!present.acquire()) {
            PartitionView next = view;
            if (next.layout() == present.layout()) {
                checkExists();
                throw AppendErrors.closed(topicPartition);
            }
            present = next;
        }
        return present;
    }

    private void forEachBatch(PartitionView present, long fromOffset, Consumer<BatchView> visitor) {
        for (int i = present.segmentOf(fromOffset); i < present.segmentCount(); i++) {
            Segment segment = present.segment(i);
            long end = present.endPosition(i);
            BatchScanner scanner = new BatchScanner(segment, segment.locate(fromOffset, end), end);
            while (scanner.next()) {
                visitor.accept(scanner.batch());
            }
            String fault = scanner.fault();
            if (fault != null) {
                throw new CorruptionException("The log of " + topicPartition + " is damaged at position "
                        + scanner.position() + " of " + segment.path() + ": " + fault);
            }
        }
    }

    /** The first offset that a reader of this isolation sees with this timestamp or a later one; empty if there is none. */
    public OptionalLong offsetForTimestamp(long timestamp, Isolation isolation) {
        RecordIterator records = new RecordIterator(topicPartition, settings().maxInflatedBatchBytes());
        PartitionView present = acquireView();
        try {
            return new TimestampLookup(records, present, isolation, timestamp).find(segment -> {
                lock.lock();
                try {
                    return segment.olderBefore(timestamp);
                } finally {
                    lock.unlock();
                }
            });
        } finally {
            present.release();
        }
    }

    /** True while any transaction is open here. */
    public boolean hasOpenTransactions() {
        lock.lock();
        try {
            long end = files.active().nextOffset();
            return producers.firstUndecidedOffset(end) < end;
        } finally {
            lock.unlock();
        }
    }

    /** True from a transaction's first batch here to its marker. */
    public boolean hasOpenTransaction(long producerId) {
        lock.lock();
        try {
            return producers.hasOpenTransaction(producerId);
        } finally {
            lock.unlock();
        }
    }

    /** The epoch that the partition knows of a producer, −1 if it does not know it. */
    public short producerEpoch(long producerId) {
        lock.lock();
        try {
            ProducerState state = producers.get(producerId);
            return state == null ? BatchFormat.NO_PRODUCER_EPOCH : state.epoch();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes everything appended so far durable and, with {@code POWER_LOSS}, visible to read-committed readers (W6). Threads that come
     * while another forces share the next force. Does nothing if nothing was appended since.
     *
     * @throws LogException with STOP if the force failed, now or before
     */
    public void force() {
        long target = view.logEndOffset();
        if (isWhole() && recoveryPoint >= target) {
            return;
        }
        forceLock.lock();
        try {
            if (!isWhole() || recoveryPoint < target) {
                forceNow();
            }
        } finally {
            forceLock.unlock();
        }
        listeners.run();
    }

    /** Forces everything and writes the recovery point down, which bounds what an unclean start has to check. For housekeeping. */
    public void checkpoint() {
        forceLock.lock();
        try {
            PartitionView forced = forceNow();
            writeCheckpoint(forced);
        } finally {
            forceLock.unlock();
        }
        listeners.run();
    }

    private PartitionView forceNow() {
        PartitionView present = view;
        checkNotFailed();
        try {
            files.force(present, recoveryPoint);
        } catch (StorageException failed) {
            throw fail(failed);
        }
        durableStableOffset = present.lastStableOffset();
        lock.lock();
        try {
            recoveryPoint = Math.max(recoveryPoint, present.logEndOffset());
            view = currentView();
        } finally {
            lock.unlock();
        }
        if (survivesPowerLoss && present.sizeBytes() - bytesAtCheckpoint > CHECKPOINT_BYTES) {
            writeCheckpoint(present);
        }
        return present;
    }

    private void writeCheckpoint(PartitionView forced) {
        try {
            files.checkpoint(forced, forced.logEndOffset());
        } catch (StorageException failed) {
            throw fail(failed);
        }
        bytesAtCheckpoint = forced.sizeBytes();
    }

    /** What the cleaner does to this partition. */
    public PartitionCleaning cleaning() {
        return cleaning;
    }

    /** Runs one step of the cleaner, which must be bounded: the end of the log waits for it. @throws LogException if the log writes no more */
    int clean(IntSupplier step) {
        cleaningLock.lock();
        try {
            lock.lock();
            try {
                checkOpen();
            } finally {
                lock.unlock();
            }
            return step.getAsInt();
        } finally {
            cleaningLock.unlock();
        }
    }

    /**
     * Changes which segments there are: first on the disk, while nothing is forced, then in memory, while nothing is appended. For the
     * cleaner, in a step.
     *
     * @throws LogException with STOP if the disk failed: nobody knows then what it holds
     */
    <T> void alter(Supplier<T> onDisk, Consumer<T> inMemory) {
        forceLock.lock();
        try {
            T done;
            try {
                done = onDisk.get();
            } catch (StorageException failed) {
                throw fail(failed);
            }
            lock.lock();
            try {
                inMemory.accept(done);
                view = currentView();
            } finally {
                lock.unlock();
            }
        } finally {
            forceLock.unlock();
        }
    }

    /** How far the log may be cleaned: what is below stays decided, whatever is cut off. */
    long durableStableOffset() {
        return durableStableOffset;
    }

    /** Reads or changes what is known of the producers. For the cleaner. */
    <T> T withProducers(Function<ProducerStateTable, T> action) {
        lock.lock();
        try {
            return action.apply(producers);
        } finally {
            lock.unlock();
        }
    }

    /** Below this offset all data is on the device. What is written down for the next start may be less, until {@link #checkpoint}. */
    public long recoveryPoint() {
        return recoveryPoint;
    }

    /** The listener runs on the writer's thread after every view that lets readers see more; it must be quick and throw nothing. */
    public void onAppend(Runnable listener) {
        listeners.add(listener);
    }

    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /** True if the partition has failed: what its files hold is to be recovered by the next open. */
    public boolean hasFailed() {
        return failure != null;
    }

    private boolean isWhole() {
        return failure == null && !deleted;
    }

    /** True once the topic was deleted: whoever still holds this log gets an error that says so. */
    public boolean isDeleted() {
        return deleted;
    }

    /** Lets go of the files of a topic that was deleted, and tells those who wait for it. The files themselves are the caller's. */
    public void delete() {
        cleaningLock.lock();
        forceLock.lock();
        lock.lock();
        try {
            deleted = true;
            if (!closed) {
                closed = true;
                files.close();
            }
        } finally {
            lock.unlock();
            forceLock.unlock();
            cleaningLock.unlock();
        }
        listeners.run();
    }

    /** The error of a reader whose storage call failed: what it means for this log. */
    LogException unreadable(StorageException cause) {
        return deleted ? AppendErrors.deleted(topicPartition) : AppendErrors.unreadable(topicPartition, cause);
    }

    /** @throws LogException if the topic was deleted */
    void checkExists() {
        if (deleted) {
            throw AppendErrors.deleted(topicPartition);
        }
    }

    /** Closes cleanly: forced, indexes and producer snapshot written. A failed log only lets go of its files. Idempotent. */
    @Override
    public void close() {
        cleaningLock.lock();
        forceLock.lock();
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                finish();
            }
        } finally {
            lock.unlock();
            forceLock.unlock();
            cleaningLock.unlock();
        }
    }

    private void finish() {
        try {
            if (failure == null) {
                files.force(view, recoveryPoint);
                files.finish(producers);
                recoveryPoint = view.logEndOffset();
            }
        } catch (StorageException failed) {
            throw fail(failed);
        } finally {
            files.close();
        }
    }
}
