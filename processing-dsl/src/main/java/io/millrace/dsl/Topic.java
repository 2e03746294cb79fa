package io.millrace.dsl;

import io.millrace.log.TopicDescription;
import io.millrace.log.TopicSettings;
import io.millrace.serde.Serde;
import java.util.OptionalInt;

/**
 * A topic with the types of its records. A pipeline that names a topic with partitions creates it when the application starts; without,
 * it must exist.
 *
 * @param name the topic's name in the log
 * @param partitions how many partitions it is created with, 1 to {@link TopicDescription#MOST_PARTITIONS}; empty if somebody else creates it
 * @param settings what it is created with
 */
public record Topic<K, V>(
        String name, Serde<K> keySerde, Serde<V> valueSerde, OptionalInt partitions, TopicSettings settings) {
    public Topic {
        Names.check("topic", name, 249);
        Erased.given("key serde of topic '" + name + "'", keySerde);
        Erased.given("value serde of topic '" + name + "'", valueSerde);
        Erased.given("setting of topic '" + name + "'", settings);
        checkPartitions("Topic '" + name + "' has", partitions);
    }

    /** @throws IllegalArgumentException if no topic can be created with so many */
    static void checkPartitions(String whose, OptionalInt partitions) {
        partitions.ifPresent(count -> {
            if (count < 1 || count > TopicDescription.MOST_PARTITIONS) {
                throw new IllegalArgumentException(
                        whose + " 1 to " + TopicDescription.MOST_PARTITIONS + " partitions, got " + count);
            }
        });
    }

    /** A topic that exists when the application starts, or that another mention of it creates. */
    public static <K, V> Topic<K, V> of(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        return new Topic<>(name, keySerde, valueSerde, OptionalInt.empty(), TopicSettings.defaults());
    }

    /** The same topic, created with this many partitions where it does not exist. */
    public Topic<K, V> withPartitions(int count) {
        return new Topic<>(name, keySerde, valueSerde, OptionalInt.of(count), settings);
    }

    /** The same topic, created with these settings where it does not exist. */
    public Topic<K, V> withSettings(TopicSettings value) {
        return new Topic<>(name, keySerde, valueSerde, partitions, value);
    }

    /** The same records in a topic of another name. */
    public Topic<K, V> named(String other) {
        return new Topic<>(other, keySerde, valueSerde, partitions, settings);
    }

    /** True if both are the same topic, read as the same types. */
    boolean sameTypes(Topic<?, ?> that) {
        return name.equals(that.name) && isSame(keySerde, that.keySerde) && isSame(valueSerde, that.valueSerde);
    }

    /** Two classes may give their encodings one name, and make different things of the bytes. */
    static boolean isSame(Serde<?> one, Serde<?> other) {
        return one.name().equals(other.name())
                && (one.equals(other) || one.getClass().equals(other.getClass()));
    }

    /** The names of the types, or the classes of serdes where those alone tell it from another one. */
    String shownTypes(Topic<?, ?> other) {
        return typeNames().equals(other.typeNames())
                ? typeNames() + " of " + keySerde.getClass().getName() + " and "
                        + valueSerde.getClass().getName()
                : typeNames();
    }

    /** How keys and values are written: {@code <key, value>}. */
    public String typeNames() {
        return "<" + keySerde.name() + ", " + valueSerde.name() + ">";
    }
}
