package io.millrace.log.embedded;

import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partition logs of one engine, each opened, and recovered if need be, when it is first used: a log of a thousand partitions starts
 * fast and has open what is in use. Safe for use by several threads.
 */
final class OpenPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(OpenPartitions.class);

    private final World world;
    private final EmbeddedLogConfig config;
    private final TopicCatalogue catalogue;
    private final Map<TopicPartition, PartitionLog> open = new ConcurrentHashMap<>();
    /** Those that nobody opened since an unclean end. Guarded by this. */
    private final SortedSet<TopicPartition> unclean;
    /** Those in which a transaction was open at the last clean end, and that nobody opened since. Guarded by this. */
    private final SortedSet<TopicPartition> undecided;

    private boolean closed;

    OpenPartitions(World world, EmbeddedLogConfig config, TopicCatalogue catalogue, CleanShutdown.State found) {
        this.world = world;
        this.config = config;
        this.catalogue = catalogue;
        this.unclean = new TreeSet<>(found.unclean());
        this.undecided = new TreeSet<>(found.undecided());
    }

    PartitionLog get(TopicPartition topicPartition) {
        PartitionLog log = open.get(topicPartition);
        return log != null ? log : openNow(topicPartition);
    }

    private synchronized PartitionLog openNow(TopicPartition topicPartition) {
        if (closed) {
            throw new IllegalStateException("The log is closed");
        }
        PartitionLog known = open.get(topicPartition);
        if (known != null) {
            return known;
        }
        TopicDescription topic = catalogue.require(topicPartition);
        // Until it is open, it counts as unclean: an opening that fails half-way may have changed files.
        boolean clean = unclean.add(topicPartition);
        PartitionLog log;
        try {
            TopicDirectories.checkIsThere(world.storage(), topicPartition);
            log = PartitionLog.open(
                    world,
                    topicPartition.toString(),
                    topicPartition,
                    PartitionSettings.of(topic.settings(), config.durability())
                            .withMaxInflatedBatchBytes(config.maxInflatedBatchBytes()),
                    clean);
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Partition " + topicPartition + " could not be opened");
        }
        unclean.remove(topicPartition);
        undecided.remove(topicPartition);
        open.put(topicPartition, log);
        return log;
    }

    /** The settings hold for what is open now; what is opened later finds them in the catalogue. */
    synchronized void configure(TopicDescription topic, TopicSettings settings) {
        forEachOpen(topic, log -> log.configure(settings));
    }

    /** Lets go of the partitions of a topic that the catalogue names no more. */
    synchronized void delete(TopicDescription topic) {
        forEachOpen(topic, log -> {
            open.remove(log.topicPartition());
            log.delete();
        });
        unclean.removeIf(partition -> partition.topic().equals(topic.name()));
        undecided.removeIf(partition -> partition.topic().equals(topic.name()));
    }

    private void forEachOpen(TopicDescription topic, Consumer<PartitionLog> action) {
        for (PartitionLog log : opened()) {
            if (log.topicPartition().topic().equals(topic.name())) {
                action.accept(log);
            }
        }
    }

    /** The partitions in which a transaction may be open: all others were closed without one and not used since. */
    synchronized SortedSet<TopicPartition> maybeUndecided() {
        SortedSet<TopicPartition> result = new TreeSet<>(unclean);
        result.addAll(undecided);
        result.addAll(open.keySet());
        return result;
    }

    /** True if a transaction is open there. A partition that cannot be opened holds none that could ever be ended. */
    boolean isUndecided(TopicPartition topicPartition) {
        if (!maybeUndecided().contains(topicPartition)) {
            return false;
        }
        try {
            return get(topicPartition).hasOpenTransactions();
        } catch (LogException e) {
            LOG.warn("{} is not asked for open transactions: {}", topicPartition, e.getMessage());
            return false;
        }
    }

    /** Those that are open now, sorted. */
    List<PartitionLog> opened() {
        return new ArrayList<>(new TreeMap<>(open).values());
    }

    /** What the cleaner does to those that are open now, sorted. */
    List<PartitionCleaning> cleanings() {
        return opened().stream()
                .filter(log -> !log.hasFailed())
                .map(PartitionLog::cleaning)
                .toList();
    }

    /**
     * Closes all, each whatever becomes of the others (E5).
     *
     * @return what the next open has to know
     */
    synchronized CleanShutdown.State close() {
        closed = true;
        for (PartitionLog log : opened()) {
            try {
                if (log.hasOpenTransactions()) {
                    undecided.add(log.topicPartition());
                }
                log.close();
            } catch (LogException | StorageException e) {
                LOG.error(
                        "Partition {} could not be closed cleanly; the next open recovers it", log.topicPartition(), e);
                unclean.add(log.topicPartition());
            }
            if (log.hasFailed()) {
                unclean.add(log.topicPartition());
            }
        }
        open.clear();
        return new CleanShutdown.State(unclean, undecided);
    }
}
