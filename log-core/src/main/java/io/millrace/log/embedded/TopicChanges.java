package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.group.GroupCoordinator;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, changes and deletes topics, one at a time. Safe for use by several threads.
 *
 * <p>The order makes each of them happen wholly or not at all (E6): a topic's directories are there before the catalogue names it, and the
 * catalogue names it no more before anything of it is touched.
 */
final class TopicChanges {
    private static final Logger LOG = LoggerFactory.getLogger(TopicChanges.class);

    private final Storage storage;
    private final TopicCatalogue catalogue;
    private final OpenPartitions partitions;

    TopicChanges(Storage storage, TopicCatalogue catalogue, OpenPartitions partitions) {
        this.storage = storage;
        this.catalogue = catalogue;
        this.partitions = partitions;
    }

    /** The name was checked. @param groups null while there are none, at the opening @return false if it exists with as many partitions */
    synchronized boolean create(
            String name, int partitionCount, TopicSettings settings, @Nullable GroupCoordinator groups) {
        boolean created = false;
        try {
            if (groups != null) {
                finishDeletions(groups);
            }
            TopicDescription topic = catalogue.plan(name, partitionCount, settings);
            if (topic != null) {
                TopicDirectories.create(storage, name, 0, partitionCount);
                catalogue.put(topic);
                created = true;
            }
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Topic " + name + " could not be created");
        }
        if (groups != null) {
            // Also for a topic that exists: whoever created it may have failed before the groups learned of it.
            groups.topicsChanged();
        }
        return created;
    }

    /** Creates it with one partition, or gives it these settings: those of the log may have changed since. */
    synchronized void createInternal(String name, TopicSettings settings, @Nullable GroupCoordinator groups) {
        if (create(name, 1, settings, groups)) {
            return;
        }
        TopicDescription topic = catalogue.require(name);
        if (!topic.settings().equals(settings)) {
            put(topic.withSettings(settings));
        }
    }

    private void put(TopicDescription topic) {
        try {
            catalogue.put(topic);
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "The settings of topic " + topic.name() + " could not be changed");
        }
        partitions.configure(topic, topic.settings());
    }

    synchronized void addPartitions(String name, int partitionCount, GroupCoordinator groups) {
        TopicDescription topic = requireUsers(name, "gets no more partitions");
        TopicCatalogue.checkPartitions(name, partitionCount);
        if (partitionCount < topic.partitions()) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + " has " + topic.partitions() + " partitions and cannot have " + partitionCount
                            + ": partitions are only added. Create another topic to have fewer");
        }
        try {
            if (partitionCount > topic.partitions()) {
                TopicDirectories.create(storage, name, topic.partitions(), partitionCount);
                catalogue.put(topic.withPartitions(partitionCount));
            }
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Topic " + name + " could not get more partitions");
        }
        groups.topicsChanged();
    }

    synchronized void alter(String name, TopicSettings settings) {
        put(requireUsers(name, "keeps its settings").withSettings(settings));
    }

    /** @return false if there is no such topic */
    synchronized boolean delete(String name, GroupCoordinator groups) {
        if (catalogue.find(name) == null) {
            return false;
        }
        TopicDescription topic = requireUsers(name, "cannot be deleted");
        checkDecided(topic);
        try {
            catalogue.delete(topic);
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Topic " + name + " could not be deleted");
        }
        partitions.delete(topic);
        try {
            finishDeletions(groups);
        } catch (StorageException | LogException e) {
            LOG.warn(
                    "Topic {} is deleted, what it left is not yet; the next opening, or the next topic, goes on: {}",
                    name,
                    e.getMessage());
        }
        try {
            groups.topicsChanged();
        } catch (LogException e) {
            // The topic is gone, whether the groups' new epochs can be written or not; they learn of it with the next
            // change.
            LOG.warn("The groups could not be told that topic {} was deleted: {}", name, e.getMessage());
        }
        return true;
    }

    /** A transaction that began here could not be ended here. */
    private void checkDecided(TopicDescription topic) {
        for (int number = 0; number < topic.partitions(); number++) {
            TopicPartition topicPartition = new TopicPartition(topic.name(), number);
            if (partitions.isUndecided(topicPartition)) {
                throw new LogException(
                        Disposition.RETRY,
                        "Topic " + topic.name() + " cannot be deleted while a transaction is open in partition "
                                + number + ": wait for its end, or abort it, then try again");
            }
        }
    }

    /** Does, or does again, what follows the deletion of a topic. */
    synchronized void finishDeletions(GroupCoordinator groups) {
        if (catalogue.deleted().isEmpty()) {
            return;
        }
        for (TopicDescription topic : catalogue.deleted()) {
            groups.topicDeleted(topic.name());
            TopicDirectories.setAside(storage, topic);
            catalogue.forget(topic);
        }
        TopicDirectories.sweep(storage, catalogue.partitions());
    }

    /** What an interrupted change left is put in order. Problems are told and left to the next opening: the log is usable with them. */
    void recover(GroupCoordinator groups) {
        try {
            finishDeletions(groups);
            TopicDirectories.sweep(storage, catalogue.partitions());
            SortedSet<String> unknown = TopicDirectories.unknown(storage, catalogue.knownPartitions());
            if (!unknown.isEmpty()) {
                LOG.warn(
                        "The log in {} has directories that hold records and that no topic knows: {}. What to do: {}",
                        storage.describe(),
                        String.join(", ", unknown),
                        TopicDirectories.adviceOnUnknown());
            }
        } catch (StorageException | LogException e) {
            LOG.warn("What is left of deleted topics could not be looked for and removed: {}", e.getMessage());
        }
    }

    TopicDescription requireUsers(String name, String refusal) {
        TopicDescription topic = catalogue.require(name);
        if (topic.internal()) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic " + name + ' ' + refusal
                            + ": it is internal, and the log keeps in it what groups and transactions rely on");
        }
        return topic;
    }
}
