package io.millrace.log;

/**
 * A topic that exists.
 *
 * @param id given at its creation: a topic that was deleted and created again under the same name is another one
 */
public record TopicDescription(String name, String id, int partitions, TopicSettings settings, boolean internal) {
    /** The most that one is created with: each is a directory, and more would not fit the 255 characters of its name. */
    public static final int MOST_PARTITIONS = 10_000;

    public TopicDescription {
        if (partitions < 1) {
            throw new IllegalArgumentException("A topic has at least 1 partition, got " + partitions);
        }
    }

    public TopicDescription withPartitions(int value) {
        return new TopicDescription(name, id, value, settings, internal);
    }

    public TopicDescription withSettings(TopicSettings value) {
        return new TopicDescription(name, id, partitions, value, internal);
    }
}
