package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.group.GroupCoordinator;
import io.millrace.log.embedded.partition.BatchWriter;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.retention.Cleaner;
import io.millrace.log.guard.GuardedConsumer;
import io.millrace.log.guard.GuardedProducer;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import io.millrace.platform.bounded.BoundedStorage;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded engine, without transactions. Safe for use by several threads.
 *
 * <p>It has two loops, for housekeeping and for cleaning; appends and reads run on the threads of those who ask for them.
 */
public final class LogEngine implements EventLog {
    /** Holds the offsets of all groups; one partition, because one process owns them all and one file needs one force. */
    public static final TopicPartition OFFSETS_PARTITION = new TopicPartition("__consumer_offsets", 0);

    private static final Logger LOG = LoggerFactory.getLogger(LogEngine.class);
    private static final String ROOT = "";
    /** How late a session timeout may be noticed. */
    private static final Duration HOUSEKEEPING_INTERVAL = Duration.ofMillis(500);

    private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

    private final World world;
    private final EmbeddedLogConfig config;
    private final AutoCloseable lock;
    private final String logId;
    private final TopicCatalogue catalogue;
    private final OpenPartitions partitions;
    private final TopicChanges changes;
    private final BatchWriter writer;
    private final ProducerIds producerIds;
    private final GroupCoordinator groups;
    private final Housekeeping housekeeping;
    private final Scheduler.Loop loop;
    private final Scheduler.Loop cleanerLoop;
    private final LogAdmin admin;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Polls that may wait when the log is closed. */
    private final Set<Runnable> waiting = new CopyOnWriteArraySet<>();

    private volatile boolean leftUnclean;

    private LogEngine(
            World world,
            EmbeddedLogConfig config,
            AutoCloseable lock,
            TopicCatalogue catalogue,
            OpenPartitions partitions) {
        this.world = world;
        this.config = config;
        this.lock = lock;
        this.catalogue = catalogue;
        this.partitions = partitions;
        logId = LogIdentity.readOrCreate(world);
        writer = new BatchWriter(config.maxInflatedBatchBytes());
        producerIds = ProducerIds.open(world.storage());
        changes = new TopicChanges(world.storage(), catalogue, partitions);
        changes.createInternal(OFFSETS_PARTITION.topic(), config.internalTopic(), null);
        groups = GroupCoordinator.open(
                world,
                config.durability(),
                config.assignor(),
                partitions.get(OFFSETS_PARTITION),
                catalogue::partitionCounts);
        changes.recover(groups);
        admin = new EmbeddedAdmin(this, catalogue);
        housekeeping = new Housekeeping(
                partitions, groups, config.checkpointInterval(), world.ticker().nanos());
        loop = world.scheduler().start("millrace-log", housekeeping, HOUSEKEEPING_INTERVAL);
        Cleaner cleaner = new Cleaner(
                world.clock(),
                partitions,
                config.cleaningInterval(),
                world.ticker().nanos());
        cleanerLoop = world.scheduler().start("millrace-cleaner", cleaner, config.cleaningInterval());
    }

    /**
     * Opens the log in the world's storage, recovering what an unclean end left.
     *
     * @throws LogException with STOP if the directory is open elsewhere, or holds what is not a log
     */
    public static LogEngine open(World world, EmbeddedLogConfig config) {
        int openFiles =
                BoundedStorage.within(config.maxOpenFiles(), world.storage().mostOpenFiles());
        if (openFiles < config.maxOpenFiles() / 2) {
            LOG.warn(
                    "The log in {} keeps {} files open, not the {} of its maxOpenFiles, because this process may open only {}; a log of many"
                            + " partitions is quicker with more (ulimit -n)",
                    world.storage().describe(),
                    openFiles,
                    config.maxOpenFiles(),
                    world.storage().mostOpenFiles().orElse(openFiles));
        }
        Storage storage = new BoundedStorage(world.storage(), openFiles, config.durability() == Durability.POWER_LOSS);
        return openIn(
                new World(storage, world.clock(), world.ticker(), world.random(), world.scheduler()), storage, config);
    }

    /** True if there is a log in this storage, be it a damaged one. Opens nothing and changes nothing. */
    public static boolean isIn(Storage storage) {
        return LogIdentity.isIn(storage);
    }

