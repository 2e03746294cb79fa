package io.millrace.dsl;

import io.millrace.log.TopicSettings;
import io.millrace.serde.Serde;
import java.util.OptionalInt;

/** A topic of the application's own between two of its steps. */
record Repartition(String name, OptionalInt partitions) {
    private static final TopicSettings SETTINGS = TopicSettings.defaults().withSegmentBytes(50 << 20);

    Repartition {
        Names.check("repartition", name, 100);
    }

    static Repartition named(String name) {
        return new Repartition(name, OptionalInt.empty());
    }

    Repartition withPartitions(int count) {
        return new Repartition(name, OptionalInt.of(count));
    }

    /**
     * Kept for ever: what is in it is under way, however long the application stands still. What is processed the application deletes, in whole
     * segments, which are as small as those of Kafka Streams for that.
     */
    <K, V> Topic<K, V> topic(String application, Serde<K> keySerde, Serde<V> valueSerde) {
        String topic = application + "-" + name + "-repartition";
        return new Topic<>(topic, keySerde, valueSerde, partitions, SETTINGS);
    }
}
