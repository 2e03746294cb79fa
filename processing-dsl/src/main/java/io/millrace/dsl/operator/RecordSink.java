package io.millrace.dsl.operator;

import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;

/** Where a task's results go: the open transaction of its loop. Bytes are copied before it returns. */
@FunctionalInterface
public interface RecordSink {
    void send(TopicPartition topicPartition, long timestamp, BytesView key, BytesView value);
}
