package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.CompletedTransaction;
import io.millrace.log.embedded.producer.ProducerStateTable;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end of a followed log, batch by batch: what they say of producers and transactions, and whether the file is still the one that they
 * were read from. Owned by {@link FollowedFiles}.
 */
final class FollowedTail {
    private final Storage storage;
    private ProducerStateTable producers = new ProducerStateTable();
    private @Nullable Segment active;

    /** Where in the segment the last batch stands that was checked, and its header. */
    private long anchorPosition;

    private final ByteBuffer anchor = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
    private boolean anchored;

    FollowedTail(Storage storage) {
        this.storage = storage;
    }

    /** The producers as they are where the checking begins. */
    void begin(ProducerStateTable present) {
        producers = present;
    }

    ProducerStateTable producers() {
        return producers;
    }

    /** The segment that is checked from now on. */
    void moveTo(Segment segment) {
        active = segment;
        anchored = false;
    }

    /** Applies the batches of a segment before the end. @return false if one of them is none */
    boolean replays(Segment segment, long fromOffset) {
        long end = segment.sizeBytes();
        try {
            BatchScanner scanner = new BatchScanner(segment, segment.locate(fromOffset, end), end);
            while (scanner.next()) {
                if (scanner.batch().baseOffset() >= fromOffset) {
                    producers.apply(scanner.batch());
                }
            }
            return scanner.fault() == null;
        } catch (CorruptionException onTheWay) {
            // It is found again, with its place, by who checks the segment from its beginning.
            return false;
        }
    }

    /** Checks the batches that the segment has more. @return what is wrong with the first that is none, null at the file's end */
    @Nullable String checkOn() {
        Segment segment = Objects.requireNonNull(active);
        BatchScanner scanner = new BatchScanner(segment, segment.sizeBytes(), storage.size(segment.path()));
        String fault = null;
        long last = -1;
        while (fault == null && scanner.next()) {
            BatchView batch = scanner.batch();
            if (batch.baseOffset() != segment.nextOffset()
                    || !segment.hasRoomFor(batch.lastOffset(), batch.sizeInBytes())) {
                fault = at(scanner.position(), segment) + ": a batch has base offset " + batch.baseOffset();
            } else {
                segment.account(batch);
                apply(batch, segment);
                last = scanner.position();
            }
        }
        if (scanner.fault() != null) {
            fault = at(scanner.position(), segment) + ": " + scanner.fault();
        }
        if (last >= 0) {
            anchorPosition = last;
            anchored = readHeader(segment, last, anchor);
        }
        return fault;
    }

    private void apply(BatchView batch, Segment segment) {
        CompletedTransaction completed = producers.apply(batch);
        if (completed != null && completed.aborted()) {
            segment.addAborted(
                    completed.producerId(),
                    completed.firstOffset(),
                    completed.lastOffset(),
                    completed.lastStableOffset());
        }
    }

    private static String at(long position, Segment segment) {
        return "position " + position + " of " + segment.path();
    }

    private static boolean readHeader(Segment segment, long position, ByteBuffer header) {
        header.clear();
        return segment.read(position, header) == BatchFormat.HEADER_SIZE;
    }

    /** True if the file that has the segment's name now holds, where the last checked batch stands, that batch. */
    boolean isSameFile() {
        if (!anchored) {
            return true;
        }
        ByteBuffer header = ByteBuffer.allocate(BatchFormat.HEADER_SIZE);
        try (StorageFile file = storage.open(Objects.requireNonNull(active).path(), OpenMode.READ)) {
            return file.readAt(anchorPosition, header) == BatchFormat.HEADER_SIZE
                    && header.flip().equals(anchor.duplicate().flip());
        }
    }
}
