package io.millrace.cli.records;

import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordMetadata;
import io.millrace.serde.BytesView;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Each record by itself, acknowledged soon after it was taken. Counts are changed by the log's threads. */
final class PlainSink implements RecordSink {
    private final LogProducer producer;
    private final Address address;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    PlainSink(LogProducer producer, Address address) {
        this.producer = producer;
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
