package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Puts one segment in the place of several, so that a crash at any point leaves the old ones or, after the next start, the new one. Static.
 *
 * <ol>
 *   <li>The new segment's files are written as {@code .cleaned} and forced: left over, they are deleted.
 *   <li>{@link #commit}: they become {@code .swap}, the log last. From the moment at which {@code .log.swap} exists, the swap is decided.
 *   <li>{@link #complete}: the segments behind the first old one become {@code .deleted}, the indexes take their names, and then, last, the
 *       log. Left over, this is done again.
 * </ol>
 */
public final class SegmentSwap {
    private SegmentSwap() {}

    /** Decides for the new segment, durably. Its files are forced, those of the indexes are all there. */
    public static void commit(SegmentDirectory directory, long baseOffset) {
        Storage storage = directory.storage();
        storage.syncDirectory(directory.path());
        for (String suffix : LogFiles.INDEXES) {
            rename(directory, baseOffset, suffix + LogFiles.CLEANED, suffix + LogFiles.SWAP);
        }
        storage.syncDirectory(directory.path());
        rename(directory, baseOffset, LogFiles.LOG + LogFiles.CLEANED, LogFiles.LOG + LogFiles.SWAP);
        storage.syncDirectory(directory.path());
    }

    /** Removes the old segments from {@code baseOffset} to {@code endOffset}, exclusive, and gives the new one its name; durable at return. */
    public static void complete(SegmentDirectory directory, long baseOffset, long endOffset) {
        Storage storage = directory.storage();
        List<String> deleted = new ArrayList<>();
        for (String name : storage.list(directory.path())) {
            for (String suffix : LogFiles.OF_SEGMENT) {
                OptionalLong offset = LogFiles.offsetOf(name, suffix);
                if (offset.isPresent() && offset.getAsLong() > baseOffset && offset.getAsLong() < endOffset) {
                    String path = directory.path() + '/' + name;
                    storage.rename(path, path + LogFiles.DELETED);
                    deleted.add(path + LogFiles.DELETED);
                }
            }
        }
        for (String suffix : LogFiles.INDEXES) {
            if (storage.exists(directory.file(baseOffset, suffix + LogFiles.SWAP))) {
                rename(directory, baseOffset, suffix + LogFiles.SWAP, suffix);
            } else {
                // It may be the new one, or lost, and this the old segment's: it is built again.
                storage.delete(directory.file(baseOffset, suffix));
            }
        }
        // The log's name is what a start goes by: it must not be there before the rest.
        storage.syncDirectory(directory.path());
        rename(directory, baseOffset, LogFiles.LOG + LogFiles.SWAP, LogFiles.LOG);
        storage.syncDirectory(directory.path());
        deleted.forEach(storage::delete);
    }

    /**
     * Checks every batch of a segment whose swap is decided, before what it replaces is removed.
     *
     * @return the offset behind it
     * @throws CorruptionException if it is damaged; it was forced, so no crash did that
     */
    public static long check(SegmentDirectory directory, long baseOffset) {
        SegmentDirectory swap = directory.endingIn(LogFiles.SWAP);
        try (Segment segment = Segment.openToRead(swap, baseOffset, new AbortedTransactionIndex())) {
            BatchScanner scanner = new BatchScanner(segment, 0, segment.fileSizeBytes());
            long expected = baseOffset;
            while (scanner.next() && scanner.batch().baseOffset() == expected) {
                expected = scanner.batch().nextOffset();
            }
            if (scanner.fault() != null || scanner.position() < segment.fileSizeBytes()) {
                throw new CorruptionException("The log of " + directory.topicPartition() + " is damaged at position "
                        + scanner.position() + " of " + segment.path()
                        + ", which was about to replace older segments: "
                        + (scanner.fault() == null ? "offset " + expected + " is missing" : scanner.fault())
                        + ". What it replaces may still be there. " + LogFiles.advice(directory.storage()));
            }
            return expected;
        }
    }

    private static void rename(SegmentDirectory directory, long baseOffset, String from, String to) {
        directory.storage().rename(directory.file(baseOffset, from), directory.file(baseOffset, to));
    }
}
