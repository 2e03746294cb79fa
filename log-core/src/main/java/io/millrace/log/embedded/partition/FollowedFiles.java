package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.partition.FollowedLayout.Place;
import io.millrace.log.embedded.producer.CompletedTransaction;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.producer.ProducerSnapshots.Snapshot;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.AbortedTransactionIndex;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
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
    private ProducerStateTable producers = new ProducerStateTable();
    private long recoveryPoint;
    /** How many segments at the front are deleted, and only kept for readers inside them. */
    private int retired;
    /** Where in the last segment the last batch stands that was checked, and its header: says whether the file is still the same. */
    private long anchorPosition;

    private final ByteBuffer anchor = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
    private boolean anchored;
    /** Nothing was written yet, so that there is no file. */
    private boolean isAbsent;

    private FollowedFiles(SegmentDirectory directory) {
        this.directory = directory;
        storage = directory.storage();
    }

    /**
     * Reads what has to be read of a partition.
     *
     * @throws StorageException also when its owner changed the files meanwhile
     * @throws CorruptionException if what is durable is not what was written, or its owner changed the files meanwhile
     */
    static FollowedFiles open(SegmentDirectory directory, FollowedLayout layout) {
        FollowedFiles files = new FollowedFiles(directory);
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
        recoveryPoint = layout.recoveryPoint();
        if (layout.isEmpty()) {
            isAbsent = true;
            segments.add(Segment.absent(directory));
            checkEnd("the segment file that holds it is not there");
            return;
        }
        long first = layout.places().get(0).baseOffset();
        if (first != layout.logStartOffset()) {
            throw damaged(
                    "the log starts at offset " + layout.logStartOffset() + ", its first segment at offset " + first);
        }
        openChecked(layout);
        openTail(layout);
    }

    /** Opens the segments whose indexes are relied on, up to one whose index of aborted transactions is not what was written. */
    private void openChecked(FollowedLayout layout) {
        for (Place place : layout.places().subList(0, layout.firstUnchecked())) {
            Segment segment = openClosed(place);
            if (segment == null) {
                return;
            }
            segments.add(segment);
        }
    }

    /** @return null if there is no index of aborted transactions to rely on */
    private @Nullable Segment openClosed(Place place) {
        SegmentDirectory files = directory.endingIn(place.ending());
        AbortedTransactionIndex aborted = AbortedTransactionIndex.readIfSound(files, place.baseOffset());
        if (!place.ending().isEmpty() && !storage.exists(files.file(place.baseOffset(), LogFiles.ABORTED_INDEX))) {
            // A swap under way has renamed it already. An older index names all that are in the new segment, and more.
            aborted = AbortedTransactionIndex.readIfSound(directory, place.baseOffset());
        }
        if (aborted == null) {
            return null;
        }
        String swap = directory.file(place.baseOffset(), LogFiles.LOG + LogFiles.SWAP);
        if (place.ending().isEmpty() && storage.exists(swap)) {
            // The index may be that of the compacted segment, which no longer names what the older one still holds.
            // Only
            // a segment that is opened after its swap has ended is sure not to be older than its index.
            throw new StorageException(Kind.NOT_FOUND, swap + " is about to be renamed");
        }
        return Segment.openToRead(files, place.baseOffset(), aborted);
    }

    private void openTail(FollowedLayout layout) {
        ProducerSnapshots snapshots = new ProducerSnapshots(directory);
        int place = segments.size();
        long base = layout.places().get(place).baseOffset();
        Segment segment = openBehindSnapshot(layout, place, snapshots);
        if (segment == null) {
            Snapshot snapshot = snapshots.readNewestUpTo(base, layout.logStartOffset());
            producers = snapshot.producers();
            replay(snapshot.offset(), base);
            segment = openToFollow(layout.places().get(place), base, new AbortedTransactionIndex());
        }
        while (true) {
            follow(segment);
            String fault = checkOn();
            place++;
            if (place == layout.places().size()) {
                checkEnd(fault == null ? "the log ends here" : fault);
                return;
            }
            Place next = layout.places().get(place);
            if (segment.nextOffset() != next.baseOffset()) {
                checkEnd(fault == null ? "the next segment begins at offset " + next.baseOffset() : fault);
                return;
            }
            segment = openToFollow(next, next.baseOffset(), new AbortedTransactionIndex());
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
        Snapshot snapshot = snapshots.readNewestUpTo(Math.max(base, recoveryPoint), layout.logStartOffset());
        if (!layout.isInside(place, snapshot.offset())) {
            return null;
        }
        AbortedTransactionIndex aborted = AbortedTransactionIndex.readIfSound(directory, base);
        if (aborted == null) {
            return null;
        }
        Segment segment = Segment.openToFollow(directory, base, snapshot.offset(), aborted.below(snapshot.offset()));
        if (segment != null) {
            producers = snapshot.producers();
        }
        return segment;
    }

    private Segment openToFollow(Place place, long fromOffset, AbortedTransactionIndex aborted) {
        SegmentDirectory files = directory.endingIn(place.ending());
        Segment segment = Segment.openToFollow(files, place.baseOffset(), fromOffset, aborted);
        if (segment == null) {
            throw damaged("offset " + fromOffset + " is not in the segment that begins at " + place.baseOffset());
        }
        return segment;
    }

    /** Brings the producers of a snapshot up to the offset at which the checking begins. */
    private void replay(long fromOffset, long endOffset) {
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long segmentEnd = i + 1 < segments.size() ? segments.get(i + 1).baseOffset() : endOffset;
            if (segmentEnd > fromOffset) {
                long end = segment.sizeBytes();
                BatchScanner scanner = new BatchScanner(segment, segment.locate(fromOffset, end), end);
                while (scanner.next()) {
                    if (scanner.batch().baseOffset() >= fromOffset) {
                        producers.apply(scanner.batch());
                    }
                }
                String fault = scanner.fault();
                if (fault != null) {
                    throw damaged(at(scanner.position(), segment) + ": " + fault);
                }
            }
        }
    }

    private void follow(Segment segment) {
        if (!segments.isEmpty()) {
            active().seal();
        }
        segments.add(segment);
        anchored = false;
    }

    private Segment active() {
        return segments.get(segments.size() - 1);
    }

    /** Checks the batches that the last segment has more. @return what is wrong with the first that is none, null at the file's end */
    private @Nullable String checkOn() {
        Segment active = active();
        BatchScanner scanner = new BatchScanner(active, active.sizeBytes(), storage.size(active.path()));
        String fault = null;
        long last = -1;
        while (fault == null && scanner.next()) {
            BatchView batch = scanner.batch();
            if (batch.baseOffset() != active.nextOffset()
                    || !active.hasRoomFor(batch.lastOffset(), batch.sizeInBytes())) {
                fault = at(scanner.position(), active) + ": a batch has base offset " + batch.baseOffset();
            } else {
                active.account(batch);
                apply(batch);
                last = scanner.position();
            }
        }
        if (scanner.fault() != null) {
            fault = at(scanner.position(), active) + ": " + scanner.fault();
        }
        if (last >= 0) {
            anchorPosition = last;
            anchored = readHeader(active, last, anchor);
        }
        return fault;
    }

    private void apply(BatchView batch) {
        CompletedTransaction completed = producers.apply(batch);
        if (completed != null && completed.aborted()) {
            active().addAborted(
                            completed.producerId(),
                            completed.firstOffset(),
                            completed.lastOffset(),
                            completed.lastStableOffset());
        }
    }

    private static boolean readHeader(Segment segment, long position, ByteBuffer header) {
        header.clear();
        return segment.read(position, header) == BatchFormat.HEADER_SIZE;
    }

    /** True if the file that has the last segment's name now holds, where the last checked batch stands, that batch. */
    private boolean isSameFile() {
        if (!anchored) {
            return true;
        }
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        try (StorageFile file = storage.open(active().path(), OpenMode.READ)) {
            return file.readAt(anchorPosition, header) == BatchFormat.HEADER_SIZE
                    && header.flip().equals(anchor.duplicate().flip());
        }
    }

    /**
     * Takes what was appended since, to the last segment and to new ones.
     *
     * @return false if the files are no longer those that were read: then all is to be read anew
     */
    boolean grow() {
        if (isAbsent) {
            return !storage.exists(active().path());
        }
        while (true) {
            Segment active = active();
            long size = storage.size(active.path());
            if (size < active.sizeBytes()) {
                return false;
            }
            if (size > active.sizeBytes()) {
                if (!isSameFile()) {
                    return false;
                }
                String fault = checkOn();
                if (fault != null) {
                    checkEnd(fault);
                    if (active.read(active.sizeBytes(), ByteBuffer.allocate(1)) == 0) {
                        // What is open has not what the name promises: another file has it now.
                        return false;
                    }
                }
            }
            // No other segment begins where this one ends before it is complete.
            long end = active.nextOffset();
            if (end == active.baseOffset() || !storage.exists(directory.file(end, LogFiles.LOG))) {
                return true;
            }
            follow(openToFollow(new Place(end, ""), end, new AbortedTransactionIndex()));
        }
    }

    /**
     * Takes what its owner did to the closed segments: deleted some, put others in the place of some. Then {@link #grow} goes on.
     *
     * @return the segments that are no longer part of the log, still open; null if all is to be read anew
     */
    @Nullable List<Segment> adopt(FollowedLayout layout) {
        if (isAbsent) {
            return layout.isEmpty() ? List.of() : null;
        }
        Segment active = active();
        int end = layout.places().indexOf(new Place(active.baseOffset(), endingOf(active)));
        if (end < 0 || layout.isEmpty() || storage.size(active.path()) < active.sizeBytes() || !isSameFile()) {
            return null;
        }
        recoveryPoint = layout.recoveryPoint();
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
            for (int i = 0; i < end; i++) {
                Place place = layout.places().get(i);
                Segment segment = find(place, layout.places().get(i + 1).baseOffset());
                if (segment == null) {
                    segment = openClosed(place);
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
            if (segment.baseOffset() == place.baseOffset() && endingOf(segment).equals(place.ending())) {
                boolean same = segments.get(i + 1).baseOffset() == endOffset
                        && storage.size(segment.path()) == segment.sizeBytes();
                return same ? segment : null;
            }
        }
        return null;
    }

    private static String endingOf(Segment segment) {
        return segment.path().endsWith(LogFiles.SWAP) ? LogFiles.SWAP : "";
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
        return PartitionView.followed(segments.toArray(new Segment[0]), retired, layout, producers);
    }

    /** The offset behind the segment of a swap that is decided and not completed. */
    static long endOfSwap(SegmentDirectory directory, long baseOffset) {
        SegmentDirectory swap = directory.endingIn(LogFiles.SWAP);
        try (Segment segment = Segment.openToRead(swap, baseOffset, new AbortedTransactionIndex())) {
            return segment.endOffset();
        }
    }

    /** @throws CorruptionException if the log may not end here, as it does */
    private void checkEnd(String what) {
        if (active().nextOffset() < recoveryPoint) {
            throw damaged("offset " + active().nextOffset() + " is expected, " + what);
        }
    }

    private static String at(long position, Segment segment) {
        return "position " + position + " of " + segment.path();
    }

    private CorruptionException damaged(String what) {
        return new CorruptionException("The log of " + directory.topicPartition() + " is damaged: " + what
                + "; yet everything below offset " + recoveryPoint + " is durable. Restore the directory "
                + storage.describe() + '/' + directory.path()
                + " from a copy, or run 'millrace log repair', which first says what would be lost");
    }

    @Override
    public void close() {
        segments.forEach(Segment::close);
    }
}
