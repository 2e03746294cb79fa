package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchMemory;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.segment.Segment;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a cursor fetched, and where in the log they stand. Owned by the cursor's thread. Its memory is bounded and used again; only
 * a batch that is larger gets a buffer of its own, for as long as it is read.
 */
final class FetchBuffer {
    private static final int FIRST_CAPACITY = 64 << 10;

    private final TopicPartition topicPartition;
    private final Consumer<CorruptionException> onDamage;
    private int limit;

    private byte[] own = new byte[0];
    private byte[] bytes = own;
    private int length;
    private int at;

    private @Nullable Segment segment;
    /** The position in the segment's file of the buffer's first byte. */
    private long filePosition;
    /** How far the segment's file was published when the buffer was filled. */
    private long endPosition;

    /** @param onDamage told of every error that says that the log is damaged, before it is thrown */
    FetchBuffer(TopicPartition topicPartition, int fetchBytes, Consumer<CorruptionException> onDamage) {
        this.topicPartition = topicPartition;
        this.onDamage = onDamage;
        limit = Math.max(fetchBytes, BatchFormat.HEADER_SIZE);
    }

    /** What is fetched stays; from the next fetch on the buffer is no larger. */
    void setLimit(int fetchBytes) {
        limit = Math.max(fetchBytes, BatchFormat.HEADER_SIZE);
    }

    void clear() {
        length = 0;
        at = 0;
        segment = null;
    }

    /** True if a whole batch stands at the present place. */
    boolean holdsBatch() {
        return length - at >= BatchFormat.HEADER_SIZE && declaredSize() <= length - at;
    }

    /** Moves the view onto the batch at the present place, which is checked. */
    void wrap(BatchView batch) {
        if (!batch.tryWrap(bytes, at, length - at)) {
            throw corrupt("no batch begins there");
        }
        String fault = batch.fault();
        if (fault != null) {
            throw corrupt(fault);
        }
    }

    void advance(int size) {
        at += size;
    }

    /**
     * Reads on from the present place or, after {@link #clear}, from the batch that holds {@code offset}, which is within the view.
     *
     * @return false if the view's segment is no longer part of the log: then a new view is needed
     */
    boolean fetch(PartitionView view, long offset) {
        Segment from = place(view, offset);
        if (from == null || !from.acquire()) {
            return false;
        }
        try {
            int needed = read(from, limit);
            if (needed > length) {
                read(from, needed);
            }
            return true;
        } finally {
            from.release();
        }
    }

    private @Nullable Segment place(PartitionView view, long offset) {
        Segment from = segment;
        filePosition += at;
        at = 0;
        length = 0;
        int index;
        if (from == null) {
            index = view.segmentOf(offset);
            from = view.segment(index);
            if (!from.acquire()) {
                return null;
            }
            try {
                filePosition = from.locate(offset, view.endPosition(index));
            } finally {
                from.release();
            }
        } else {
            index = view.segmentOf(from.baseOffset());
        }
        while (filePosition >= view.endPosition(index) && index + 1 < view.segmentCount()) {
            index++;
            filePosition = 0;
        }
        from = view.segment(index);
        segment = from;
        endPosition = view.endPosition(index);
        return from;
    }

    /** Fills the buffer with at the most {@code most} bytes. @return how many are needed for the first batch */
    private int read(Segment from, int most) {
        int wanted = (int) Math.min(most, endPosition - filePosition);
        // Whatever ends this on the way leaves nothing here that was not read: then the same place is read again.
        length = 0;
        reserve(wanted);
        int read = from.read(filePosition, ByteBuffer.wrap(bytes, 0, wanted));
        if (read < wanted || wanted < BatchFormat.HEADER_SIZE) {
            throw corrupt("the file ends there, yet more was written");
        }
        length = read;
        return declaredSize();
    }

    private void reserve(int wanted) {
        if (wanted > limit) {
            // The header stands here, read before.
            bytes = BatchMemory.allocate(wanted, topicPartition, BatchFormat.baseOffset(bytes, at));
            return;
        }
        if (own.length > limit) {
            own = new byte[limit];
        } else if (own.length < wanted) {
            int grown = Math.max(wanted, Math.max(FIRST_CAPACITY, own.length * 2));
            own = new byte[Math.min(limit, grown)];
        }
        bytes = own;
    }

    private int declaredSize() {
        int size = BatchFormat.sizeInBytes(bytes, at);
        if (size < BatchFormat.HEADER_SIZE || size > endPosition - filePosition - at) {
            throw corrupt(
                    "a batch declares " + size + " bytes, yet " + (endPosition - filePosition - at) + " are there");
        }
        return size;
    }

    /** The error that names partition, file and position. */
    CorruptionException corrupt(String what) {
        CorruptionException damage = segment == null
                ? new CorruptionException("The log of " + topicPartition + " is damaged: " + what)
                : segment.damagedAt(filePosition + at, what);
        onDamage.accept(damage);
        return damage;
    }
}
