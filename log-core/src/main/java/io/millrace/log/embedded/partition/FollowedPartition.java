package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.recovery.Checkpoints;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a log that another process may own, read from its files. Nothing is locked, written, cut or deleted. Safe for use by several
 * threads, which look at the files one at a time.
 *
 * <p>Each {@link #view} asks for the size of the last segment's file and takes what was appended since. What happens to closed segments is
 * noticed when a reader finds one gone, and otherwise within {@link #LOOK_INTERVAL}. The files may change between any two calls; whatever
 * does not fit together is looked at anew, and is damage only when the directory stands still and it does not fit either (W9).
 */
public final class FollowedPartition implements ReadablePartition, AutoCloseable {
    /** How late a compaction, a retention or the deletion of the topic may be noticed by a reader that is not touched by it. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    /** How long readers may go on in deleted segments whose files are still open here, as in the owner's process. */
    private static final Duration KEEP_RETIRED = Duration.ofMinutes(1);

    /** Each fails only if the owner changed something since the one before. */
    private static final int MOST_ATTEMPTS = 20;

    private static final int INDEX_INTERVAL_BYTES = 4096;

    private final TopicPartition topicPartition;
    private final SegmentDirectory directory;
    private final Storage storage;
    private final Ticker ticker;
    private final int maxInflatedBatchBytes;
    private final BooleanSupplier topicExists;
    private final Supplier<LastEnd> lastEnd;

    private @Nullable FollowedFiles files;
    private @Nullable PartitionView view;
    private long layout;
    private long lookedAtNanos;
    private long retiredAtNanos;
    private volatile boolean deleted;
    private boolean closed;

    /**
     * @param storage is only read
     * @param maxInflatedBatchBytes what a compressed batch may become when it is read
     * @param topicExists whether the topic that this was opened for is still there; asked from time to time
     * @param lastEnd how the log was left; if it is open now, what it would be like if its owner were killed. Asked from time to time
     */
    public FollowedPartition(
            Storage storage,
            Ticker ticker,
            TopicPartition topicPartition,
            int maxInflatedBatchBytes,
            BooleanSupplier topicExists,
            Supplier<LastEnd> lastEnd) {
        this.topicPartition = topicPartition;
        this.storage = storage;
        this.ticker = ticker;
        this.maxInflatedBatchBytes = maxInflatedBatchBytes;
        this.topicExists = topicExists;
        this.lastEnd = lastEnd;
        directory = new SegmentDirectory(storage, topicPartition.toString(), topicPartition, INDEX_INTERVAL_BYTES, "");
    }

    @Override
    public TopicPartition topicPartition() {
        return topicPartition;
    }

    @Override
    public int maxInflatedBatchBytes() {
        return maxInflatedBatchBytes;
    }

    /**
     * The partition with what was appended up to now, or up to where it is damaged: who reads to that end is told there.
     *
     * @throws CorruptionException if nothing of it can be read, because files are damaged
     * @throws LogException with STOP if the topic was deleted or the files cannot be read; with RETRY if they change all the time
     */
    @Override
    public synchronized PartitionView view() {
        return look(false);
    }

    /** The partition with all that happened to it up to now. @throws LogException as {@link #view} */
    public synchronized PartitionView refresh() {
        return look(true);
    }

    private PartitionView look(boolean thoroughly) {
        checkUsable();
        FollowedFiles present = files;
        PartitionView known = view;
        boolean isDue = ticker.nanos() - lookedAtNanos >= LOOK_INTERVAL.toNanos();
        if (present == null || known == null || thoroughly || isDue || !grows(present)) {
            return lookAtAll();
        }
        // What looks like damage may be what somebody writes who has opened the log since the last look.
        return present.brokenEnd() != null && !known.isBroken() ? lookAtAll() : publish(present);
    }

    private void checkUsable() {
        checkExists();
        if (closed) {
            throw AppendErrors.closed(topicPartition);
        }
    }

    /** @return false if a look at everything has to say what is there, or what is wrong */
    private static boolean grows(FollowedFiles present) {
        try {
            return present.grow();
        } catch (StorageException | CorruptionException moved) {
            return false;
        }
    }

    private PartitionView publish(FollowedFiles present) {
        PartitionView known = view;
        PartitionView next = present.view(layout);
        view = known != null && known.showsTheSameAs(next) ? known : next;
        return view;
    }

    private PartitionView lookAtAll() {
        for (int attempt = 1; ; attempt++) {
            List<String> names = list();
            RuntimeException failed;
            try {
                LastEnd left = lastEnd.get();
                FollowedFiles seen = lookAt(names, left);
                checkTopic();
                BrokenEnd broken = seen.brokenEnd();
                if (broken == null || stoodStill(broken, names, left)) {
                    lookedAtNanos = ticker.nanos();
                    return publish(seen);
                }
                failed = broken.error();
                // What is open may be what compaction has replaced meanwhile.
                letGoOfAll();
            } catch (StorageException | CorruptionException unfit) {
                checkTopic();
                if (names.equals(list())) {
                    throw unfit instanceof StorageException storageFailed ? unreadable(storageFailed) : unfit;
                }
                failed = unfit;
            }
            if (attempt == MOST_ATTEMPTS) {
                throw changing(failed);
            }
        }
    }

    /** True if it is damage, and nothing that came of a change between two calls. */
    private boolean stoodStill(BrokenEnd broken, List<String> names, LastEnd left) {
        PartitionView known = view;
        boolean isSure = (known != null && known.isBrokenAs(broken)) || isThereAgain(broken, left);
        return isSure && left.equals(lastEnd.get()) && names.equals(list());
    }

    /**
     * True if a second look at files that are opened anew, begun after the first has ended, finds the same. If that is a hole, what stands behind
     * it was whole in the file before what belongs into it was looked for: no writer does that. What is compacted or deleted meanwhile is below
     * the recovery point of that moment (W8), which is still what it was.
     */
    private boolean isThereAgain(BrokenEnd broken, LastEnd left) {
        if (broken.cause() == BrokenEnd.Cause.CHANGED) {
            return false;
        }
        FollowedLayout found = layoutOf(list(), left);
        try (FollowedFiles again = FollowedFiles.open(directory, found)) {
            again.lookBehind();
            return broken.isThatOf(again.brokenEnd()) && found.equals(layoutOf(list(), left));
        }
    }

    private List<String> list() {
        try {
            return storage.list(directory.path());
        } catch (StorageException failed) {
            throw unreadable(failed);
        }
    }

    /** The names are read first: what else is read later is never older, so that names which do not fit are told from damage. */
    private FollowedFiles lookAt(List<String> names, LastEnd left) {
        if (names.isEmpty() && !storage.isDirectory(directory.path())) {
            throw new CorruptionException(LogFiles.directoryIsGone(storage, directory.path()));
        }
        FollowedLayout found = layoutOf(names, left);
        FollowedFiles present = files;
        if (present == null || !adopts(present, found)) {
            present = FollowedFiles.open(directory, found);
            replace(present);
        }
        dropRetired(present);
        present.lookBehind();
        return present;
    }

    private FollowedLayout layoutOf(List<String> names, LastEnd left) {
        return FollowedLayout.of(names, Checkpoints.open(directory), left, new FollowedSegments(directory)::endOfSwap);
    }

    private boolean adopts(FollowedFiles present, FollowedLayout found) {
        boolean hadRetired = present.hasRetired();
        List<Segment> dropped = present.adopt(found);
        if (dropped == null) {
            return false;
        }
        if (!hadRetired && present.hasRetired()) {
            retiredAtNanos = ticker.nanos();
        }
        letGo(dropped);
        return present.grow();
    }

    private void replace(FollowedFiles by) {
        letGoOfAll();
        files = by;
    }

    private void letGoOfAll() {
        FollowedFiles former = files;
        files = null;
        layout++;
        if (former != null) {
            former.close();
        }
    }

    private void dropRetired(FollowedFiles present) {
        if (present.hasRetired() && ticker.nanos() - retiredAtNanos >= KEEP_RETIRED.toNanos()) {
            letGo(present.dropRetired());
        }
    }

    private void letGo(List<Segment> dropped) {
        if (!dropped.isEmpty()) {
            layout++;
            dropped.forEach(Segment::close);
        }
    }

    private void checkTopic() {
        if (!topicExists.getAsBoolean()) {
            delete();
            checkExists();
        }
    }

    /** Lets go of the files, and tells whoever still reads this that the topic was deleted. */
    public void delete() {
        deleted = true;
        close();
    }

    @Override
    public void forEachBatch(long fromOffset, Consumer<BatchView> visitor) {
        PartitionView present = acquire();
        try {
            present.forEachBatch(fromOffset, visitor);
        } catch (StorageException | CorruptionException failed) {
            throw errorOf(failed, present);
        } finally {
            present.release();
        }
    }

    private LogException errorOf(RuntimeException failed, PartitionView from) {
        if (hasMovedOn(from)) {
            return changing(failed);
        }
        return failed instanceof StorageException storageFailed ? unreadable(storageFailed) : (LogException) failed;
    }

    private LogException changing(Throwable cause) {
        return new LogException(
                Disposition.RETRY,
                "The files of " + topicPartition
                        + " were changed by the process that owns the log, while they were read: " + cause.getMessage()
                        + ". Try again",
                cause);
    }

    /** A view whose files stay open until it is released. */
    private synchronized PartitionView acquire() {
        PartitionView present = view();
        if (!present.acquire()) {
            throw AppendErrors.closed(topicPartition);
        }
        return present;
    }

    @Override
    public OptionalLong offsetForTimestamp(long timestamp, Isolation isolation) {
        for (int attempt = 1; ; attempt++) {
            PartitionView present = acquire();
            try {
                OptionalLong found = lookUp(present, timestamp, isolation);
                // An index that was read may have been that of a segment in the place of the one that was looked into.
                if (attempt == MOST_ATTEMPTS || !hasMovedOn(present)) {
                    return found;
                }
            } catch (StorageException | CorruptionException failed) {
                LogException error = errorOf(failed, present);
                if (error.disposition() != Disposition.RETRY || attempt == MOST_ATTEMPTS) {
                    throw error;
                }
            } finally {
                present.release();
            }
        }
    }

    private OptionalLong lookUp(PartitionView present, long timestamp, Isolation isolation) {
        RecordIterator records = new RecordIterator(topicPartition, maxInflatedBatchBytes);
        return new TimestampLookup(records, present, isolation, timestamp).find(segment -> {
            synchronized (this) {
                return segment.olderBefore(timestamp);
            }
        });
    }

    @Override
    public void onAppend(Runnable listener) {
        // Another process appends: nobody here would run it.
    }

    @Override
    public void removeListener(Runnable listener) {
        // None was added.
    }

    @Override
    public void checkExists() {
        if (deleted) {
            throw AppendErrors.deleted(topicPartition);
        }
    }

    /** Nothing is appended here; what is damage for good is known from the files (W10). */
    @Override
    public void noteDamage(CorruptionException damage) {}

    @Override
    public synchronized boolean hasMovedOn(PartitionView from) {
        PartitionView now = refresh();
        FollowedFiles present = files;
        if (present != null) {
            letGo(present.dropLostRetired());
            now = publish(present);
        }
        return layout != from.layout() || now.isBroken() != from.isBroken();
    }

    @Override
    public LogException unreadable(StorageException cause) {
        return deleted ? AppendErrors.deleted(topicPartition) : AppendErrors.unreadable(topicPartition, cause);
    }

    @Override
    public synchronized void close() {
        closed = true;
        FollowedFiles present = files;
        files = null;
        view = null;
        if (present != null) {
            present.close();
        }
    }
}
