package io.millrace.log;

import org.jspecify.annotations.Nullable;

/**
 * The fetched and not yet consumed records of one partition. It belongs to its consumer's thread. It keeps its records until they are
 * consumed: a poll refills a cursor only when it is exhausted, which bounds what a slow reader holds in memory.
 */
public interface RecordCursor {
    TopicPartition topicPartition();

    /** Moves to the next record. @return false when the fetched records are consumed; then only a poll brings more */
    boolean next();

    /** The record that {@link #next} moved to: the same object each time, with new content. */
    LogRecord record();

    /**
     * The record that {@link #next} would move to, which stays to be read: neither {@link #position} nor what is committed changes. It is the object
     * of {@link #record}, so the one in hand is gone.
     *
     * @return null when the fetched records are consumed
     */
    @Nullable LogRecord peek();

    /** True if {@link #next} would return false. */
    boolean isExhausted();

    /**
     * The offset to commit when all records up to the present one are done: one past the present record, or, once exhausted, past
     * everything that was skipped behind it (markers, aborted records), so that lag reaches 0.
     */
    long position();
}
