package io.millrace.log.embedded.partition;

import io.millrace.log.Isolation;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;

/**
 * Reads one partition: a flyweight over fetched batches. Owned by one thread; takes no lock. Checks each batch's checksum and place, passes
 * over markers and, when read-committed, over aborted transactions.
 */
public final class PartitionCursor implements RecordCursor {
    private final PartitionLog log;

    /**
     * @param fetchBytes how much the cursor holds at the most; a single larger batch is fetched whole
     * @param position the offset to begin at
     */
    public PartitionCursor(PartitionLog log, Isolation isolation, int fetchBytes, long position) {
        this.log = log;
        throw new UnsupportedOperationException("" + isolation + fetchBytes + position);
    }

    @Override
    public TopicPartition topicPartition() {
        return log.topicPartition();
    }

    /** Fetches on, if the cursor is exhausted and there is something to read. @return true if {@link #next} will return true */
    public boolean refill() {
        throw new UnsupportedOperationException();
    }

    /** Drops what is fetched and goes on from {@code offset}. @throws io.millrace.log.LogException if the log does not reach so far */
    public void seek(long offset) {
        throw new UnsupportedOperationException("" + offset);
    }

    @Override
    public boolean next() {
        throw new UnsupportedOperationException();
    }

    @Override
    public LogRecord record() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isExhausted() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }
}
