package io.millrace.log;

import io.millrace.serde.BytesView;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer without transactions: each record is written once, in order per partition, whatever is retried. One thread at a
 * time.
 */
public interface LogProducer extends AutoCloseable {
    /**
     * Adds a record to the batch under construction of its partition.
     *
     * @return completes with where the record stands once it is written (durable as the log's durability says)
     */
    CompletionStage<RecordMetadata> send(ProducerRecord record);

    /** The same without a future and without allocation: bytes are copied into the batch before it returns. */
    void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers);

    /** Writes every batch under construction; returns when they are acknowledged. */
    void flush();

    /** Flushes and closes. */
    @Override
    void close();
}
