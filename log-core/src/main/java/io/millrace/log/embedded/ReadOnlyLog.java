package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.group.FollowedOffsets;
import io.millrace.log.embedded.partition.FollowedPartition;
import io.millrace.log.guard.GuardedConsumer;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import io.millrace.platform.bounded.BoundedStorage;
import io.millrace.platform.readonly.ReadOnlyStorage;
import io.millrace.platform.system.SystemWorld;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log in a directory that another process may own, opened for reading only. Safe for use by several threads.
 *
 * <p>Nothing is locked, created, written, cut or repaired, and nobody notices. What the owner does meanwhile (appends, transactions, new
 * segments, compaction, retention, topics that come and go) is followed: each question to {@link #admin} looks again, and a waiting poll
 * looks again every {@value #LOOK_INTERVAL_MILLIS} ms, since no append wakes it. Opening costs next to nothing; of a partition, when
 * somebody first asks for it, what lies behind its last recovery point is read.
 *
 * <p>What is shown is what the owner's own readers are shown, perhaps a little later: read-committed readers see no record that is undecided
 * or was aborted. Only what is in the owner's memory is not known:
 *
 * <ul>
 *   <li>Which records are forced to the disk. A power cut, or a write that fails and that the owner takes back, can take from the end of the
 *       log what a reader has seen, or has seen committed, even when the owner's durability is {@code POWER_LOSS}: whoever keeps positions
 *       beyond such an event finds its position past the end.
 *   <li>The members of groups. They are described as empty, with the offsets that they have committed.
 * </ul>
 *
 * <p>Of a partition that is damaged, readers are given every record before the damage, and then a {@link io.millrace.log.CorruptionException}
 * that says where it is and what to do; so are those of one that does not reach the end at which it was closed. Behind the last recovery point,
 * while another process has the log open or after it was killed, a bad batch is damage if whole ones stand behind it; otherwise, and after a power
 * cut, the log ends before it, as after the recovery that comes.
 *
 * <p>Producers, changes by the administration, subscriptions and commits are refused with {@link Disposition#STOP}. A group in the
 * configuration of a consumer says where it begins: at the offsets that the group has committed.
 */
public final class ReadOnlyLog implements EventLog {
    static final int LOOK_INTERVAL_MILLIS = 50;

    private static final int MOST_OPEN_FILES = 500;

    /** A partition of a topic at the time when it had this id: one that is created again under the name is another one. */
    private record Opened(String topicId, FollowedPartition partition) {}

    private final World world;
    private final String logId;
    private final ReadOnlyAdmin admin;
    private final FollowedOffsets offsets;
    /** Guarded by this. */
    private final Map<TopicPartition, Opened> partitions = new HashMap<>();

    private volatile boolean closed;

    private ReadOnlyLog(World world) {
        this.world = world;
        logId = LogIdentity.read(world.storage());
        TopicCatalogue.open(world);
        offsets = new FollowedOffsets(() -> findPartition(LogEngine.OFFSETS_PARTITION));
        admin = new ReadOnlyAdmin(this);
    }

    /**
     * Opens the log in a directory.
     *
     * @throws LogException with STOP if there is no log in it, if a newer version wrote it, or if it cannot be read
     */
    public static ReadOnlyLog open(Path directory) {
        try {
            return open(SystemWorld.openExisting(directory));
        } catch (StorageException e) {
            throw StorageErrors.translateReading(
                    e, "The log in " + directory.toAbsolutePath().toString() + " could not be read");
        }
    }

    /** The same in a world that the caller has built, whose storage is only read. */
    public static ReadOnlyLog open(World world) {
        int openFiles = BoundedStorage.within(MOST_OPEN_FILES, world.storage().mostOpenFiles());
        Storage storage = new BoundedStorage(new ReadOnlyStorage(world.storage()), openFiles, false);
        try {
            return new ReadOnlyLog(
                    new World(storage, world.clock(), world.ticker(), world.random(), world.scheduler()));
        } catch (StorageException e) {
            throw StorageErrors.translateReading(e, "The log in " + storage.describe() + " could not be read");
        }
    }

    World world() {
        return world;
    }

    FollowedOffsets offsets() {
        checkOpen();
        return offsets;
    }

    /** The topics that exist now. @throws IllegalStateException if the log is closed */
    TopicCatalogue topics() {
        checkOpen();
        try {
            return TopicCatalogue.open(world);
        } catch (StorageException e) {
            throw StorageErrors.translateReading(
                    e, "The log in " + world.storage().describe() + " could not be read");
        }
    }

    /**
     * The partition, followed from now on.
     *
     * @throws LogException with STOP if there is no such partition
     */
    public FollowedPartition partition(TopicPartition topicPartition) {
        return partition(topicPartition, topics().require(topicPartition));
    }

    /** True if an opening refused the partition, and nobody has repaired it since. */
    public boolean isRefused(TopicPartition topicPartition) {
        checkOpen();
        try {
            return RefusedPartitions.read(world.storage()).containsKey(topicPartition);
        } catch (StorageException e) {
            throw StorageErrors.translateReading(
                    e, "The log in " + world.storage().describe() + " could not be read");
        }
    }

    private @Nullable FollowedPartition findPartition(TopicPartition topicPartition) {
        TopicDescription topic = topics().find(topicPartition.topic());
        return topic == null ? null : partition(topicPartition, topic);
    }

    private synchronized FollowedPartition partition(TopicPartition topicPartition, TopicDescription topic) {
        checkOpen();
        Opened known = partitions.get(topicPartition);
        if (known != null && known.topicId().equals(topic.id())) {
            return known.partition();
        }
        if (known != null) {
            known.partition().delete();
        }
        FollowedPartition opened = new FollowedPartition(
                world.storage(),
                world.ticker(),
                topicPartition,
                RecordIterator.MAX_INFLATED_BYTES,
                () -> exists(topic.name(), topic.id()),
                () -> CleanShutdown.lastEnd(world.storage(), topicPartition));
        partitions.put(topicPartition, new Opened(topic.id(), opened));
        return opened;
    }

    boolean isOpen() {
        return !closed;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The log is closed");
        }
    }

    private boolean exists(String topic, String id) {
        TopicDescription present = topics().find(topic);
        return present != null && present.id().equals(id);
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
    public LogProducer producer(ProducerConfig config) {
        throw refused("Nothing can be written");
    }

    @Override
    public LogConsumer consumer(ConsumerConfig config) {
        checkOpen();
        if (config.groupId().isPresent() && config.autoCommitInterval().isPresent()) {
            throw refused("No consumer can commit by itself");
        }
        return new GuardedConsumer(new EmbeddedConsumer(new ReadOnlyHost(this), config));
    }

    static LogException refused(String what) {
        return new LogException(
                Disposition.STOP,
                "This log was opened for reading only. " + what
                        + ": do it in the process that owns the directory, or end that process and open the log here");
    }

    /** Lets go of all files. Consumers must be closed. */
    @Override
    public synchronized void close() {
        closed = true;
        partitions.values().forEach(opened -> opened.partition().close());
        partitions.clear();
    }
}
