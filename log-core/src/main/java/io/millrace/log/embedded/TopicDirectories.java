package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of partitions: made before the catalogue names their topic, and set aside after it names it no more (E6). Stateless.
 *
 * <p>A directory that is set aside is called {@code <topic id>.<partition>-delete}, which no partition's can be, since that ends in its
 * number.
 */
final class TopicDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(TopicDirectories.class);
    private static final String ROOT = "";
    private static final String ASIDE = "-delete";
    private static final Pattern PARTITION = Pattern.compile(".+-[0-9]+");

    private TopicDirectories() {}

    /**
     * Makes the directories of these partitions, empty and durable.
     *
     * @throws LogException with STOP if one of them holds something already: it would become the topic's
     */
    static void create(Storage storage, String topic, int fromPartition, int endPartition) {
        for (int partition = fromPartition; partition < endPartition; partition++) {
            String directory = new TopicPartition(topic, partition).toString();
            if (!storage.list(directory).isEmpty()) {
                if (TopicName.isInternal(topic)) {
                    throw new LogException(
                            Disposition.STOP,
                            storage.describe() + '/' + directory + " holds files, and the file " + TopicCatalogue.FILE
                                    + " does not name the topic " + topic + ": " + adviceOnInternal());
                }
                throw new LogException(
                        Disposition.STOP,
                        "Topic " + topic + " cannot have the partition " + partition + ": " + storage.describe() + '/'
                                + directory
                                + " holds files that no topic of this log knows. Move that directory away, then"
                                + " try again");
            }
            storage.createDirectories(directory);
        }
        storage.syncDirectory(ROOT);
    }

    /** @throws LogException with STOP if the directory is gone: who removed it has to know that its records are gone too */
    static void checkIsThere(Storage storage, TopicPartition topicPartition) {
        if (!storage.isDirectory(topicPartition.toString())) {
            throw new LogException(Disposition.STOP, LogFiles.directoryIsGone(storage, topicPartition.toString()));
        }
    }

    /** Takes the directories of a deleted topic out of the way of one that is created under its name; durable at return. */
    static void setAside(Storage storage, TopicDescription topic) {
        for (int partition = 0; partition < topic.partitions(); partition++) {
            String directory = new TopicPartition(topic.name(), partition).toString();
            if (storage.exists(directory)) {
                storage.rename(directory, topic.id() + '.' + partition + ASIDE);
            }
        }
        storage.syncDirectory(ROOT);
    }

    /**
     * Removes what was set aside, and the empty directories that a creation left which did not come to its end. What cannot be removed is
     * tried again by the next opening.
     */
    static void sweep(Storage storage, Set<TopicPartition> existing) {
        for (String name : storage.list(ROOT)) {
            try {
                if (name.endsWith(ASIDE)) {
                    remove(storage, name);
                } else if (PARTITION.matcher(name).matches()
                        && !isOf(name, existing)
                        && storage.isDirectory(name)
                        && isEmpty(storage, name)) {
                    storage.delete(name);
                }
            } catch (StorageException e) {
                LOG.warn("{} is of no use and could not be removed: {}", name, e.getMessage());
            }
        }
    }

    /** The directories that hold records of no partition that exists, sorted. */
    static SortedSet<String> unknown(Storage storage, Set<TopicPartition> existing) {
        SortedSet<String> unknown = new TreeSet<>();
        for (String name : storage.list(ROOT)) {
            if (PARTITION.matcher(name).matches() && !isOf(name, existing) && holdsSegment(storage, name)) {
                unknown.add(name);
            }
        }
        return unknown;
    }

    private static String adviceOnInternal() {
        return "an older copy of the file " + TopicCatalogue.FILE
                + " was put back. Put back the one that names the topic, while the log is closed; if there is none, move that file away, and"
                + " 'millrace log repair' finds all topics by their directories. Do not move the directory away: it holds the offsets of all"
                + " groups, or the transactions, and a log without it has lost them";
    }

    /** What to do about {@link #unknown} directories. */
    static String adviceOnUnknown(String directory) {
        return TopicName.isInternal(directory.substring(0, directory.lastIndexOf('-')))
                ? adviceOnInternal()
                : adviceOnUnknown();
    }

    /** The same where all are of users' topics, as the others are when a log is open. */
    static String adviceOnUnknown() {
        return "if an older copy of the file " + TopicCatalogue.FILE
                + " was put back, put back the one that names the topic, while the log is closed; if the records are not wanted, move the"
                + " directory away";
    }

    private static boolean holdsSegment(Storage storage, String directory) {
        return storage.isDirectory(directory)
                && storage.list(directory).stream().anyMatch(TopicDirectories::isSegment);
    }

    /** True if there are files of partitions, whoever's they are. */
    static boolean hold(Storage storage) {
        for (String name : storage.list(ROOT)) {
            if (PARTITION.matcher(name).matches()
                    && storage.list(name).stream().anyMatch(TopicDirectories::isSegment)) {
                return true;
            }
        }
        return false;
    }

    /** The topics that the directories of partitions tell of, with how many they must have had; a directory may still be empty. */
    static SortedMap<String, Integer> found(Storage storage) {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (String name : storage.list(ROOT)) {
            if (PARTITION.matcher(name).matches() && storage.isDirectory(name)) {
                List<String> files = storage.list(name);
                if (files.isEmpty() || files.stream().anyMatch(TopicDirectories::isSegment)) {
                    int dash = name.lastIndexOf('-');
                    count(name.substring(0, dash), name.substring(dash + 1), counts);
                }
            }
        }
        return counts;
    }

    private static void count(String topic, String number, SortedMap<String, Integer> counts) {
        try {
            int partition = Integer.parseInt(number);
            if (TopicName.isValid(topic) && partition < TopicDescription.MOST_PARTITIONS) {
                counts.merge(topic, partition + 1, Math::max);
            }
        } catch (NumberFormatException noPartition) {
            LOG.debug("{}-{} is no partition's directory", topic, number);
        }
    }

    private static boolean isSegment(String file) {
        return LogFiles.offsetOf(file, LogFiles.LOG).isPresent();
    }

    private static boolean isEmpty(Storage storage, String directory) {
        return storage.list(directory).isEmpty();
    }

    private static boolean isOf(String directory, Set<TopicPartition> existing) {
        int dash = directory.lastIndexOf('-');
        try {
            int partition = Integer.parseInt(directory.substring(dash + 1));
            return existing.contains(new TopicPartition(directory.substring(0, dash), partition));
        } catch (NumberFormatException noPartition) {
            return false;
        }
    }

    private static void remove(Storage storage, String directory) {
        List<String> files = storage.list(directory);
        files.forEach(file -> storage.delete(directory + '/' + file));
        storage.delete(directory);
    }
}
