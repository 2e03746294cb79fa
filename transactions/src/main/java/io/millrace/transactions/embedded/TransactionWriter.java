package io.millrace.transactions.embedded;

import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogEngine;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a producer writes in one transaction after the other: a batch per partition under construction, and the offsets. Each partition is
 * enlisted before the first batch that reaches it (E1). Owned by the producer.
 */
final class TransactionWriter {
    private final LogEngine engine;
    private final TransactionCoordinator coordinator;
    private final TransactionalProducerConfig config;
    private final Map<TopicPartition, PartitionBatch> batches = new HashMap<>();
    /** Those of the open transaction, in the order of their first record. */
    private final List<PartitionBatch> touched = new ArrayList<>();

    private ProducerIdentity producer = ProducerIdentity.NONE;
    private long transaction;
    private boolean isEnlisted;
    private @Nullable PartitionBatch latest;

    /** The offsets partition that the transaction before this one wrote to; it is enlisted with the first flush, which saves a record. */
    private @Nullable TopicPartition expectedOffsets;

    private @Nullable TopicPartition enlistedOffsets;
    private boolean hasOffsets;

    TransactionWriter(LogEngine engine, TransactionCoordinator coordinator, TransactionalProducerConfig config) {
        this.engine = engine;
        this.coordinator = coordinator;
        this.config = config;
    }

    void begin(ProducerIdentity by) {
        producer = by;
        transaction++;
        touched.clear();
        latest = null;
        isEnlisted = false;
        enlistedOffsets = null;
        hasOffsets = false;
    }

    /** Adds a record. @return the batch if it is due to be written, else null */
    @Nullable PartitionBatch add(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        PartitionBatch batch = batch(topicPartition);
        return batch.add(timestamp, key, value, headers) >= config.batchBytes() ? batch : null;
    }

    private PartitionBatch batch(TopicPartition topicPartition) {
        PartitionBatch last = latest;
        if (last != null && last.topicPartition().equals(topicPartition)) {
            return last;
        }
        PartitionBatch batch = batches.get(topicPartition);
        if (batch == null || (batch.isDeleted() && !batch.isIn(transaction))) {
            // A topic that was deleted since may have been created again; what a transaction began in is never
            // exchanged under it.
            batch = open(topicPartition);
            batches.put(topicPartition, batch);
        }
        if (!batch.isIn(transaction)) {
            batch.join(transaction, producer);
            touched.add(batch);
        }
        latest = batch;
        return batch;
    }

    private PartitionBatch open(TopicPartition topicPartition) {
        return new PartitionBatch(engine.writablePartition(topicPartition), engine.writer());
    }

    /** Appends one batch, or all of them. */
    void write(@Nullable PartitionBatch only) {
        enlistTouched();
        if (only != null) {
            only.write();
            return;
        }
        for (PartitionBatch batch : touched) {
            batch.write();
        }
    }

    /** One record for all partitions that the transaction newly reaches, or else a sign of life. */
    private void enlistTouched() {
        List<TopicPartition> added = null;
        for (PartitionBatch batch : touched) {
            if (!batch.isEnlisted()) {
                added = added == null ? new ArrayList<>(touched.size() + 1) : added;
                added.add(batch.topicPartition());
            }
        }
        if (added == null) {
            isAlive();
            return;
        }
        TopicPartition offsets = enlistedOffsets == null ? expectedOffsets : null;
        if (offsets != null) {
            added.add(offsets);
        }
        enlist(added);
        for (PartitionBatch batch : touched) {
            batch.enlisted();
        }
        if (offsets != null) {
            enlistedOffsets = offsets;
        }
    }

    private void enlist(List<TopicPartition> added) {
        coordinator.enlist(config.transactionalId(), producer, added);
        isEnlisted = true;
    }

    private void isAlive() {
        if (isEnlisted) {
            coordinator.keepAlive(config.transactionalId(), producer);
        }
    }

    /** @throws RuntimeException if these offsets can be committed by nobody: the transaction is as it was */
    void checkOffsets(Map<TopicPartition, Long> offsets, GroupMetadata group) {
        engine.checkOffsets(group.groupId(), offsets);
    }

    void writeOffsets(Map<TopicPartition, Long> offsets, GroupMetadata group) {
        TopicPartition partition = engine.groups().offsetsPartition(group.groupId());
        if (!partition.equals(enlistedOffsets)) {
            enlist(List.of(partition));
            enlistedOffsets = partition;
        } else {
            isAlive();
        }
        hasOffsets = true;
        engine.groups().appendTransactionalOffsets(producer.producerId(), producer.epoch(), group, offsets);
    }

    /** One past the last record that the transaction wrote to this partition, −1 if it wrote none. */
    long endOffset(TopicPartition topicPartition) {
        PartitionBatch batch = batches.get(topicPartition);
        return batch != null && batch.isIn(transaction) ? batch.endOffset() : -1;
    }

    /** Drops the records that were not written. */
    void discard() {
        touched.forEach(PartitionBatch::discard);
    }

    /** The transaction has its end. */
    void ended() {
        if (isEnlisted) {
            expectedOffsets = hasOffsets ? enlistedOffsets : null;
        }
    }

    void close() {
        batches.clear();
        touched.clear();
    }
}
