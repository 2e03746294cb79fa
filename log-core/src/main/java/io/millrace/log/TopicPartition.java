package io.millrace.log;

import java.util.Comparator;
import java.util.Objects;

/** One partition of a topic; ordered by topic, then partition. */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    public TopicPartition {
        Objects.requireNonNull(topic, "A partition is one of a topic");
        if (partition < 0) {
            throw new IllegalArgumentException("A partition number is 0 or more, got " + partition + " for " + topic);
        }
    }

    @Override
    public int compareTo(TopicPartition that) {
        return ORDER.compare(this, that);
    }

    /** {@code topic-partition}, as the directory is called. */
    @Override
    public String toString() {
        return topic + '-' + partition;
    }
}
