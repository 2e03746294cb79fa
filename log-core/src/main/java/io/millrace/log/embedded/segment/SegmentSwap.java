package io.millrace.log.embedded.segment;

import io.millrace.log.CorruptionException;
import io.millrace.platform.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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
     * Checks every batch of a segment whose swap is decided, and that it goes from where a segment begins to where the next one does, before
     * what it replaces is removed. Compaction leaves no hole, and never touches the newest segment: one that was not cut off ends where a
     * segment begins that is there, and nothing from there on was taken away.
     *
     * @return the offset behind it
     * @throws CorruptionException if it is not what was written; it was forced, so no crash did that. Everything that it replaces is there
     */
    public static long check(SegmentDirectory directory, long baseOffset) {
        SegmentDirectory swap = directory.endingIn(LogFiles.SWAP);
        try (Segment segment = Segment.openToRead(swap, baseOffset, new AbortedTransactionIndex())) {
            BatchScanner scanner = new BatchScanner(segment, 0, segment.fileSizeBytes());
            long expected = baseOffset;
            while (scanner.next() && scanner.batch().baseOffset() == expected) {
                expected = scanner.batch().nextOffset();
            }
            String fault = scanner.fault();
            if (fault == null && scanner.position() < segment.fileSizeBytes()) {
                fault = "offset " + expected + " is missing";
            }
            if (fault == null) {
                fault = misfit(directory.storage().list(directory.path()), baseOffset, expected);
            }
            if (fault != null) {
                throw new CorruptionException("The log of " + directory.topicPartition() + " is damaged at position "
                        + scanner.position() + " of " + segment.path()
                        + ", which was about to replace older segments: " + fault
                        + ". What it was to replace was not deleted. " + LogFiles.advice(directory.storage()));
            }
            return expected;
        }
    }

    /**
     * Why a segment with these offsets is none that a swap was decided for; null if it may be.
     *
     * @param names of the files beside it
     */
    public static @Nullable String misfit(List<String> names, long baseOffset, long endOffset) {
        if (endOffset == baseOffset) {
            return "it is empty";
        }
        boolean begins = false;
        boolean ends = false;
        for (String name : names) {
            OptionalLong present = LogFiles.offsetOf(name, LogFiles.LOG);
            begins |= present.isPresent() && present.getAsLong() == baseOffset;
            ends |= present.isPresent() && present.getAsLong() == endOffset;
            OptionalLong removed = LogFiles.offsetOf(name, LogFiles.LOG + LogFiles.DELETED);
            if (removed.isPresent() && removed.getAsLong() >= endOffset) {
                return "it ends with offset " + (endOffset - 1) + ", and was to replace the segment of offset "
                        + removed.getAsLong();
            }
        }
        if (!begins) {
            return "no segment begins with its first offset " + baseOffset;
        }
        return ends ? null : "it ends with offset " + (endOffset - 1) + ", and no segment begins behind that";
    }

    private static void rename(SegmentDirectory directory, long baseOffset, String from, String to) {
        directory.storage().rename(directory.file(baseOffset, from), directory.file(baseOffset, to));
    }
}
