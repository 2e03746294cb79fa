package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.producer.SequenceRule;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.recovery.LogRecovery;
import io.millrace.log.embedded.recovery.RecoveredLog;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One partition's log. Safe for use by several threads: writers take its lock, readers of {@link #view} do not. */
public final class PartitionLog implements ReadablePartition, AutoCloseable {
    private static final long NONE = -1;

    private final TopicPartition topicPartition;
    private final PartitionFiles files;
    private final PartitionStatus status;
    private final PartitionWriter writer;
    private final PartitionForcing forcing;
    private final PartitionCleaning cleaning;
    private final RecordDeletion deletion;
    /** The end of the log when it was opened, if that was clean: at that, there is nothing to write at the next end. */
    private volatile long cleanEndOffset;

    private final Listeners listeners = new Listeners();

    /** Held by one step of the cleaner at a time, or by the end of the log. Taken before those of forcing and of the writer. */
    private final ReentrantLock cleaningLock = new ReentrantLock();

    private PartitionLog(InstantSource clock, PartitionFiles files, RecoveredLog recovered, LastEnd lastEnd) {
        this.files = files;
        topicPartition = files.directory().topicPartition();
        status = new PartitionStatus(topicPartition);
        cleanEndOffset = lastEnd.clean() ? recovered.logEndOffset() : NONE;
        long durableOffset = lastEnd.clean()
                ? recovered.logEndOffset()
                : files.checkpoints().recoveryPoint().written();
        writer = new PartitionWriter(clock, files, status, recovered.producers(), durableOffset);
        forcing = new PartitionForcing(files, status, writer);
        cleaning = new PartitionCleaning(this, files);
        deletion = new RecordDeletion(this, files);
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
        LastEnd lastEnd = cleanShutdown ? LastEnd.CLEAN : LastEnd.UNCLEAN;
        return open(world, directory, topicPartition, settings, lastEnd);
    }

    /** Opens the log in {@code directory}, which is created if it does not exist, as it was left. @throws CorruptionException as above */
    public static PartitionLog open(
            World world, String directory, TopicPartition topicPartition, PartitionSettings settings, LastEnd lastEnd) {
        SegmentDirectory segments =
                new SegmentDirectory(world.storage(), directory, topicPartition, settings.indexIntervalBytes(), "");
        RecoveredLog recovered = LogRecovery.recover(segments, lastEnd, world.clock());
        PartitionFiles files = new PartitionFiles(
                segments,
                settings,
                recovered.snapshots(),
                recovered.checkpoints(),
                recovered.segments().toArray(new Segment[0]),
                lastEnd.clean() && recovered.logEndOffset() > 0);
        boolean opened = false;
        try {
            PartitionLog log = new PartitionLog(world.clock(), files, recovered, lastEnd);
            if (files.survivesPowerLoss() && !lastEnd.clean()) {
                // What survived a killed process may still be lost to a power cut: nobody sees it before it is forced
                // (W6).
                log.checkpoint();
            }
            opened = true;
            return log;
        } finally {
            if (!opened) {
                files.close();
            }
        }
    }

    /** Follows its topic's settings from the next append on. */
    public void configure(TopicSettings topic) {
        writer.exclusively(() -> files.configure(files.settings().withTopic(topic)));
    }

    @Override
    public TopicPartition topicPartition() {
        return topicPartition;
    }

    /** As they are at this instant: one volatile read. */
    public PartitionSettings settings() {
        return files.settings();
    }

    @Override
    public int maxInflatedBatchBytes() {
        return settings().maxInflatedBatchBytes();
    }

    /**
     * Appends one complete batch, once: patches its base offset in the caller's buffer, which needs an accessible array.
     *
     * @throws LogException with RESTART_TASK if the producer was fenced; ABORT_TRANSACTION (RESTART_TASK without a transaction) if its
     *     sequence does not fit; RETRY if the disk is full; STOP if the partition has failed
     * @throws CorruptionException if a reader met damage
     */
    public AppendResult append(ByteBuffer batch, AppendOrigin origin) {
        AppendResult result = writer.append(batch, origin);
        if (!result.duplicate()) {
            listeners.run();
        }
        return result;
    }

    /**
     * Ends a producer's transaction in this partition. The epoch must be higher than that of its records (KIP-890); the same epoch again,
     * with no transaction open, is a retry and writes nothing. The marker itself decides: with {@code POWER_LOSS} nobody sees what it commits
     * before it was forced.
     *
     * @return the marker's offset, or −1 if it is a retry
     * @throws LogException with RESTART_TASK if producer or coordinator were fenced; RETRY and STOP as {@link #append}
     */
    public long appendMarker(long producerId, short producerEpoch, boolean commit, int coordinatorEpoch) {
        long offset = writer.appendMarker(producerId, producerEpoch, commit, coordinatorEpoch, null);
        if (offset >= 0) {
            listeners.run();
        }
        return offset;
    }

