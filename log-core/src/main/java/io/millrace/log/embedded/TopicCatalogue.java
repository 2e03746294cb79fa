package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The topics that exist (E2), in the file {@code topics}. Readers see an immutable map by one volatile read; changes take a lock and are
 * durable at return.
 *
 * <p>A line of the file is a {@link TopicLine}; behind a {@code !} it is that of a topic that was deleted, whose directories may still be
 * there (E6).
 */
final class TopicCatalogue {
    static final String FILE = "topics";

    /** No topic's name begins so. */
    private static final String DELETED = "!";

    static final String KIND = "millrace-topics 2";

    /** What is published: by name, and the same as counts of partitions. */
    private record Snapshot(
            long version,
            SortedMap<String, TopicDescription> topics,
            List<TopicDescription> deleted,
            Map<String, Integer> partitionCounts) {
        static Snapshot of(long version, SortedMap<String, TopicDescription> topics, List<TopicDescription> deleted) {
            SortedMap<String, Integer> counts = new TreeMap<>();
            topics.values().forEach(topic -> counts.put(topic.name(), topic.partitions()));
            return new Snapshot(
                    version,
                    Collections.unmodifiableSortedMap(topics),
                    List.copyOf(deleted),
                    Collections.unmodifiableSortedMap(counts));
        }
    }

    private final World world;
    private final Storage storage;
    private volatile Snapshot snapshot;

    private TopicCatalogue(World world, SortedMap<String, TopicDescription> topics, List<TopicDescription> deleted) {
        this.world = world;
        this.storage = world.storage();
        this.snapshot = Snapshot.of(0, topics, deleted);
    }

    /** True if this storage has topics. */
    static boolean isIn(Storage storage) {
        return storage.exists(FILE);
    }

    static TopicCatalogue open(World world) {
        Storage storage = world.storage();
        SortedMap<String, TopicDescription> topics = new TreeMap<>();
        List<TopicDescription> deleted = new ArrayList<>();
        for (String line : MetaFile.read(storage, FILE, KIND).orElseGet(() -> noLines(storage))) {
            if (line.startsWith(DELETED)) {
                deleted.add(parse(storage, line.substring(DELETED.length())));
            } else {
                TopicDescription topic = parse(storage, line);
                topics.put(topic.name(), topic);
            }
        }
        return new TopicCatalogue(world, topics, deleted);
    }

    private static List<String> noLines(Storage storage) {
        if (TopicDirectories.hold(storage)) {
            throw MetaFile.damaged(storage, FILE, "it is gone, though there are partitions");
        }
        return List.of();
    }

    /** True if the file can be used, or nothing is amiss with there being none. */
    static boolean isSound(World world) {
        try {
            open(world);
            return true;
        } catch (CorruptionException damaged) {
            return false;
        }
    }

    /**
     * The catalogue as it can be told from the directories of partitions, and from those lines of a damaged file that still make sense. Of
     * their settings, those are dropped by which records would be deleted: nobody knows whether they are right. A topic whose deletion was
     * under way is there again. Nothing is written before {@link #save}.
     */
    static TopicCatalogue salvage(World world) {
        SortedMap<String, TopicDescription> topics = new TreeMap<>();
        TopicDirectories.found(world.storage()).forEach((name, count) -> topics.put(name, unknown(world, name, count)));
        for (String line : MetaFile.salvage(world.storage(), FILE)) {
            salvage(line)
                    .ifPresent(topic -> topics.computeIfPresent(
                            topic.name(), (name, found) -> topic.withPartitions(found.partitions())));
        }
        return new TopicCatalogue(world, topics, List.of());
    }

    private static TopicDescription unknown(World world, String name, int partitions) {
        boolean internal = TopicName.isInternal(name);
        TopicSettings settings = internal ? TopicSettings.compacted() : TopicSettings.defaults();
        return new TopicDescription(name, newId(world), partitions, settings, internal);
    }

    private static Optional<TopicDescription> salvage(String line) {
        try {
            TopicDescription topic = TopicLine.parse(line);
            return Optional.of(topic.withSettings(
                    topic.settings().withRetention(Optional.empty()).withRetentionBytes(Optional.empty())));
        } catch (IllegalArgumentException nothingOfUse) {
            return Optional.empty();
        }
    }

