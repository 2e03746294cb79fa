package io.millrace.cli.records;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All records in one transaction: there is all of it or nothing. Owned by one thread. */
final class TransactionSink implements RecordSink {
    /** After how many bytes records without a key go to the next partition. */
    private static final int STICKY_BYTES = 1 << 17;

    private static final int MOST_TRIES = 100;

    private final TransactionalProducer producer;
    private final Address address;
    private final InstantSource clock;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private int sticky;
    private int stickyBytes;
    private long taken;
    private long written;
    private boolean isUndecided;

    TransactionSink(TransactionalProducer producer, Address address, InstantSource clock) {
        this.producer = producer;
        this.address = address;
        this.clock = clock;
        for (int i = 0; i < address.partitions(); i++) {
            partitions.add(new TopicPartition(address.topic(), i));
        }
        producer.begin();
    }

    @Override
    public void send(@Nullable BytesView key, @Nullable BytesView value) {
        Long timestamp = address.timestamp();
        producer.send(
                partitions.get(partitionOf(key, value)),
                timestamp == null ? clock.millis() : timestamp,
                key,
                value,
                address.headers());
        taken++;
    }

    private int partitionOf(@Nullable BytesView key, @Nullable BytesView value) {
        Integer partition = address.partition();
        if (partition != null) {
            return partition;
        }
        if (key != null) {
            return Partitioner.partitionOf(key, partitions.size());
        }
        stickyBytes += value == null ? 0 : value.length();
        if (stickyBytes >= STICKY_BYTES) {
            stickyBytes = 0;
            sticky = (sticky + 1) % partitions.size();
        }
        return sticky;
    }

    @Override
    public void finish() {
        TransactionOutcome outcome = producer.commit();
        for (int i = 0; i < MOST_TRIES && outcome == TransactionOutcome.RETRY; i++) {
            outcome = producer.commit();
        }
        isUndecided = outcome == TransactionOutcome.RETRY;
        if (outcome != TransactionOutcome.COMMITTED) {
            throw new LogException(
                    Disposition.STOP,
                    outcome == TransactionOutcome.RETRY
                            ? "It is not known whether the transaction was committed: the next opening of the log decides it"
                            : "The transaction was not committed (" + outcome
                                    + "): nothing of it is visible. Run the command again");
        }
        written = taken;
    }

    @Override
    public boolean isUndecided() {
        return isUndecided;
    }

    @Override
    public long written() {
        return written;
    }

    /** Aborts what was not finished. */
    @Override
    public void close() {
        producer.close();
    }
}