    /**
     * The same for what was durably decided elsewhere, so that a marker that a power cut takes is written again. What it commits is seen once
     * the hold is released: whoever releases it {@linkplain #released tells those who wait}. What it aborts is in nobody's way any more at
     * return.
     */
    public long appendDecidedMarker(
            long producerId, short producerEpoch, boolean commit, int coordinatorEpoch, CommitHold hold) {
        long offset = writer.appendMarker(producerId, producerEpoch, commit, coordinatorEpoch, hold);
        if (offset >= 0 && !commit) {
            listeners.run();
        }
        return offset;
    }

    /** The hold of a marker that stands here was released: readers may see more. */
    public void released() {
        listeners.run();
    }

    /** True if a marker of this epoch that commits would commit what is open here of the producer, and not abort it for want of its own marker. */
    public boolean wouldCommit(long producerId, short markerEpoch) {
        return writer.withProducers(producers -> SequenceRule.mayCommit(producers.get(producerId), markerEpoch));
    }

    /** The partition at this instant: one volatile read. */
    @Override
    public PartitionView view() {
        return writer.view();
    }

    /**
     * Hands every batch from the one that holds {@code fromOffset} up to the log end offset to {@code visitor}, in order: markers and the
     * data of open and aborted transactions too. For coordinators that rebuild what their partition says; the batch is valid only during
     * the call.
     *
     * @throws io.millrace.log.CorruptionException at a batch whose checksum is wrong
     */
    @Override
    public void forEachBatch(long fromOffset, Consumer<BatchView> visitor) {
        PartitionView present = acquireView();
        try {
            present.forEachBatch(fromOffset, visitor);
        } catch (CorruptionException damage) {
            noteDamage(damage);
            throw damage;
        } catch (StorageException failed) {
            throw unreadable(failed);
        } finally {
            present.release();
        }
    }

    /** A view whose files stay open until it is released, whatever is cleaned meanwhile. */
    PartitionView acquireView() {
        PartitionView present = view();
        while (!present.acquire()) {
            PartitionView next = view();
            if (next.layout() == present.layout()) {
                checkExists();
                throw AppendErrors.closed(topicPartition);
            }
            present = next;
        }
        return present;
    }

    /** The first offset that a reader of this isolation sees with this timestamp or a later one; empty if there is none. */
    @Override
    public OptionalLong offsetForTimestamp(long timestamp, Isolation isolation) {
        RecordIterator records = new RecordIterator(topicPartition, settings().maxInflatedBatchBytes());
        PartitionView present = acquireView();
        try {
            return new TimestampLookup(records, present, isolation, timestamp)
                    .find(segment -> writer.withProducers(held -> segment.olderBefore(timestamp)));
        } catch (CorruptionException damage) {
            noteDamage(damage);
            throw damage;
        } finally {
            present.release();
        }
    }

    /** True while any transaction is open here. */
    public boolean hasOpenTransactions() {
        return writer.withProducers(ProducerStateTable::hasOpenTransactions);
    }

    /** True from a transaction's first batch here to its marker. */
    public boolean hasOpenTransaction(long producerId) {
        return writer.withProducers(producers -> producers.hasOpenTransaction(producerId));
    }

    /** Shows each producer that the partition knows, with its epoch, while nothing is appended. */
    public void forEachProducer(ProducerStateTable.EpochVisitor visitor) {
        writer.withProducers(producers -> {
            producers.forEach(visitor);
            return NONE;
        });
    }

    /**
     * Makes everything appended so far durable and, with {@code POWER_LOSS}, visible to read-committed readers (W6). Threads that come
     * while another forces share the next force. Does nothing if nothing was appended since.
     *
     * @throws LogException with STOP if the force failed, now or before
     */
    public void force() {
        if (forcing.force()) {
            listeners.run();
        }
    }

    /** True if {@link #force} would do nothing. */
    public boolean isForced() {
        return forcing.isForced();
    }

    /** Forces everything and writes the recovery point down, which bounds what an unclean start has to check. For housekeeping. */
    public void checkpoint() {
        if (forcing.checkpoint()) {
            listeners.run();
        }
    }

    /**
     * Has the log start at an offset, unless it does so later already; durable at return.
     *
     * @return where it starts now
     * @throws LogException with RETRY if the offset is not below the last stable one, or space or files are short; with STOP if it lies beyond
     *     the end, the topic's policy does not delete, or the partition has failed
     */
    public long deleteRecordsBefore(long offset) {
        long[] start = new long[1];
        clean(() -> {
            start[0] = deletion.before(offset);
            return 1;
        });
        return start[0];
    }

    /** What the cleaner does to this partition. */
    public PartitionCleaning cleaning() {
        return cleaning;
    }

    /** Runs one step of the cleaner, which must be bounded: the end of the log waits for it. @throws LogException if the log writes no more */
    int clean(IntSupplier step) {
        cleaningLock.lock();
        try {
            status.checkOpen();
            return step.getAsInt();
        } catch (CorruptionException damage) {
            noteDamage(damage);
            throw damage;
        } finally {
            cleaningLock.unlock();
        }
    }

