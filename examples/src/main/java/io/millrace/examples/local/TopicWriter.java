package io.millrace.examples.local;

import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.util.Collection;
import java.util.function.Function;

/** Writes to topics from outside of a pipeline. */
public final class TopicWriter {
    private final EmbeddedLog log;

    TopicWriter(EmbeddedLog log) {
        this.log = log;
    }

    /** Creates the topic, if need be, and adds records to it. On return they are written. */
    public <K, V> void write(Topic<K, V> topic, Collection<V> values, Function<V, K> keyOf) {
        log.admin().createTopic(topic.name(), topic.partitions().orElse(1), topic.settings());
        try (LogProducer producer = log.producer()) {
            for (V value : values) {
                BytesView key = bytes(topic.keySerde(), keyOf.apply(value));
                producer.send(ProducerRecord.of(topic.name(), key, bytes(topic.valueSerde(), value)));
            }
        }
    }

    private static <T> BytesView bytes(Serde<T> serde, T value) {
        BytesWriter writer = new BytesWriter();
        serde.write(value, writer);
        return writer.viewInto(new BytesView());
    }
}
