package io.millrace.dsl;

import io.millrace.log.TopicSettings;
import io.millrace.serde.Serde;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * All topics whose whole name matches, now and later, with the types of their records: {@code builder.stream(TopicPattern.of("orders-.*",
 * keySerde, valueSerde))}.
 *
 * <p>Internal topics never match, nor those of the application itself: what it writes to, its dead letters, and its own (changelogs,
 * repartition topics, positions, topology).
 *
 * @param regex a regular expression of {@link Pattern}, for the whole name
 * @param partitions how many partitions each of them has; empty if that is told by those that there are at the start
 */
public record TopicPattern<K, V>(String regex, Serde<K> keySerde, Serde<V> valueSerde, OptionalInt partitions) {
    public TopicPattern {
        Erased.given("regular expression of a topic pattern", regex);
        if (regex.isEmpty()) {
            throw new IllegalArgumentException(
                    "A topic pattern is empty, and no topic has an empty name: of all topics, the expression is .*");
        }
        Erased.given("key serde of topics '" + regex + "'", keySerde);
        Erased.given("value serde of topics '" + regex + "'", valueSerde);
        Topic.checkPartitions("Each topic of '" + regex + "' has", partitions);
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + regex + "' is no regular expression: " + e.getMessage(), e);
        }
    }

    public static <K, V> TopicPattern<K, V> of(String regex, Serde<K> keySerde, Serde<V> valueSerde) {
        return new TopicPattern<>(regex, keySerde, valueSerde, OptionalInt.empty());
    }

    /** @throws IllegalArgumentException if it has flags: write {@code (?i)} and the like into the expression */
    public static <K, V> TopicPattern<K, V> of(Pattern pattern, Serde<K> keySerde, Serde<V> valueSerde) {
        Erased.given("regular expression of a topic pattern", pattern);
        // Flags within the expression count among those of the pattern.
        if (pattern.flags() != Pattern.compile(pattern.pattern()).flags()) {
            throw new IllegalArgumentException("The pattern '" + pattern
                    + "' has flags, which its text does not say: write them into it, such as (?i)" + pattern);
        }
        return of(pattern.pattern(), keySerde, valueSerde);
    }

    /**
     * Says how many partitions the topics have that match, so that an application whose state needs to know can start before there is one. One that
     * has another number is refused.
     */
    public TopicPattern<K, V> withPartitions(int count) {
        return new TopicPattern<>(regex, keySerde, valueSerde, OptionalInt.of(count));
    }

    /** True if the name of a topic matches, whosever it is. */
    public boolean matches(String topic) {
        return Pattern.matches(regex, topic);
    }

    /** One of them. */
    Topic<K, V> topic(String name) {
        return new Topic<>(name, keySerde, valueSerde, OptionalInt.empty(), TopicSettings.defaults());
    }

    /** How keys and values are written: {@code <key, value>}. */
    String typeNames() {
        return "<" + keySerde.name() + ", " + valueSerde.name() + ">";
    }
}
