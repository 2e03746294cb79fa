package io.millrace.dsl.runtime;

import io.millrace.dsl.IngestContext;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Encodes what a handler sends and adds it to the open transaction. Owned by the ingest loop. */
final class IngestSender implements IngestContext {
    private static final List<Header> NO_HEADERS = List.of();

    private final LoopTransaction transaction;
    private final Map<String, Integer> partitionCounts;
    private final RecordSource<?> source;
    private final List<Route> routes = new ArrayList<>();
    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter valueWriter = new BytesWriter();
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();
    private long now;
    private int sent;
    private long sentBytes;

    IngestSender(LoopTransaction transaction, Map<String, Integer> partitionCounts, RecordSource<?> source) {
        this.transaction = transaction;
        this.partitionCounts = partitionCounts;
        this.source = source;
    }

    /** The present time, read once per transaction. */
    void begin(long nowMillis) {
        now = nowMillis;
        sent = 0;
        sentBytes = 0;
    }

    /** Records sent in the open transaction. */
    int sent() {
        return sent;
    }

    /** Their keys and values. */
    long sentBytes() {
        return sentBytes;
    }

    @Override
    public long position() {
        return source.position();
    }

    @Override
    public <K, V> void send(Topic<K, V> topic, K key, V value) {
        send(topic, key, value, now, NO_HEADERS);
    }

    @Override
    public <K, V> void send(Topic<K, V> topic, K key, V value, long timestamp) {
        send(topic, key, value, timestamp, NO_HEADERS);
    }

    @Override
    public <K, V> void send(Topic<K, V> topic, K key, V value, long timestamp, List<Header> headers) {
        TopicPartition[] partitions = partitionsOf(topic);
        topic.keySerde().write(key, keyWriter.clear());
        topic.valueSerde().write(value, valueWriter.clear());
        keyWriter.viewInto(keyView);
        valueWriter.viewInto(valueView);
        transaction
                .producer()
                .send(
                        partitions[Partitioner.partitionOf(keyView, partitions.length)],
                        timestamp,
                        keyView,
                        valueView,
                        headers);
        sent++;
        sentBytes += keyView.length() + valueView.length();
    }

    /** A source writes to a few topics, each a constant: looking through them is faster than any map. */
    @SuppressWarnings("ReferenceEquality") // equality is tried where identity finds nothing
    private TopicPartition[] partitionsOf(Topic<?, ?> topic) {
        for (Route route : routes) {
            if (route.topic() == topic) {
                return route.partitions();
            }
        }
        Integer count = partitionCounts.get(topic.name());
        if (count == null) {
            throw new PipelineException("A source sends to topic '" + topic.name()
                    + "', which the pipeline does not name: add topics(topic) to its builder");
        }
        TopicPartition[] partitions = new TopicPartition[count];
        for (int i = 0; i < count; i++) {
            partitions[i] = new TopicPartition(topic.name(), i);
        }
        routes.add(new Route(topic, partitions));
        return partitions;
    }

    /** Where a topic's records go. */
    private static final class Route {
        private final Topic<?, ?> topic;
        private final TopicPartition[] partitions;

        Route(Topic<?, ?> topic, TopicPartition[] partitions) {
            this.topic = topic;
            this.partitions = partitions;
        }

        Topic<?, ?> topic() {
            return topic;
        }

        TopicPartition[] partitions() {
            return partitions;
        }
    }
}
