package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * A batch with a valid checksum that stands behind a place where none does, so that this is a hole and no torn end.
 *
 * @param file the path of its segment
 * @param position in that
 * @param baseOffset its own
 */
public record WholeBatch(String file, long position, long baseOffset) {
    private static final int BUFFER_BYTES = 1 << 20;

    /**
     * The first one from a place on.
     *
     * @param segments where the files of the segments are; the first one is that of the place
     * @param position where in the first one to begin
     * @param expectedOffset the offset that is missing there; what begins before it does not count where its own batch may be torn, which may
     *     hold others as values: in the first file, unless another offset is missing there than the one that it begins with
     */
    public static @Nullable WholeBatch firstFrom(
            NavigableMap<Long, SegmentDirectory> segments, long position, long expectedOffset) {
        long from = position;
        boolean mayBeTorn = position > 0 || segments.containsKey(expectedOffset);
        for (Map.Entry<Long, SegmentDirectory> file : segments.entrySet()) {
            try (Segment segment = Segment.openToCheck(file.getValue(), file.getKey())) {
                WholeBatch found = firstIn(segment, from, mayBeTorn ? expectedOffset : 0);
                if (found != null) {
                    return found;
                }
            }
            from = 0;
            mayBeTorn = false;
        }
        return null;
    }

    /** The offset behind the last whole batch of the last segment, and no less than where that begins, with the same parameters. */
    public static long endIn(NavigableMap<Long, SegmentDirectory> segments, long position, long expectedOffset) {
        Map.Entry<Long, SegmentDirectory> last = segments.lastEntry();
        try (Segment segment = Segment.openToCheck(last.getValue(), last.getKey())) {
            long from = segments.size() == 1 ? position : 0;
            return endBehind(segment, from, Math.max(expectedOffset, last.getKey()));
        }
    }

    /** True if it is the batch that is missing at the end of what was read of a segment: it was written meanwhile. */
    public boolean isAt(Segment read, long expectedOffset) {
        return file.equals(read.path()) && position == read.sizeBytes() && baseOffset == expectedOffset;
    }

    /** Why what stands before cannot be missing, after an end that leaves no holes. */
    public String whyNothingIsMissing(LastEnd lastEnd) {
        return "whole batches stand behind it, from offset " + baseOffset + " on (" + file + "), and "
                + (lastEnd.clean()
                        ? "its last shutdown was clean"
                        : "the system has run on since they were written, so that no power cut took what was before them");
    }

    /** The offset behind the last whole batch of a segment from a place on; {@code expectedOffset} if there is none. */
    static long endBehind(Segment segment, long position, long expectedOffset) {
        long size = segment.fileSizeBytes();
        long end = expectedOffset;
        long from = position;
        for (WholeBatch found; (found = firstIn(segment, from, end)) != null; ) {
            BatchScanner scanner = new BatchScanner(segment, found.position(), size).allowingHoles();
            while (scanner.next()) {
                end = Math.max(end, scanner.batch().nextOffset());
            }
            from = scanner.position();
        }
        return end;
    }

    /** At any byte: where a batch begins is not known behind one that is damaged. */
    private static @Nullable WholeBatch firstIn(Segment segment, long from, long expectedOffset) {
        long end = segment.fileSizeBytes();
        byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(0, end - from))];
        for (long start = from; start + BatchFormat.HEADER_SIZE <= end; ) {
            int read = segment.read(start, ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, end - start)));
            for (int at = 0; at + BatchFormat.HEADER_SIZE <= read; at++) {
                if (mayBegin(buffer, at, end - start - at, expectedOffset) && isWhole(segment, start + at, end)) {
                    return new WholeBatch(segment.path(), start + at, BatchFormat.baseOffset(buffer, at));
                }
            }
            if (read < BatchFormat.HEADER_SIZE) {
                return null;
            }
            start += read - BatchFormat.HEADER_SIZE + 1;
        }
        return null;
    }

    private static boolean mayBegin(byte[] buffer, int at, long rest, long expectedOffset) {
        if (buffer[at + BatchFormat.MAGIC] != BatchFormat.MAGIC_V2) {
            return false;
        }
        int size = BatchFormat.sizeInBytes(buffer, at);
        return size >= BatchFormat.HEADER_SIZE && size <= rest && BatchFormat.baseOffset(buffer, at) >= expectedOffset;
    }

    /** With the begin of its successor behind it, if there is any byte: a record of a torn batch may hold a batch as its value. */
    private static boolean isWhole(Segment segment, long position, long end) {
        BatchScanner scanner = new BatchScanner(segment, position, end).allowingHoles();
        if (!scanner.next()) {
            return false;
        }
        long behind = position + scanner.batch().sizeInBytes();
        if (end - behind < Long.BYTES) {
            return true;
        }
        ByteBuffer offset = ByteBuffer.allocate(Long.BYTES);
        segment.read(behind, offset);
        return offset.getLong(0) == scanner.batch().nextOffset();
    }
}
