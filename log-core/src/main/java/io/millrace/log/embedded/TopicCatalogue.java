package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.Storage;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The topics that exist (E2), in the file {@code topics}. Readers see an immutable map by one volatile read; creating takes a lock.
 *
 * <p>A line of the file is a {@link TopicLine}.
 */
final class TopicCatalogue {
    /** More would not fit the 255 characters of a directory's name behind the longest topic's, and no machine. */
    static final int MOST_PARTITIONS = 10_000;

    private static final String FILE = "topics";
    private static final String KIND = "millrace-topics 2";

    /** What is published: by name, and the same as counts of partitions. */
    private record Snapshot(
            long version, SortedMap<String, TopicDescription> topics, Map<String, Integer> partitionCounts) {
        static Snapshot of(long version, SortedMap<String, TopicDescription> topics) {
            SortedMap<String, Integer> counts = new TreeMap<>();
            topics.values().forEach(topic -> counts.put(topic.name(), topic.partitions()));
            return new Snapshot(
                    version, Collections.unmodifiableSortedMap(topics), Collections.unmodifiableSortedMap(counts));
        }
    }

    private final World world;
    private final Storage storage;
    private volatile Snapshot snapshot;

    private TopicCatalogue(World world, SortedMap<String, TopicDescription> topics) {
        this.world = world;
        this.storage = world.storage();
        this.snapshot = Snapshot.of(0, topics);
    }

    /** True if this storage has topics. */
    static boolean isIn(Storage storage) {
        return storage.exists(FILE);
    }

    static TopicCatalogue open(World world) {
        Storage storage = world.storage();
        SortedMap<String, TopicDescription> topics = new TreeMap<>();
        MetaFile.read(storage, FILE, KIND)
                .ifPresent(lines -> lines.forEach(line -> {
                    TopicDescription topic = parse(storage, line);
                    topics.put(topic.name(), topic);
                }));
        return new TopicCatalogue(world, topics);
    }

    /** How many changes there were since the log was opened. */
    long version() {
        return snapshot.version();
    }

    @Nullable TopicDescription find(String name) {
        return snapshot.topics().get(name);
    }

    List<TopicDescription> all() {
        return List.copyOf(snapshot.topics().values());
    }

    SortedSet<TopicPartition> partitions() {
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        for (TopicDescription topic : all()) {
            for (int p = 0; p < topic.partitions(); p++) {
                partitions.add(new TopicPartition(topic.name(), p));
            }
        }
        return partitions;
    }

    Map<String, Integer> partitionCounts() {
        return snapshot.partitionCounts();
    }

    /** @throws LogException that says what to do if there is no such partition */
    TopicDescription require(TopicPartition topicPartition) {
        TopicDescription topic = require(topicPartition.topic());
        if (topicPartition.partition() >= topic.partitions()) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + topic.name() + " has partitions 0 to " + (topic.partitions() - 1) + ", there is no "
                            + topicPartition.partition());
        }
        return topic;
    }

    TopicDescription require(String name) {
        TopicDescription topic = find(name);
        if (topic == null) {
            throw new LogException(Disposition.STOP, "There is no topic '" + name + "': create it first");
        }
        return topic;
    }

    /** Durable at return; the name was checked. @return false if the topic exists with as many partitions */
    synchronized boolean create(String name, int partitions, TopicSettings settings) {
        TopicDescription existing = find(name);
        if (existing != null) {
            if (existing.partitions() == partitions) {
                return false;
            }
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + " exists with " + existing.partitions() + " partitions, not " + partitions
                            + ": use that number, or another name");
        }
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw new LogException(
                    Disposition.STOP,
                    "A topic has 1 to " + MOST_PARTITIONS + " partitions, got " + partitions + " for " + name);
        }
        SortedMap<String, TopicDescription> topics = new TreeMap<>(snapshot.topics());
        for (String other : topics.keySet()) {
            if (TopicName.folded(other).equals(TopicName.folded(name))) {
                throw new LogException(
                        Disposition.STOP,
                        "Topic " + name + " differs from " + other + " only by case, which not every file system"
                                + " tells apart: choose another name");
            }
        }
        String id = HexFormat.of().toHexDigits(world.random().nextLong());
        topics.put(name, new TopicDescription(name, id, partitions, settings, TopicName.isInternal(name)));
        List<String> lines = new ArrayList<>();
        topics.values().forEach(each -> lines.add(TopicLine.format(each)));
        MetaFile.write(storage, FILE, KIND, lines);
        snapshot = Snapshot.of(snapshot.version() + 1, topics);
        return true;
    }

    private static TopicDescription parse(Storage storage, String line) {
        try {
            return TopicLine.parse(line);
        } catch (IllegalArgumentException e) {
            throw MetaFile.damaged(storage, FILE, "it holds the line '" + line + "' (" + e.getMessage() + ")");
        }
    }
}
