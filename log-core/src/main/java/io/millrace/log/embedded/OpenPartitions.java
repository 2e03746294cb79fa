package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.partition.UnopenedPartition;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.retention.CleanedPartitions;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partition logs of one engine, each opened, and recovered if need be, when it is first used: a log of a thousand partitions starts
 * fast and has open what is in use. Safe for use by several threads.
 */
final class OpenPartitions implements CleanedPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(OpenPartitions.class);

    private final World world;
    private final EmbeddedLogConfig config;
    private final TopicCatalogue catalogue;
    private final Map<TopicPartition, PartitionLog> open = new ConcurrentHashMap<>();
    /** What is known of those that nobody opened yet. Guarded by this. */
    private final CleanShutdown.State state;
    /** Why a partition is not opened, which only a person can change, while the log is closed. Guarded by this. */
    private final Map<TopicPartition, String> refused = new HashMap<>();

    /** What the cleaner opened, and nobody else has asked for. Guarded by this. */
    private @Nullable PartitionLog visited;

    private boolean closed;

    /** @param found how the log was left; from now on this object's */
    OpenPartitions(World world, EmbeddedLogConfig config, TopicCatalogue catalogue, CleanShutdown.State found) {
        this.world = world;
        this.config = config;
        this.catalogue = catalogue;
        this.state = found;
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
        PartitionLog log = isVisited(topicPartition) ? takeVisited() : recovered(topicPartition);
        open.put(topicPartition, log);
        return log;
    }

    /** Opens it. What is damaged is looked through and logged once: its users may ask for it many times a second. */
    private PartitionLog recovered(TopicPartition topicPartition) {
        TopicDescription topic = catalogue.require(topicPartition);
        String known = refused.get(topicPartition);
        if (known != null) {
            throw new CorruptionException(known);
        }
        LastEnd lastEnd = state.lastEnd(topicPartition);
        try {
            return recovered(topicPartition, topic, lastEnd);
        } catch (CorruptionException e) {
            refused.put(topicPartition, String.valueOf(e.getMessage()));
            noteRefused(topicPartition, lastEnd);
            // Who asked for it says what is wrong. Where nobody did, the log's own loops, it is looked up.
            LOG.error(
                    "{} is damaged, and refused until the log is opened anew; 'millrace log verify {} --data {}' shows where",
                    topicPartition,
                    topicPartition,
                    world.storage().describe());
            LOG.debug("{}: where that was found", topicPartition, e);
            throw e;
        }
    }

    /** The refusal is judged by the same end the next time, whatever becomes of this process and of the system (E7). */
    private void noteRefused(TopicPartition topicPartition, LastEnd lastEnd) {
        state.refused().put(topicPartition, lastEnd);
        RefusedPartitions.add(world.storage(), topicPartition, lastEnd);
    }

    private PartitionLog recovered(TopicPartition topicPartition, TopicDescription topic, LastEnd lastEnd) {
        if (lastEnd.clean()) {
            // Until it is open, it counts as killed: an opening that fails half-way may have changed files beside the
            // segments, and nothing of those is missing.
            state.killed().add(topicPartition);
        }
        PartitionLog log;
        try {
            TopicDirectories.checkIsThere(world.storage(), topicPartition);
            log = PartitionLog.open(
                    world,
                    topicPartition.toString(),
                    topicPartition,
                    PartitionSettings.of(topic.settings(), config.durability())
                            .withMaxInflatedBatchBytes(config.maxInflatedBatchBytes()),
                    lastEnd);
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Partition " + topicPartition + " could not be opened");
        }
        forgetRefusal(log);
        state.opened(topicPartition);
        if (!lastEnd.withoutHoles()) {
            CleanShutdown.noteWhole(world.storage(), topicPartition);
        }
        return log;
    }

    /** Before anything is appended: what was said of the end before is no longer so then. */
    private void forgetRefusal(PartitionLog log) {
        TopicPartition topicPartition = log.topicPartition();
        if (!state.refused().containsKey(topicPartition)) {
            return;
        }
        boolean forgotten = false;
        try {
            RefusedPartitions.remove(world.storage(), topicPartition);
            forgotten = true;
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "Partition " + topicPartition + " could not be opened");
        } finally {
            if (!forgotten) {
                log.closeQuickly();
            }
        }
    }

    private boolean isVisited(TopicPartition topicPartition) {
        return visited != null && visited.topicPartition().equals(topicPartition);
    }

    private PartitionLog takeVisited() {
        PartitionLog log = Objects.requireNonNull(visited);
        visited = null;
        return log;
    }

    /** The settings hold for what is open now; what is opened later finds them in the catalogue. */
    synchronized void configure(TopicDescription topic, TopicSettings settings) {
        if (visited != null && visited.topicPartition().topic().equals(topic.name())) {
            visited.configure(settings);
        }
        forEachOpen(topic, log -> log.configure(settings));
    }

    /** Lets go of the partitions of a topic that the catalogue names no more. */
    synchronized void delete(TopicDescription topic) {
        if (visited != null && visited.topicPartition().topic().equals(topic.name())) {
            takeVisited().delete();
        }
        forEachOpen(topic, log -> {
            open.remove(log.topicPartition());
            log.delete();
        });
        refused.keySet().removeIf(partition -> partition.topic().equals(topic.name()));
        state.forget(topic.name());
        CleanShutdown.forgetRunning(world.storage(), topic.name());
        RefusedPartitions.removeTopic(world.storage(), topic.name());
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
        SortedSet<TopicPartition> result = new TreeSet<>(state.unclean());
        result.addAll(state.killed());
        result.addAll(state.undecided());
        result.addAll(open.keySet());
        if (visited != null) {
            result.add(visited.topicPartition());
        }
        return result;
    }

    /** True if a transaction is open there. A partition that cannot be opened holds none that could ever be ended. */
    boolean isUndecided(TopicPartition topicPartition) {
        if (!maybeUndecided().contains(topicPartition)) {
            return false;
        }
        try {
            return get(topicPartition).hasOpenTransactions();
        } catch (CorruptionException logged) {
            return false;
        } catch (LogException e) {
            LOG.warn("{} is not asked for open transactions: {}", topicPartition, e.getMessage());
            return false;
        }
    }

    /** Those that are open now, sorted. */
    List<PartitionLog> opened() {
        return new ArrayList<>(new TreeMap<>(open).values());
    }

    @Override
    public List<PartitionCleaning> cleanings() {
        return opened().stream()
                .filter(log -> !log.hasFailed())
                .map(PartitionLog::cleaning)
                .toList();
    }

    @Override
    public List<TopicPartition> unopened() {
        return catalogue.partitions().stream()
                .filter(partition -> !open.containsKey(partition))
                .toList();
    }

    @Override
    public UnopenedPartition look(TopicPartition topicPartition) {
        return UnopenedPartition.look(world.storage(), topicPartition);
    }

    @Override
    public synchronized boolean whileUnopened(TopicPartition topicPartition, BooleanSupplier look) {
        boolean isUnopened = !closed && !open.containsKey(topicPartition) && !refused.containsKey(topicPartition);
        return isUnopened && look.getAsBoolean();
    }

    @Override
    public @Nullable TopicSettings settings(TopicPartition topicPartition) {
        TopicDescription topic = catalogue.find(topicPartition.topic());
        return topic == null ? null : topic.settings();
    }

    @Override
    public synchronized @Nullable PartitionCleaning visit(TopicPartition topicPartition) {
        boolean exists = catalogue.find(topicPartition.topic()) != null;
        if (closed || !exists || open.containsKey(topicPartition)) {
            return null;
        }
        visited = recovered(topicPartition);
        return visited.cleaning();
    }

    @Override
    public synchronized void leave() {
        if (visited == null) {
            return;
        }
        PartitionLog log = takeVisited();
        if (log.isDamaged()) {
            // Closed, it would forget that, and whoever opens it next would append behind the damage (W12).
            open.put(log.topicPartition(), log);
        } else {
            close(log);
        }
    }

    /**
     * Closes all, each whatever becomes of the others (E5).
     *
     * @return what the next open has to know
     */
    synchronized CleanShutdown.State close() {
        closed = true;
        leave();
        opened().forEach(this::close);
        open.clear();
        return state;
    }

    /** Notes what the next opening of the partition has to know. */
    private void close(PartitionLog log) {
        TopicPartition topicPartition = log.topicPartition();
        try {
            closeAsQuicklyAsMayBe(log);
        } catch (LogException | StorageException e) {
            if (!log.hasFailed()) {
                // That it failed was logged when it did.
                LOG.error(
                        "Partition {} could not be closed cleanly; the next open recovers it: {}",
                        topicPartition,
                        e.getMessage());
            }
            LOG.debug("{}: where its close failed", topicPartition, e);
            state.unclean().add(topicPartition);
        }
        if (log.hasFailed()) {
            state.unclean().add(topicPartition);
        }
        // Not before: until it was closed, a transaction could begin there.
        if (log.hasOpenTransactions()) {
            state.undecided().add(topicPartition);
        }
    }

    /** What the log keeps of itself is forced in any case: it tells what becomes of all the rest. */
    private void closeAsQuicklyAsMayBe(PartitionLog log) {
        TopicPartition topicPartition = log.topicPartition();
        if (TopicName.isInternal(topicPartition.topic())
                || world.storage().systemRun().isEmpty()) {
            log.close();
            return;
        }
        LastEnd end = log.closeQuickly();
        if (!end.clean() && !log.hasFailed()) {
            state.unforced().put(topicPartition, end.soundOffset());
        }
    }
}
