package io.millrace.dsl;

import io.millrace.log.TopicSettings;
import io.millrace.serde.Serde;
import java.util.Optional;
import java.util.OptionalInt;

/** A topic of the application's own between two of its steps. */
public record Repartition(String name, OptionalInt partitions) {
    private static final TopicSettings SETTINGS = TopicSettings.defaults().withSegmentBytes(50 << 20);

    private static final String SUFFIX = "-repartition";

    public Repartition {
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
        return new Topic<>(topicOf(application, name), keySerde, valueSerde, partitions, SETTINGS);
    }

    /** The topic of an application's repartition. */
    public static String topicOf(String application, String name) {
        return application + "-" + name + SUFFIX;
    }

    /** The contrary; empty if a topic is not called so. */
    public static Optional<String> nameOf(String application, String topic) {
        int begin = application.length() + 1;
        int end = topic.length() - SUFFIX.length();
        return topic.startsWith(application + "-") && topic.endsWith(SUFFIX) && end > begin
                ? Optional.of(topic.substring(begin, end))
                : Optional.empty();
    }
}
