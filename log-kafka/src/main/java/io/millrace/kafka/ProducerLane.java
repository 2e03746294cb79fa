package io.millrace.kafka;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What one producer has under way in one partition. Owned by the producer's thread, but for {@link #acknowledged}. */
final class ProducerLane {
    /** What of one batch is sent before the next begins, as far as anybody outside of the client can tell. */
    private static final int BATCH_BYTES = 64 << 10;

    private final Destination destination;
    private final Callback plain;
    private final AtomicInteger underWay = new AtomicInteger();
    private int batchBytes;

    ProducerLane(KafkaLogProducer producer, Destination destination) {
        this.destination = destination;
        TopicPartition partition = destination.partition();
        plain = (written, error) -> {
            acknowledged();
            if (error != null) {
                producer.failed(partition, error);
            }
        };
    }

    TopicPartition partition() {
        return destination.partition();
    }

    ProducerRecord<byte[], byte[]> record(
            long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        return destination.record(timestamp, key, value, headers);
    }

    Callback plainCallback() {
        return plain;
    }

    /** True if the next record is the first of a batch: nothing is under way, or enough was sent to fill one. */
    boolean beginsBatch() {
        return underWay.get() == 0 || batchBytes >= BATCH_BYTES;
    }

    /** The next batch has begun. */
    void passed() {
        batchBytes = 0;
    }

    void sending(ProducerRecord<byte[], byte[]> record) {
        if (beginsBatch()) {
            batchBytes = 0;
        }
        batchBytes += Destination.bytes(record);
        underWay.incrementAndGet();
    }

    /** From any thread. */
    void acknowledged() {
        underWay.decrementAndGet();
    }
}