    /** Writes down what was {@linkplain #salvage salvaged}. */
    void save() {
        write(snapshot);
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
        return partitionsOf(all());
    }

    /** The same, and those of deleted topics that may have left something. */
    SortedSet<TopicPartition> knownPartitions() {
        Snapshot present = snapshot;
        SortedSet<TopicPartition> known = partitionsOf(present.topics().values());
        known.addAll(partitionsOf(present.deleted()));
        return known;
    }

    private static SortedSet<TopicPartition> partitionsOf(Collection<TopicDescription> topics) {
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        for (TopicDescription topic : topics) {
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

    /** The topics that were deleted and may have left something, oldest first. */
    List<TopicDescription> deleted() {
        return snapshot.deleted();
    }

    /**
     * What the topic would be, if it may be created; the name's characters were checked.
     *
     * @return null if it exists with as many partitions
     */
    @Nullable TopicDescription plan(String name, int partitions, TopicSettings settings) {
        TopicDescription existing = find(name);
        if (existing != null) {
            if (existing.partitions() == partitions) {
                return null;
            }
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + " exists with " + existing.partitions()
                            + (existing.partitions() == 1 ? " partition" : " partitions") + ", not " + partitions
                            + ": use that number, add partitions to it, or choose another name");
        }
        checkPartitions(name, partitions);
        for (String other : snapshot.topics().keySet()) {
            if (TopicName.folded(other).equals(TopicName.folded(name))) {
                throw new LogException(
                        Disposition.STOP,
                        "Topic " + name + " differs from " + other
                                + " only by case, which not every file system tells apart: choose another name");
            }
        }
        return new TopicDescription(name, newId(world), partitions, settings, TopicName.isInternal(name));
    }

    private static String newId(World world) {
        return HexFormat.of().toHexDigits(world.random().nextLong());
    }

    static void checkPartitions(String name, int partitions) {
        if (partitions < 1 || partitions > TopicDescription.MOST_PARTITIONS) {
            throw new LogException(
                    Disposition.STOP,
                    "A topic has 1 to " + TopicDescription.MOST_PARTITIONS + " partitions, got " + partitions + " for "
                            + name);
        }
    }

    /** Writes down a topic that is new, or one of this name as it is from now on. */
    synchronized void put(TopicDescription topic) {
        SortedMap<String, TopicDescription> topics = new TreeMap<>(snapshot.topics());
        topics.put(topic.name(), topic);
        replace(topics, snapshot.deleted());
    }

    /** From now on the topic does not exist; that it may have left directories is remembered until {@link #forget}. */
    synchronized void delete(TopicDescription topic) {
        SortedMap<String, TopicDescription> topics = new TreeMap<>(snapshot.topics());
        topics.remove(topic.name());
        List<TopicDescription> deleted = new ArrayList<>(snapshot.deleted());
        deleted.add(topic);
        replace(topics, deleted);
    }

    /** Nothing of the deleted topic is left under its name. */
    synchronized void forget(TopicDescription topic) {
        List<TopicDescription> deleted = new ArrayList<>(snapshot.deleted());
        deleted.remove(topic);
        replace(snapshot.topics(), deleted);
    }

    private void replace(SortedMap<String, TopicDescription> topics, List<TopicDescription> deleted) {
        Snapshot next = Snapshot.of(snapshot.version() + 1, topics, deleted);
        try {
            write(next);
        } catch (StorageException failed) {
            // The new file may be there all the same: what goes on being used must not be gone after the next opening.
            try {
                write(snapshot);
            } catch (StorageException alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw failed;
        }
        snapshot = next;
    }

    private void write(Snapshot written) {
        List<String> lines = new ArrayList<>();
        written.topics().values().forEach(each -> lines.add(TopicLine.format(each)));
        written.deleted().forEach(each -> lines.add(DELETED + TopicLine.format(each)));
        MetaFile.write(storage, FILE, KIND, lines);
    }

    private static TopicDescription parse(Storage storage, String line) {
        try {
            return TopicLine.parse(line);
        } catch (IllegalArgumentException e) {
            throw MetaFile.damaged(storage, FILE, "it holds the line '" + line + "' (" + e.getMessage() + ")");
        }
    }
}
