package io.millrace.transactions;

import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records and offsets that become visible together.
 *
 * <p>One thread at a time: a call that comes while another thread is in one, {@link #close} included, throws
 * {@link java.util.ConcurrentModificationException} and does nothing; two that send within the same few nanoseconds may both be let in, and then one
 * of them, or a later call, is told: abort. Only {@link #transactionalId} is free. Whoever closes a producer that another thread uses ends that
 * thread's work first.
 *
 * <p>States: ready → {@link #begin} → in transaction → {@link #commit} or {@link #abort} → ready; fenced is final. Between the two,
 * {@link #prepare} makes it a prepared transaction, which only a commit or an abort can follow, from here or from
 * {@link TransactionAdmin}. An illegal call throws {@link IllegalStateException} and says what to call.
 */
public interface TransactionalProducer extends AutoCloseable {
    /** Begins a transaction. Nothing is written until the first record. */
    void begin();

    /**
     * Adds a record to the open transaction; its bytes are copied into the batch under construction before this returns.
     *
     * @throws io.millrace.log.LogException with STOP if the topic takes no such record: too large, or without a key where it is compacted.
     *     The record was not taken, and the transaction goes on
     */
    void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers);

    /** Writes every batch under construction, so that {@link #endOffset} is known. {@link #commit} does it too. */
    void flush();

    /**
     * One past the last record of the open transaction that was written to this partition, or −1 if none was. Still answered after the
     * commit, until the next {@link #begin}.
     */
    long endOffset(TopicPartition topicPartition);

    /**
     * Adds a group's offsets to the open transaction: they are committed when it is.
     *
     * @throws IllegalArgumentException if an offset is negative. Nothing was added, and the transaction goes on
     * @throws io.millrace.log.LogException with STOP if a partition does not exist, the group's name cannot be one or, in the embedded log, an
     *     offset lies beyond the log end offset: the transaction goes on; with RESTART_TASK if the member was replaced in its group
     */
    void sendOffsets(Map<TopicPartition, Long> offsets, GroupMetadata group);

    /**
     * Leaves the decision about the open transaction to somebody outside, such as a database that takes part in it: everything is written,
     * and durable at return as the log's durability says. From here on the transaction has no timeout and outlives this producer and its
     * process, until {@link #commit} or {@link #abort}, or the same from {@link TransactionAdmin}. Readers stop before it that long.
     *
     * @return what names this transaction and no other; to be kept with the decision
     * @throws io.millrace.log.LogException with RETRY if it could not be written: prepare again, or abort
     */
    PreparedTransaction prepare();

    /**
     * Ends the open transaction by committing it; durable at return as the log's durability says. What was decided before stands: of a
     * prepared transaction that somebody aborted, the answer is ABORTED.
     *
     * @throws io.millrace.log.LogException with ABORT_TRANSACTION if a batch of it could not be written, now or by a call before: abort it;
     *     with STOP if the log has failed or is closed, or a topic of it was deleted: what was decided, the next opening says
     */
    TransactionOutcome commit();

    /**
     * Ends the open transaction by aborting it. After a commit that was answered with RETRY, the answer is COMMITTED if that was decided,
     * and ABORTED if not.
     */
    TransactionOutcome abort();

    /**
     * Says that the owner of the open transaction is alive, so that it does not time out. So does every batch that is written, and every
     * {@link #sendOffsets}; a record that waits in the batch under construction does not. Does nothing without a transaction.
     */
    void keepAlive();

    String transactionalId();

    /** Aborts an open transaction and closes; a prepared one stays prepared. */
    @Override
    void close();
}
