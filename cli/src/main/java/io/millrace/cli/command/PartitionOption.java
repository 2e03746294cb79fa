package io.millrace.cli.command;

import io.millrace.log.TopicDescription;

/** Numbers of partitions on the command line. Stateless. */
public final class PartitionOption {
    private PartitionOption() {}

    /** How many partitions a topic has, as the value of an option. */
    public static final class Count extends Numbers.IntRange {
        public Count() {
            super(1, TopicDescription.MOST_PARTITIONS);
        }
    }

    /** Which partition, as the value of an option. */
    public static final class Number extends Numbers.IntRange {
        public Number() {
            super(0, TopicDescription.MOST_PARTITIONS - 1);
        }
    }

    /** @throws UnusableException if this topic has no such partition */
    public static void check(int partition, TopicDescription topic) {
        if (partition < 0 || partition >= topic.partitions()) {
            throw new UnusableException(
                    "Topic " + topic.name() + " has " + Numbers.count(topic.partitions(), "partition")
                            + ", numbered from 0: there is no " + partition + ".");
        }
    }
}
