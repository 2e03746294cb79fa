package io.millrace.dsl.call;

import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a value came with that is called about: what is said of it again when its answer goes on.
 *
 * @param record which it comes of; null if it comes of a timer or of a window that closed
 * @param headers those that its results get
 * @param watermark of the task when it came
 * @param path its number among what the record gave the step, and before it those of the calls that it came through
 */
public record CallOrigin(@Nullable Place record, long timestamp, List<Header> headers, long watermark, String path) {
    /** A record that was read, with its bytes only where they are kept. */
    public record Place(
            TopicPartition topicPartition,
            long offset,
            long timestamp,
            List<Header> headers,
            @Nullable BytesView key,
            @Nullable BytesView value)
            implements LogRecord {}

    /** Where it was read, for ids and messages. */
    public String place() {
        return record == null ? "a timer or a window" : record.topicPartition() + "@" + record.offset();
    }
}
