package io.millrace.cli.records;

import io.millrace.log.EventLog;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordMetadata;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Each record by itself, acknowledged soon after it was taken. Counts are changed by the log's threads. */
final class PlainSink implements RecordSink {
    /** How long a record waits for others to share its batch, when they come one by one. */
    private static final Duration LINGER = Duration.ofMillis(5);

    private final LogProducer producer;
    private final Address address;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * Opens a producer, which waits for no room on a full disk: a person looks at the command, and is told at once.
     *
     * @param acks null: as the log's durability says
     */
    PlainSink(EventLog log, ProducerConfig.@Nullable Acks acks, Address address) {
        ProducerConfig config = ProducerConfig.defaults().withLinger(LINGER).withDeliveryTimeout(Duration.ZERO);
        this.producer = log.producer(acks == null ? config : config.withAcks(acks));
        this.address = address;
    }

    @Override
    public void send(@Nullable BytesView key, @Nullable BytesView value) {
        ProducerRecord record = new ProducerRecord(
                address.topic(), address.partition(), address.timestamp(), key, value, address.headers());
        producer.send(record).whenComplete(this::completed);
    }

    private void completed(@Nullable RecordMetadata metadata, @Nullable Throwable error) {
        if (error == null) {
            acknowledged.incrementAndGet();
        } else {
            failure.compareAndSet(null, error);
        }
    }

    @Override
    public void finish() {
        producer.flush();
        throwFailure();
    }

    @Override
    public void throwFailure() {
        Throwable error = failure.get();
        if (error instanceof LogException known) {
            throw known;
        }
        if (error != null) {
            throw new IllegalStateException("A record could not be written", error);
        }
    }

    @Override
    public long written() {
        return acknowledged.get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
