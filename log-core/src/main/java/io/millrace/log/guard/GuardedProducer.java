package io.millrace.log.guard;

import io.millrace.log.Header;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A producer that refuses a second thread while one is in a call. Safe for use by several threads, in so far. */
public final class GuardedProducer implements LogProducer {
    private final LogProducer producer;
    private final ThreadGuard guard =
            new ThreadGuard("producer", "give each thread a producer of its own, or call it under one lock");

    public GuardedProducer(LogProducer producer) {
        this.producer = producer;
    }

    @Override
    public CompletionStage<RecordMetadata> send(ProducerRecord record) {
        guard.enterOften("send()");
        try {
            return producer.send(record);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        guard.enterOften("send()");
        try {
            producer.send(topicPartition, timestamp, key, value, headers);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void flush() {
        guard.enter("flush()");
        try {
            producer.flush();
        } finally {
            guard.exit();
        }
    }

    @Override
    public void close() {
        guard.enter("close()");
        try {
            producer.close();
        } finally {
            guard.exit();
        }
    }
}