    /**
     * Changes which segments there are: first on the disk, while nothing is forced, then in memory, while nothing is appended. For the
     * cleaner, in a step.
     *
     * @param repeatable true if a change that failed half-way can be done again
     * @throws LogException with RETRY if space or files are short and the change is repeatable; with STOP otherwise, if the disk failed: nobody
     *     knows then what it holds
     */
    <T> void alter(boolean repeatable, Supplier<T> onDisk, Consumer<T> inMemory) {
        forcing.alter(repeatable, onDisk, inMemory);
    }

    /** Begins a new segment if the active one holds something and should be closed. For the cleaner, in a step. */
    boolean rollIf(Predicate<Segment> isDue) {
        boolean rolled = writer.rollIf(isDue);
        if (rolled) {
            // The new segment may not be durable yet, though the log is as long as it was.
            cleanEndOffset = NONE;
            listeners.run();
        }
        return rolled;
    }

    /** How far the log may be cleaned: what is below stays decided, whatever is cut off. */
    long durableStableOffset() {
        return forcing.durableStableOffset();
    }

    /** Reads or changes what is known of the producers. For the cleaner. */
    <T> T withProducers(Function<ProducerStateTable, T> action) {
        return writer.withProducers(action);
    }

    /** Below this offset all data is on the device. What is written down for the next start may be less, until {@link #checkpoint}. */
    public long recoveryPoint() {
        return writer.recoveryPoint();
    }

    /** The listener runs on the writer's thread after every view that lets readers see more; it must be quick and throw nothing. */
    @Override
    public void onAppend(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    /** True if the partition has failed: what its files hold is to be recovered by the next open. */
    public boolean hasFailed() {
        return status.hasFailed();
    }

    /** True once the topic was deleted: whoever still holds this log gets an error that says so. */
    public boolean isDeleted() {
        return status.isDeleted();
    }

    /** Lets go of the files of a topic that was deleted, and tells those who wait for it. The files themselves are the caller's. */
    public void delete() {
        end(() -> {
            if (status.delete()) {
                files.close();
            }
        });
        listeners.run();
    }

    /** Who writes the files himself finds them as he left them. */
    @Override
    public boolean hasMovedOn(PartitionView from) {
        return false;
    }

    /** True if somebody met damage here. */
    public boolean isDamaged() {
        return status.isDamaged();
    }

    /** From now on no record is appended behind it (W12). */
    @Override
    public void noteDamage(CorruptionException damage) {
        status.damaged(damage);
    }

    /** The error of a reader whose storage call failed: what it means for this log. */
    @Override
    public LogException unreadable(StorageException cause) {
        return status.unreadable(cause);
    }

    /** @throws LogException if no record may be appended: the log is closed, its topic was deleted, its storage failed, or a reader met damage */
    public void checkOpen() {
        status.checkAppendable();
    }

    /** @throws LogException if the topic was deleted */
    @Override
    public void checkExists() {
        status.checkExists();
    }

    /** Closes cleanly: forced, indexes and producer snapshot written. A failed log only lets go of its files. Idempotent. */
    @Override
    public void close() {
        end(() -> {
            if (status.close()) {
                finish(isAsFoundClean());
            }
        });
    }

    /**
     * Closes without writing or forcing, if the next open, which then has to check the end of the log, is about as quick as otherwise; or else
     * as {@link #close} does. A power cut can take what was not forced until then, as while the log was open.
     *
     * @return how the log is left, for the next open; what it says of an unforced end holds until the system is started anew
     */
    public LastEnd closeQuickly() {
        boolean[] unforced = new boolean[1];
        end(() -> {
            if (status.close()) {
                unforced[0] = !isAsFoundClean() && files.isQuicklyChecked();
                finish(isAsFoundClean() || unforced[0]);
            }
        });
        if (status.hasFailed()) {
            return LastEnd.UNCLEAN;
        }
        return unforced[0] ? LastEnd.unforced(view().logEndOffset()) : LastEnd.CLEAN;
    }

    /** True if nothing was appended since the log was found clean, with nothing to mend. */
    private boolean isAsFoundClean() {
        return view().logEndOffset() == cleanEndOffset && files.active().hasWrittenIndexes();
    }

    /** Runs the end of the log while nobody cleans, forces or appends. */
    private void end(Runnable last) {
        cleaningLock.lock();
        try {
            forcing.exclusively(last);
        } finally {
            cleaningLock.unlock();
        }
    }

    private void finish(boolean asItIs) {
        try {
            if (!status.hasFailed()) {
                if (!asItIs) {
                    files.force(view(), recoveryPoint());
                    writer.finish();
                }
                files.deleteRetired();
            }
        } catch (StorageException failed) {
            throw status.fail(failed);
        } finally {
            files.close();
        }
    }
}
