package io.millrace.state;

import io.millrace.platform.LoopStep;
import io.millrace.platform.Ticker;
import io.millrace.state.cache.CacheBudget;
import io.millrace.state.cache.ValueCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one application instance: what is committed in memory, and the backend it moves to. Safe for use by several threads.
 *
 * <p>Nothing here starts a thread. Whoever opens a database runs it as a loop, for example {@code scheduler.start("state-writer",
 * database, database.idle())}, and may tell it by {@link #onEnough} how to wake that loop. Without a loop everything stays correct and
 * bounded: the commit that passes the limit writes.
 */
public final class StateDatabase implements LoopStep, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateDatabase.class);
    private static final int STEPS_PER_DELAY = 4;

    /**
     * Offsets of changelogs that a restart replays at most, and one commit: at half a microsecond each, a third of what a restart may take for
     * it. The backend makes its own part of it durable ({@link StateBackend#unflushedOffsets}); the rest is here, not written yet. With values
     * of 100 bytes all of it fits into what may be committed and not written, so that a restore need not wait for the backend.
     */
    static final long REPLAY_LIMIT_OFFSETS = 200_000;

    private final StateBackend backend;
    private final StateStoreConfig config;
    private final CommittedTotals totals = new CommittedTotals();
    private final SpareMemory spareMemory;
    private final CacheBudget cacheBudget;
    private final RetiredPartitions retired;
    private final List<PartitionState> partitions = new CopyOnWriteArrayList<>();

    /** Held while a batch is built and written: batches reach the backend one at a time, in the order in which layers were frozen. */
    private final ReentrantLock writeLock = new ReentrantLock();

    // Guarded by this.
    private final Set<Place> openPlaces = new HashSet<>();

    /** Written under the monitor. */
    private volatile boolean isClosed;

    // The loop's.
    private boolean isWaiting;
    private long waitingSinceNanos;

    private volatile Runnable enough = () -> {};

    // Written under the write lock.
    private volatile StateStatistics statistics = new StateStatistics(0, 0, 0);

    /** What has one owner at most. */
    private record Place(String store, int partition) {}

    private StateDatabase(StateBackend backend, StateStoreConfig config, Retirement retirement) {
        this.backend = backend;
        this.config = config;
        this.retired = new RetiredPartitions(backend, retirement);
        // Emptied overlays are as many as those in use, at most.
        this.spareMemory = new SpareMemory(config.committedLimitBytes());
        this.cacheBudget = new CacheBudget(config.cacheBytes());
    }

    /** The database takes the backend over: {@link #close} closes it. The state of partitions that moved away is kept for ever. */
    public static StateDatabase open(StateBackend backend, StateStoreConfig config) {
        return new StateDatabase(backend, config, Retirement.never());
    }

    /** The same, but the loop that runs this drops state that nobody has open any more. */
    public static StateDatabase open(StateBackend backend, StateStoreConfig config, Retirement retirement) {
        return new StateDatabase(backend, config, retirement);
    }

    /**
     * Opens a partition of some stores, to be used by one thread until closed. It stands where the backend does; the runtime then restores
     * each store from its {@link PartitionState#position}.
     *
     * @throws IllegalStateException if one of the stores is already open for the partition: it has one owner
     * @throws StateException of kind INCOMPATIBLE if a store holds what another kind, format or serde wrote, CORRUPT if it has entries and
     *     nothing says of which moment
     */
    public synchronized PartitionState partition(int partition, List<StoreSpec<?>> stores) {
        checkOpen();
        Set<Place> places = new HashSet<>();
        for (StoreSpec<?> spec : stores) {
            Place place = new Place(spec.name(), partition);
            if (openPlaces.contains(place) || !places.add(place)) {
                throw new IllegalStateException("Store '" + spec.name() + "' of partition " + partition
                        + " is open already; its owner has to close it first");
            }
        }
        int[] numbers = stores.stream()
                .mapToInt(spec -> StoreOpening.open(backend, spec, partition))
                .toArray();
        PartitionState opened = new PartitionState(this, partition, stores, numbers);
        openPlaces.addAll(places);
        partitions.add(opened);
        cacheBudget.add(opened.caches());
        return opened;
    }

    /**
     * Asks whether stores can be opened as they are declared, and changes nothing: for before anything runs.
     *
     * @throws StateException of kind INCOMPATIBLE if a store holds what another kind, format or serde wrote
     */
    public void check(List<StoreSpec<?>> stores) {
        checkOpen();
        stores.forEach(spec -> StoreOpening.check(backend, spec));
    }

    /**
     * Says what feeds a store that follows something other than a changelog of its own, before a partition of it is opened. What an earlier source
     * left is dropped: nothing of it is true of this one, although positions of both may look alike.
     *
     * @param source its identity for ever, not a name that something else may have later
     * @return false if the store followed another source, and begins anew
     * @throws StateException of kind INCOMPATIBLE if the store holds what another kind, format or serde wrote
     * @throws IllegalStateException if a partition of it is open
     */
    public synchronized boolean follow(StoreSpec<?> store, String source) {
        checkOpen();
        if (openPlaces.stream().anyMatch(place -> place.store().equals(store.name()))) {
            throw new IllegalStateException(
                    "Store '" + store.name() + "' is open already; say what it follows before it is opened");
        }
        return StoreOpening.follow(backend, store, source, number -> {
            for (StoredPartition stored : backend.stored()) {
                if (stored.store().equals(store.name())) {
                    drop(number, stored.partition());
                }
            }
            backend.flush();
        });
    }

    /**
     * Opens a view of what is committed in the stores of a partition that is open here: those that were opened together with {@code store}.
     * Callable from any thread. The owner is not held up, and this call does not wait for a batch that is on its way to the backend.
     *
     * @throws StateException of kind NOT_HERE if the partition is not open, or is being restored
     */
    public StateView view(int partition, String store) {
        for (PartitionState open : partitions) {
            if (open.partition() == partition && open.storeNames().contains(store)) {
                checkOpen();
                return open.view(writeLock);
            }
        }
        throw new StateException(
                StateException.Kind.NOT_HERE,
                "Partition " + partition + " of store '" + store
                        + "' is not open in this process; another instance may have it");
    }

    /** How long a loop that runs this may idle between steps. */
    public Duration idle() {
        Duration idle = config.writeBehindDelay().dividedBy(STEPS_PER_DELAY);
        return idle.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : idle;
    }

    /** Has {@code wake} called, by a committing thread, when there is enough to write. */
    public void onEnough(Runnable wake) {
        enough = wake;
    }

    /** Bytes that are committed and not yet in the backend. */
    public long committedBytes() {
        return totals.bytes();
    }

    /** Changes that the open transactions of an instance may hold together; a caller with as much commits early. */
    public long stagedLimitBytes() {
        return config.stagedBytes();
    }

    /** The memory in use, but for open transactions' changes, which their owners count: {@link PartitionState#stagedBytes}. */
    public StateMemory memory() {
        return new StateMemory(
                cachedBytes(), totals.bytes(), spareMemory.bytes(), totals.viewedBytes(), backend.memory());
    }

    /** About what the backend holds. */
    public long sizeBytes() {
        return backend.sizeBytes();
    }

    /** Offsets of changelogs that a restart would replay now: what is committed and not yet in the backend, or there and not durable. */
    public long replayOffsets() {
        return totals.offsets() + backend.unflushedOffsets();
    }

    private long cachedBytes() {
        long cached = 0;
        for (PartitionState partition : partitions) {
            for (ValueCache<?, ?> cache : partition.caches()) {
                cached += cache.bytes();
            }
        }
        return cached;
    }

    /** What is cached of each store that is open here, and what it is of use: how the cache's memory is divided. */
    public List<CacheStatistics> caches() {
        List<CacheStatistics> caches = new ArrayList<>();
        partitions.forEach(partition -> caches.addAll(partition.cacheStatistics()));
        return caches;
    }

    /** What the backend has, in no particular order. */
    public List<StoredPartition> stored() {
        return backend.stored();
    }

    /** What was written since the database was opened. */
    public StateStatistics statistics() {
        return statistics;
    }

    /**
     * Moves committed changes to the backend when there are enough of them or the oldest is old enough.
     *
     * @return how much was moved, 0 if nothing was
     * @throws StateException if the backend failed; nothing is lost or wrong, and another call tries again
     */
    @Override
    public int runOnce(long nowNanos) {
        cacheBudget.runOnce(nowNanos);
        if (retired.isDue(nowNanos)) {
            dropRetired();
        }
        if (!isPending()) {
            isWaiting = false;
            return 0;
        }
        if (!isWaiting) {
            isWaiting = true;
            waitingSinceNanos = nowNanos;
        }
        boolean isEnough = totals.bytes() >= config.writeBehindBytes();
        if (!isEnough && nowNanos - waitingSinceNanos < Ticker.nanosOf(config.writeBehindDelay())) {
            return 0;
        }
        isWaiting = false;
        return writeCommitted();
    }

    /** Moves everything that is committed to the backend and makes it durable, against power loss too. */
    public void flush() {
        drain();
        backend.flush();
    }

    /**
     * Copies what is committed into a new directory, while the state is in use: by hard links where the file system is the same, so that it
     * takes hardly any time or room at first. Every partition is in it as one transaction left it, none without what was committed when this was
     * called; those that are restored meanwhile, as far as they have come. Durable when this returns; callable from any thread.
     *
     * <p>It names the partitions that are open here when this is called. Whatever else the backend keeps, of partitions that moved away, is in the
     * files too, stands where it was left, and is not named.
     *
     * @param target does not exist yet; its parent does
     * @throws StateException if the copy cannot be made; the state is what it was
     * @throws IllegalArgumentException if the directory is within that of the state
     * @throws UnsupportedOperationException if the backend has no files
     */
    public StateSnapshot snapshot(Path target) {
        checkOpen();
        Set<Place> open = openPlaces();
        drain();
        List<StoredPartition> copied = new ArrayList<>(backend.snapshot(target));
        copied.removeIf(stored -> !open.contains(new Place(stored.store(), stored.partition())));
        return new StateSnapshot(target, backend.logId(), copied);
    }

    private synchronized Set<Place> openPlaces() {
        return Set.copyOf(openPlaces);
    }

    /** Moves everything that is committed to the backend and closes it, also when moving failed. Partitions must not be used any more. */
    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        try {
            drain();
        } finally {
            backend.close();
        }
    }

    StateBackend backend() {
        return backend;
    }

    StateStoreConfig config() {
        return config;
    }

    CommittedLayers newCommittedLayers(int partition, int[] storeNumbers, long[] found) {
        return new CommittedLayers(partition, storeNumbers, found, totals, config.writeBehindBytes(), spareMemory);
    }

    /** Called by owners after each commit: wakes the writer, or does its work when it does not keep up (S6). */
    void afterCommit() {
        if (totals.bytes() > config.committedLimitBytes() || replayOffsets() > REPLAY_LIMIT_OFFSETS) {
            writeCommitted();
        } else {
            wakeIfEnough();
        }
    }

    /** The same after a part of a restore, which adds nothing to what another restart would replay. */
    void afterRestored() {
        if (totals.bytes() > config.committedLimitBytes()) {
            writeCommitted();
        } else {
            wakeIfEnough();
        }
    }

    private void wakeIfEnough() {
        if (totals.bytes() >= config.writeBehindBytes()) {
            enough.run();
        }
    }

    void closePartition(PartitionState partition) {
        try {
            drain();
            markUsed(partition);
        } finally {
            // What could not be written is dropped: its next owner replays it, from the position that the backend
            // holds.
            writeLock.lock();
            try {
                partitions.remove(partition);
                partition.committed().drop();
            } finally {
                writeLock.unlock();
            }
            forget(partition);
        }
    }

    /** While this holds the monitor nobody opens what it drops. */
    private synchronized void dropRetired() {
        if (isClosed) {
            return;
        }
        for (StoredPartition old :
                retired.find((store, partition) -> openPlaces.contains(new Place(store, partition)))) {
            LOG.info(
                    "Dropping the state of store {}, partition {}: nobody here has had it open since {}",
                    old.store(),
                    old.partition(),
                    old.usedMillis());
            drop(backend.openStore(old.store()), old.partition());
        }
    }

    /** Removes what the backend has of a partition. */
    void drop(int store, int partition) {
        writeLock.lock();
        try {
            backend.write(sink -> sink.drop(store, partition));
        } finally {
            writeLock.unlock();
        }
    }

    /** By store, how long ago it was used last; null where that is not known. */
    @Nullable Duration[] idleTimes(int partition, List<String> stores) {
        @Nullable Duration[] times = new Duration[stores.size()];
        OptionalLong now = nowMillis();
        if (now.isPresent()) {
            for (StoredPartition stored : backend.stored()) {
                int index = stores.indexOf(stored.store());
                if (index >= 0
                        && stored.partition() == partition
                        && stored.usedMillis().isPresent()) {
                    times[index] = Duration.ofMillis(
                            Math.max(0, now.getAsLong() - stored.usedMillis().getAsLong()));
                }
            }
        }
        return times;
    }

    /** The time that is written with what an owner writes; empty if it is not kept. */
    OptionalLong nowMillis() {
        return retired.nowMillis();
    }

    /** An owner that changed nothing for long leaves its stores as fresh as one that did. */
    private void markUsed(PartitionState partition) {
        OptionalLong now = nowMillis();
        if (now.isPresent()) {
            writeLock.lock();
            try {
                backend.write(sink -> partition.committed().feedUsed(sink, now.getAsLong()));
            } finally {
                writeLock.unlock();
            }
        }
    }

    private synchronized void forget(PartitionState partition) {
        partition.storeNames().forEach(store -> openPlaces.remove(new Place(store, partition.partition())));
        cacheBudget.remove(partition.caches());
    }

    private boolean isPending() {
        for (PartitionState partition : partitions) {
            if (partition.committed().isPending()) {
                return true;
            }
        }
        return false;
    }

    /** After a failed write, a first batch repeats it, and a second one holds what was committed since. */
    private void drain() {
        writeCommitted();
        if (isPending()) {
            writeCommitted();
        }
    }

    private int writeCommitted() {
        writeLock.lock();
        try {
            List<CommittedLayers> frozen = new ArrayList<>();
            for (PartitionState partition : partitions) {
                if (partition.committed().freeze()) {
                    frozen.add(partition.committed());
                }
            }
            if (frozen.isEmpty()) {
                return 0;
            }
            OptionalLong now = nowMillis();
            backend.write(sink -> frozen.forEach(layers -> layers.feed(sink, now)));
            int changes = 0;
            for (CommittedLayers layers : frozen) {
                changes += layers.release();
            }
            statistics = new StateStatistics(
                    statistics.batches() + 1, statistics.changes() + changes, statistics.partitions() + frozen.size());
            return Math.max(1, changes);
        } finally {
            writeLock.unlock();
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw new StateException(StateException.Kind.CLOSED, "The state of log " + backend.logId() + " is closed");
        }
    }
}
