package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.partition.FollowedLayout.Place;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerSnapshots.Snapshot;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition's files as they were read last, while another process may change them. Owned by a {@link FollowedPartition}, under its lock.
 *
 * <p>What is relied on is what a recovery relies on (R1): below the recovery point, indexes of aborted transactions and the newest producer
 * snapshot; from there on every batch is checked, which gives the producers, the transactions that are open and the aborted ones. The first
 * batch that is none is the end for now: it may be about to be written.
 */
final class FollowedFiles implements AutoCloseable {
    private final SegmentDirectory directory;
    private final Storage storage;
    private final List<Segment> segments = new ArrayList<>();
    private final FollowedSegments opening;
    private final FollowedTail tail;
    private final FollowedEnd end;
    /** How many segments at the front are deleted, and only kept for readers inside them. */
    private int retired;
    /** Below this offset records are deleted. */
    private long recordsStart;
    /** Nothing was written yet, so that there is no file. */
    private boolean isAbsent;

    private FollowedFiles(SegmentDirectory directory, FollowedLayout layout) {
        this.directory = directory;
        storage = directory.storage();
        opening = new FollowedSegments(directory);
        tail = new FollowedTail(storage);
        end = new FollowedEnd(directory, layout);
        recordsStart = layout.recordsStart();
    }

    /**
     * Reads what has to be read of a partition.
     *
     * @throws StorageException also when its owner changed the files meanwhile
     * @throws CorruptionException if what is durable is not what was written, or its owner changed the files meanwhile
     */
    static FollowedFiles open(SegmentDirectory directory, FollowedLayout layout) {
        FollowedFiles files = new FollowedFiles(directory, layout);
        boolean opened = false;
        try {
            files.read(layout);
            opened = true;
            return files;
        } finally {
            if (!opened) {
                files.close();
            }
        }
    }

    private void read(FollowedLayout layout) {
        if (layout.isEmpty()) {
            isAbsent = true;
            segments.add(Segment.absent(directory, layout.logStartOffset()));
            end.judge(active(), null);
            return;
        }
        long first = layout.places().get(0).baseOffset();
        if (first != layout.logStartOffset()) {
            throw new CorruptionException(end.damage(
                    "the log starts at offset " + layout.logStartOffset() + ", its first segment at offset " + first));
        }
        openChecked(layout);
        openTail(layout);
    }

    /** Opens the segments whose indexes are relied on, up to one whose index of aborted transactions is not what was written. */
    private void openChecked(FollowedLayout layout) {
        for (Place place : layout.places().subList(0, layout.firstUnchecked())) {
            Segment segment = opening.closed(place);
            if (segment == null) {
                return;
            }
            segments.add(segment);
        }
    }

    private void openTail(FollowedLayout layout) {
        ProducerSnapshots snapshots = new ProducerSnapshots(directory);
        int place = segments.size();
        Segment segment = openBehindSnapshot(layout, place, snapshots);
        if (segment == null) {
            segment = openBehindReplay(layout, snapshots);
            place = segments.size();
        }
        while (true) {
            follow(segment);
            String fault = tail.checkOn();
            place++;
            boolean isLast = place == layout.places().size();
            if (fault != null
                    || isLast
                    || segment.nextOffset() != layout.places().get(place).baseOffset()) {
                end.judge(segment, fault);
                return;
            }
            Place next = layout.places().get(place);
            segment = opening.toCheck(next);
        }
    }

    /**
     * A clean end leaves a snapshot inside of a segment, and before it the index of all aborted transactions up to there, both durable before
     * the recovery point passed them: what is before needs no look.
     */
    private @Nullable Segment openBehindSnapshot(FollowedLayout layout, int place, ProducerSnapshots snapshots) {
        if (place != layout.firstUnchecked()) {
            return null;
        }
        long base = layout.places().get(place).baseOffset();
        Snapshot snapshot = snapshots.readNewestUpTo(Math.max(base, layout.recoveryPoint()), layout.logStartOffset());
        if (!layout.isInside(place, snapshot.offset())) {
            return null;
        }
        AbortedTransactionIndex aborted = AbortedTransactionIndex.readIfSound(directory, base);
        if (aborted == null) {
            return null;
        }
        Segment segment = Segment.openToFollow(directory, base, snapshot.offset(), aborted.below(snapshot.offset()));
        if (segment != null) {
            tail.begin(snapshot.producers());
        }
        return segment;
    }

    /**
     * Opens the segment from which on all is checked, with the producers as they are there. If one before is damaged, it is that one: all
     * that is before the damage can be read.
     */
    private Segment openBehindReplay(FollowedLayout layout, ProducerSnapshots snapshots) {
        while (true) {
            Place place = layout.places().get(segments.size());
            Snapshot snapshot = snapshots.readNewestUpTo(place.baseOffset(), layout.logStartOffset());
            tail.begin(snapshot.producers());
            int damaged = replay(snapshot.offset(), place.baseOffset());
            if (damaged < 0) {
                return opening.toCheck(place);
            }
            List<Segment> unsound = segments.subList(damaged, segments.size());
            unsound.forEach(Segment::close);
            unsound.clear();
        }
    }

