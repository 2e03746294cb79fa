package io.millrace.log;

import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record as a reader sees it: a flyweight over the fetched batch, valid until its cursor moves. Owned by the cursor's thread.
 */
public interface LogRecord {
    TopicPartition topicPartition();

    long offset();

    /** Milliseconds since the epoch. */
    long timestamp();

    /** The key's bytes, or null if the record has none. The view moves with the cursor. */
    @Nullable BytesView key();

    /** The value's bytes, or null if it has none (a tombstone in a compacted topic). The view moves with the cursor. */
    @Nullable BytesView value();

    /** The headers in order; decoded when asked for. */
    List<Header> headers();
}
