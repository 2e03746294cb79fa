package io.millrace.log;

import io.millrace.serde.BytesView;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer without transactions: each record is written once, in order per partition, whatever is retried.
 *
 * <p>One thread at a time: a call that comes while another thread is in one, {@link #close} included, throws
 * {@link java.util.ConcurrentModificationException} and does nothing. Whoever closes a producer that another thread uses ends that thread's
 * work first. Two threads that come within the same few nanoseconds may both be let in; then one of them, or a later call, is told. Futures
 * complete on other threads: what depends on them calls the producer from its own.
 */
public interface LogProducer extends AutoCloseable {
    /**
     * Adds a record to the batch under construction of its partition.
     *
     * @return completes with where the record stands once it is acknowledged as {@link ProducerConfig#acks} says
     * @throws LogException with RETRY if there was no memory for it, or a group lagged, for longer than {@link ProducerConfig#maxBlock};
     *     with STOP if there is no such topic or partition, if it was deleted, is internal or damaged, or takes no such record: too large, or
     *     without a key where it is compacted. The record was not taken. What comes to light later fails the future, with the same exception
     * @throws IllegalStateException if the producer is closed, or its log is: a partition that was written to says that with STOP
     */
    CompletionStage<RecordMetadata> send(ProducerRecord record);

    /**
     * The same without a future and without allocation: bytes are copied into the batch before it returns. A full batch is written by the
     * send that finds it full; if that fails, its error is thrown, the record was not taken, and the batch is tried again by the next call.
     *
     * @param timestamp milliseconds since the epoch, 0 or more
     * @throws LogException as the other one, with RETRY also if the disk is full
     * @throws IllegalArgumentException if the timestamp is negative
     * @throws IllegalStateException if the producer is closed, or its log is: a partition that was written to says that with STOP
     */
    void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers);

    /**
     * Writes every batch under construction; returns when they are acknowledged.
     *
     * @throws LogException with RETRY if the disk is full: what was not written stays, and is tried again; with STOP if the log has failed
     */
    void flush();

    /** Flushes and closes. @throws LogException if something could not be written, which is given up */
    @Override
    void close();
}