    /** Brings the producers of a snapshot up to the offset at which the checking begins. @return the segment that is damaged, or −1 */
    private int replay(long fromOffset, long endOffset) {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long segmentEnd = i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : endOffset;
            if (segmentEnd > fromOffset && !tail.replays(segment, fromOffset)) {
                return i;
            }
        }
        return -1;
    }

    private void follow(Segment segment) {
        if (!segments.isEmpty()) {
            active().seal();
        }
        segments.add(segment);
        tail.moveTo(segment);
    }

    private Segment active() {
        return segments.get(segments.size() - 1);
    }

    /**
     * Takes what was appended since, to the last segment and to new ones.
     *
     * @return false if the files are no longer those that were read: then all is to be read anew
     */
    boolean grow() {
        if (end.broken() != null) {
            // It is looked at again with everything else.
            return true;
        }
        if (isAbsent) {
            return !storage.exists(active().path());
        }
        while (true) {
            Segment active = active();
            long size = storage.size(active.path());
            if (size < active.sizeBytes()) {
                return false;
            }
            String fault = null;
            if (size > active.sizeBytes()) {
                if (!tail.isSameFile()) {
                    return false;
                }
                fault = tail.checkOn();
                if (fault != null && active.read(active.sizeBytes(), ByteBuffer.allocate(1)) == 0) {
                    // What is open has not what the name promises: another file has it now.
                    return false;
                }
            }
            // No other segment begins where this one ends before it is complete.
            long next = active.nextOffset();
            if (next == active.baseOffset()
                    || end.isAtMisfit(active)
                    || !storage.exists(directory.file(next, LogFiles.LOG))) {
                end.judge(active, fault);
                return true;
            }
            follow(opening.toCheck(new Place(next, "")));
        }
    }

    /**
     * Takes what its owner did to the closed segments: deleted some, put others in the place of some. Then {@link #grow} goes on.
     *
     * @return the segments that are no longer part of the log, still open; null if all is to be read anew
     */
    @Nullable List<Segment> adopt(FollowedLayout layout) {
        end.learn(layout);
        recordsStart = layout.recordsStart();
        if (isAbsent) {
            end.judge(active(), null);
            return layout.isEmpty() && layout.logStartOffset() == active().baseOffset() ? List.of() : null;
        }
        Segment active = active();
        int last = layout.places().indexOf(new Place(active.baseOffset(), FollowedSegments.endingOf(active)));
        if (last < 0 || layout.isEmpty() || storage.size(active.path()) < active.sizeBytes() || !tail.isSameFile()) {
            return null;
        }
        end.forget();
        List<Segment> present = new ArrayList<>();
        List<Segment> fresh = new ArrayList<>();
        boolean adopted = false;
        try {
            for (Segment segment : segments) {
                if (segment.baseOffset() < layout.logStartOffset()) {
                    present.add(segment);
                }
            }
            final int nowRetired = present.size();
            for (int i = 0; i < last; i++) {
                Place place = layout.places().get(i);
                Segment segment = find(place, layout.places().get(i + 1).baseOffset());
                if (segment == null) {
                    segment = opening.closed(place);
                    if (segment == null) {
                        return null;
                    }
                    fresh.add(segment);
                }
                present.add(segment);
            }
            present.add(active);
            retired = nowRetired;
            adopted = true;
        } finally {
            if (!adopted) {
                fresh.forEach(Segment::close);
            }
        }
        List<Segment> dropped = new ArrayList<>(segments);
        dropped.removeAll(present);
        segments.clear();
        segments.addAll(present);
        return dropped;
    }

    /** The segment that was read at this place, if the file there is the same: a compaction that changes anything removes bytes from a range of offsets. */
    private @Nullable Segment find(Place place, long endOffset) {
        for (int i = 0; i < segments.size() - 1; i++) {
            Segment segment = segments.get(i);
            if (segment.baseOffset() == place.baseOffset()
                    && FollowedSegments.endingOf(segment).equals(place.ending())) {
                boolean same = segments.get(i + 1).baseOffset() == endOffset
                        && storage.size(segment.path()) == segment.sizeBytes();
                return same ? segment : null;
            }
        }
        return null;
    }

    boolean hasRetired() {
        return retired > 0;
    }

    /** Lets go of the deleted segments. @return those, still open */
    List<Segment> dropRetired() {
        return dropRetired(retired);
    }

    /** The same up to the last one whose file was closed here to make room for others: without its name it cannot be opened again. */
    List<Segment> dropLostRetired() {
        int lost = retired;
        while (lost > 0 && isReadable(segments.get(lost - 1))) {
            lost--;
        }
        return dropRetired(lost);
    }

    private static boolean isReadable(Segment segment) {
        try {
            segment.read(0, ByteBuffer.allocate(1));
            return true;
        } catch (StorageException lost) {
            return false;
        }
    }

    private List<Segment> dropRetired(int count) {
        List<Segment> front = segments.subList(0, count);
        List<Segment> dropped = new ArrayList<>(front);
        front.clear();
        retired -= count;
        return dropped;
    }

    PartitionView view(long layout) {
        return PartitionView.followed(
                segments.toArray(new Segment[0]), retired, recordsStart, layout, tail.producers(), end.broken());
    }

    /** What is wrong with the end, if the log may not end there, as it does. */
    @Nullable BrokenEnd brokenEnd() {
        return end.broken();
    }

    /** Looks for what stands behind the end, which tells of a hole: see {@link FollowedEnd#lookBehind}. */
    void lookBehind() {
        end.lookBehind(active());
    }

    @Override
    public void close() {
        segments.forEach(Segment::close);
    }
}
