package io.millrace.transactions.embedded;

import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.partition.BatchWriter;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.guard.RecordRule;
import io.millrace.serde.BytesView;
import io.millrace.transactions.coordinator.ProducerIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition as a producer writes to it: the batch under construction, and where the open transaction stands. Owned by the producer. */
final class PartitionBatch {
    private static final int INITIAL_CAPACITY = 1 << 12;
    private static final long NOTHING_WRITTEN = -1;

    private final TopicPartition topicPartition;
    private final PartitionLog log;
    private final BatchWriter writer;
    private final BatchBuilder builder = new BatchBuilder(INITIAL_CAPACITY);
    private ProducerIdentity producer = ProducerIdentity.NONE;
    /** The number of the transaction that this partition last took part in; the producer counts them. */
    private long transaction;

    private boolean isEnlisted;
    private int nextSequence;
    private long endOffset = NOTHING_WRITTEN;

    PartitionBatch(PartitionLog log, BatchWriter writer) {
        this.writer = writer;
        this.log = log;
        this.topicPartition = log.topicPartition();
    }

    TopicPartition topicPartition() {
        return topicPartition;
    }

    /** True once the topic was deleted. One that was created again under its name has a batch of its own. */
    boolean isDeleted() {
        return log.isDeleted();
    }

    boolean isIn(long number) {
        return transaction == number;
    }

    /** Takes part in the transaction with this number, from sequence 0 (E2). */
    void join(long number, ProducerIdentity of) {
        transaction = number;
        producer = of;
        isEnlisted = false;
        nextSequence = 0;
        endOffset = NOTHING_WRITTEN;
        builder.begin(of.producerId(), of.epoch(), true);
    }

    /**
     * Adds a record to the batch; when this throws, it was not added.
     *
     * @return the size of the batch in bytes
     * @throws LogException with STOP if the topic does not take such a record
     */
    int add(long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        RecordRule.check(log.topicPartition(), log.settings().topic(), key, value, headers);
        builder.append(timestamp, key, value, headers);
        return builder.sizeInBytes();
    }

    boolean isEnlisted() {
        return isEnlisted;
    }

    void enlisted() {
        isEnlisted = true;
    }

    /** One past the last record that was written in the transaction, −1 if none was. */
    long endOffset() {
        return endOffset;
    }

    /** Appends the batch, if it has records, and begins the next one. When it throws, the transaction can only be aborted. */
    void write() {
        int records = builder.recordCount();
        if (records == 0) {
            return;
        }
        endOffset = writer.append(log, builder, nextSequence).lastOffset() + 1;
        nextSequence = BatchFormat.addToSequence(nextSequence, records);
        builder.begin(producer.producerId(), producer.epoch(), true);
    }

    /** Drops the records that were not written. */
    void discard() {
        builder.begin(producer.producerId(), producer.epoch(), true);
    }
}