    private static LogEngine openIn(World world, Storage storage, EmbeddedLogConfig config) {
        AutoCloseable lock = lock(storage);
        boolean opened = false;
        OpenPartitions partitions = null;
        try {
            LogIdentity.readOrCreate(world);
            TopicCatalogue catalogue = TopicCatalogue.open(world);
            partitions =
                    new OpenPartitions(world, config, catalogue, CleanShutdown.take(storage, catalogue.partitions()));
            LogEngine engine = new LogEngine(world, config, lock, catalogue, partitions);
            opened = true;
            return engine;
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "The log in " + storage.describe() + " could not be opened");
        } finally {
            if (!opened) {
                if (partitions != null) {
                    partitions.close();
                }
                unlock(lock);
            }
        }
    }

    static AutoCloseable lock(Storage storage) {
        try {
            storage.createDirectories(ROOT);
            return storage.lock(ROOT);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.LOCKED) {
                throw new LogException(
                        Disposition.STOP,
                        "The log in " + storage.describe()
                                + " is already open in another process, or a second time in this"
                                + " one: close it there, or give this one a directory of its own",
                        e);
            }
            throw StorageErrors.translate(e, "The directory " + storage.describe() + " could not be used");
        }
    }

    static void unlock(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            // The lock ends with the process at the latest; what made the caller close matters more.
            LOG.warn("The lock of the log's directory could not be released", e);
        }
    }

    public World world() {
        return world;
    }

    public EmbeddedLogConfig config() {
        return config;
    }

    /** What producers append their batches with. */
    public BatchWriter writer() {
        return writer;
    }

    public GroupCoordinator groups() {
        return groups;
    }

    /** The partition's log, opened and recovered if it was not yet. @throws LogException with STOP if there is no such partition */
    public PartitionLog partition(TopicPartition topicPartition) {
        return partitions.get(topicPartition);
    }

    /** The same, for who writes records of a user. @throws LogException with STOP also if the topic is an internal one */
    public PartitionLog writablePartition(TopicPartition topicPartition) {
        TopicName.checkWritable(topicPartition.topic());
        return partition(topicPartition);
    }

    /**
     * The partitions in which a transaction may be open, sorted; none is opened for that. Of one that was closed cleanly it is known, so a
     * log of many partitions need not open them all to find out.
     */
    public SortedSet<TopicPartition> maybeUndecided() {
        return partitions.maybeUndecided();
    }

    /** The topic's description. @throws LogException with STOP if there is no such topic */
    public TopicDescription topic(String name) {
        return catalogue.require(name);
    }

    /** Rises with every change of topics: created, deleted, more partitions, other settings. One volatile read. */
    public long topicsVersion() {
        return catalogue.version();
    }

    /** An identity that was never handed out before, also not before a crash (E4). */
    public long newProducerId() {
        try {
            return producerIds.next();
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "No producer id could be allocated");
        }
    }

    /** Creates a topic of one partition whose name begins with {@code __}, with the settings that the log's say, also if it exists. */
    public void createInternalTopic(String name) {
        TopicName.checkInternal(name);
        changes.createInternal(name, config.internalTopic(), groups);
    }

    boolean createTopic(String name, int topicPartitions, TopicSettings settings) {
        return changes.create(name, topicPartitions, settings, groups);
    }

    boolean deleteTopic(String name) {
        return changes.delete(name, groups);
    }

    void addPartitions(String name, int topicPartitions) {
        changes.addPartitions(name, topicPartitions, groups);
    }

    void alterTopic(String name, TopicSettings settings) {
        changes.alter(name, settings);
    }

    /** @throws LogException with STOP if there is no such partition, or the log alone deletes from it */
    void checkDeletable(TopicPartition topicPartition) {
        changes.requireUsers(topicPartition.topic(), "keeps its records");
        catalogue.require(topicPartition);
    }

    /** Has the engine's loop write what was promised to this lane, after some time. From any thread. */
    void writeAfter(long nanos, ProducerLane lane) {
        if (closed.get()) {
            lane.endInBackground();
        } else if (nanos == 0) {
            soon(lane::writeInBackground);
        } else {
            housekeeping.at(world.ticker().nanos() + nanos, lane::writeInBackground);
            loop.wake();
            if (closed.get()) {
                lane.endInBackground();
            }
        }
    }

    private void soon(Runnable action) {
        housekeeping.soon(action);
        loop.wake();
        if (closed.get()) {
            // The loop may have ended before it saw this, and a promise never stays open: it is kept or fails.
            housekeeping.runSoon();
        }
    }

    /**
     * Says whether these are offsets that somebody could commit.
     *
     * @throws LogException with STOP if a partition does not exist, an offset lies beyond its end, or the group's name cannot be one
     * @throws IllegalArgumentException if an offset is negative
     */
    public void checkOffsets(String groupId, Map<TopicPartition, Long> offsets) {
        groups.checkOffsets(
                groupId, offsets, partition -> partition(partition).view().logEndOffset());
    }

    /** Durable at return as the log's durability says. @throws LogException as {@link #checkOffsets}, or if the member was replaced */
    void commit(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        if (!offsets.isEmpty()) {
            checkOffsets(by.groupId(), offsets);
            groups.commit(by, offsets);
        }
    }

    /** Commits in the order of the calls; the engine's loop makes it durable. @return completes then, with the error if there is one */
    CompletionStage<Void> commitSoon(GroupMetadata by, Map<TopicPartition, Long> offsets) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable rest;
        try {
            if (!offsets.isEmpty()) {
                checkOffsets(by.groupId(), offsets);
            }
            rest = groups.append(by, offsets);
        } catch (LogException e) {
            done.completeExceptionally(e);
            return done;
        }
        if (config.durability() == Durability.PROCESS_CRASH) {
            done.complete(null);
            return done;
        }
        soon(() -> {
            try {
                rest.run();
                done.complete(null);
            } catch (LogException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    boolean isOpen() {
        return !closed.get();
    }

    /** Runs it as soon as the log is closed. From any thread. */
    void onClose(Runnable wake) {
        waiting.add(wake);
    }

    void removeOnClose(Runnable wake) {
        waiting.remove(wake);
    }

    /** @throws IllegalStateException if the log is closed */
    void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("The log is closed");
        }
    }

    @Override
    public String logId() {
        return logId;
    }

    @Override
    public LogAdmin admin() {
        return admin;
    }

    @Override
    public LogProducer producer(ProducerConfig producerConfig) {
        checkOpen();
        return new GuardedProducer(new EmbeddedProducer(this, producerConfig));
    }

    @Override
    public LogConsumer consumer(ConsumerConfig consumerConfig) {
        checkOpen();
        return new GuardedConsumer(new EmbeddedConsumer(new EngineHost(this), consumerConfig));
    }

    /** To be called before {@link #close} if what an internal topic says is behind the partitions: the next opening then recovers them all. */
    public void leaveUnclean() {
        leftUnclean = true;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        waiting.forEach(Runnable::run);
        try {
            loop.stop();
            cleanerLoop.stop();
            boolean stopped = cleanerLoop.awaitStopped(CLOSE_TIMEOUT) & loop.awaitStopped(CLOSE_TIMEOUT);
            housekeeping.runSoon();
            if (stopped) {
                housekeeping.runTimed();
            }
            CleanShutdown.State state = partitions.close();
            writer.close();
            boolean isWhole = stopped && !leftUnclean && !state.hasUncleanInternal();
            if (!isWhole) {
                // What failed to be written or forced may lack anything.
                CleanShutdown.noteRunning(world.storage(), state);
            }
            if (state.hasUncleanInternal()) {
                LOG.error("What the log keeps of itself needs recovery; the next open recovers it as after a crash");
            } else if (leftUnclean) {
                LOG.warn("What an internal topic was to know is not written; the next open looks into every partition");
            } else if (stopped) {
                CleanShutdown.write(world.storage(), state);
            } else {
                LOG.error("The housekeeping did not end; the next open recovers as after a crash");
            }
        } catch (StorageException e) {
            throw StorageErrors.translate(e, "The log was closed, but not cleanly: the next open recovers it");
        } finally {
            unlock(lock);
        }
    }
}
