package io.millrace.log.embedded.producer;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files of one partition. Owned by the partition's writer, under its lock; the cleaner deletes some while nothing is forced.
 */
public final class ProducerSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerSnapshots.class);
    /** How many are kept for each way to open: the one that is used, and one more in case that it is damaged. */
    private static final int KEPT = 2;

    private final SegmentDirectory directory;
    /** Offsets of snapshots that were written and not forced. */
    private final Set<Long> unforced = ConcurrentHashMap.newKeySet();
    /** Offsets of all files, where nobody else changes them: they are not looked up. */
    private final @Nullable NavigableSet<Long> owned;

    /** Those of a partition that somebody else may write. */
    public ProducerSnapshots(SegmentDirectory directory) {
        this(directory, null);
    }

    private ProducerSnapshots(SegmentDirectory directory, @Nullable NavigableSet<Long> owned) {
        this.directory = directory;
        this.owned = owned;
    }

    /** Those of a partition that only the caller writes. @param offsets of all that there are */
    public static ProducerSnapshots owned(SegmentDirectory directory, Collection<Long> offsets) {
        return new ProducerSnapshots(directory, new ConcurrentSkipListSet<>(offsets));
    }

    /** What a partition knew of its producers at an offset. */
    public record Snapshot(long offset, ProducerStateTable producers) {}

    /**
     * The newest undamaged snapshot at or below {@code offset}. Damaged ones are deleted: older ones and the log itself say the same.
     *
     * @param logStartOffset the offset at which an empty table stands, if there is no snapshot; a snapshot of an offset below is of no use,
     *     because the batches between are gone, and among them the ends of transactions that it calls open
     */
    public Snapshot newestUpTo(long offset, long logStartOffset) {
        return newestUpTo(offset, logStartOffset, this::delete);
    }

    /** The same, without deleting anything. */
    public Snapshot readNewestUpTo(long offset, long logStartOffset) {
        return newestUpTo(offset, logStartOffset, damaged -> {});
    }

    private Snapshot newestUpTo(long offset, long logStartOffset, LongConsumer ofDamaged) {
        Storage storage = directory.storage();
        List<Long> present = offsets();
        for (int i = present.size() - 1; i >= 0; i--) {
            long at = present.get(i);
            if (at <= offset && at >= logStartOffset) {
                String path = directory.file(at, LogFiles.SNAPSHOT);
                try {
                    return new Snapshot(at, ProducerSnapshot.decode(LogFiles.read(storage, path)));
                } catch (CorruptionException damaged) {
                    LOG.warn("{}: {} is not used. {}", directory.topicPartition(), path, damaged.getMessage());
                    ofDamaged.accept(at);
                }
            }
        }
        return new Snapshot(logStartOffset, new ProducerStateTable());
    }

    /** The highest id that a snapshot knows, 0 if there is none. For a repair. */
    public long highestProducerId() {
        long highest = 0;
        for (long at : offsets()) {
            byte[] file = LogFiles.read(directory.storage(), directory.file(at, LogFiles.SNAPSHOT));
            try {
                for (ProducerState state : ProducerSnapshot.decode(file).inOrder()) {
                    highest = Math.max(highest, state.producerId());
                }
            } catch (CorruptionException damaged) {
                LOG.debug("{}: the snapshot at {} is damaged", directory.topicPartition(), at);
            }
        }
        return highest;
    }

    public void write(long offset, ProducerStateTable producers, boolean forced) {
        String path = directory.file(offset, LogFiles.SNAPSHOT);
        if (owned != null) {
            // Before, for a call that fails may have done it.
            owned.add(offset);
        }
        LogFiles.replace(directory.storage(), path, ProducerSnapshot.encode(producers), forced);
        if (!forced) {
            unforced.add(offset);
        }
    }

    /** Makes the snapshots up to an offset durable, but for their names. From any thread, one at a time (KAFKA-9892). */
    public void forceUpTo(long offset) {
        for (long at : List.copyOf(unforced)) {
            if (at <= offset) {
                LogFiles.forceIfPresent(directory.storage(), directory.file(at, LogFiles.SNAPSHOT));
                unforced.remove(at);
            }
        }
    }

    /**
     * Deletes snapshots that the batches behind them no longer continue, because some of those are removed: a transaction that is open in
     * such a snapshot might never end.
     */
    public void deleteBelow(long offset) {
        for (long at : offsets()) {
            if (at < offset) {
                delete(at);
            }
        }
    }

    /** Deletes snapshots of what is no longer in the log. @return how many */
    public int deleteAbove(long offset) {
        int deleted = 0;
        for (long at : offsets()) {
            if (at > offset) {
                delete(at);
                deleted++;
            }
        }
        return deleted;
    }

    /**
     * Deletes the snapshots that no open can need.
     *
     * @param checkedFrom where a recovery would begin; what it needs stands there or below
     * @param recoveryPoint a clean open needs the newest; behind this one, a recovery could still cut them off
     */
    public void prune(long checkedFrom, long recoveryPoint) {
        List<Long> present = offsets();
        List<Long> below = present.stream().filter(at -> at <= checkedFrom).toList();
        List<Long> between = present.stream()
                .filter(at -> at > checkedFrom && at <= recoveryPoint)
                .toList();
        deleteAllButNewest(below);
        deleteAllButNewest(between);
    }

    private void deleteAllButNewest(List<Long> offsets) {
        for (int i = 0; i < offsets.size() - KEPT; i++) {
            delete(offsets.get(i));
        }
    }

    private void delete(long at) {
        directory.storage().delete(directory.file(at, LogFiles.SNAPSHOT));
        if (owned != null) {
            owned.remove(at);
        }
    }

    private List<Long> offsets() {
        if (owned != null) {
            return List.copyOf(owned);
        }
        List<Long> offsets = new ArrayList<>();
        for (String name : directory.storage().list(directory.path())) {
            OptionalLong offset = LogFiles.offsetOf(name, LogFiles.SNAPSHOT);
            if (offset.isPresent()) {
                offsets.add(offset.getAsLong());
            }
        }
        return offsets;
    }
}
