package io.millrace.dsl.operator;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a task's results go: the open transaction of its loop. Bytes are copied before it returns. */
@FunctionalInterface
public interface RecordSink {
    void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers);
}
