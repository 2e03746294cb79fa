package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.state.cache.AbortedTransactions;
import io.millrace.state.cache.ValueCache;
import io.millrace.state.overlay.Overlay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one partition with the changes of its open transaction; owned by one thread, that of the task. A transaction begins with
 * the first change and ends with {@link #commit} or {@link #abort}.
 */
public final class PartitionState implements AutoCloseable {
    private final StateDatabase database;
    private final List<StoreSpec<?>> specs;
    private final List<String> names;
    private final PartitionLayers layers;
    private final StorePositions positions;
    private final AbortedTransactions transactions = new AbortedTransactions();
    private final List<StoreLayer> storeLayers = new ArrayList<>();
    private final List<Object> stores = new ArrayList<>();
    private final boolean[] isChanged;
    private final int[] storeNumbers;

    /** By store, null where it is not known. */
    private final @Nullable Duration[] idleTimes;

    private boolean isRestoring;
    /** A record was restored, or a position marked, since this was opened. */
    private boolean hasTaken;
    /** Nothing was restored since all of it was. */
    private boolean isRestored;

    PartitionState(StateDatabase database, int partition, List<StoreSpec<?>> specs, int[] storeNumbers) {
        this.database = database;
        this.specs = List.copyOf(specs);
        this.names = specs.stream().<String>map(StoreSpec::name).toList();
        this.isChanged = new boolean[specs.size()];
        long[] found = new long[specs.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = database.backend().position(storeNumbers[i], partition).orElse(CommittedLayers.NO_POSITION);
        }
        this.layers = new PartitionLayers(database, partition, names, storeNumbers, found);
        boolean isCaching = database.config().cacheBytes() > 0;
        for (int i = 0; i < found.length; i++) {
            StoreLayer layer = new StoreLayer(layers, transactions, names.get(i), i, isCaching);
            storeLayers.add(layer);
            stores.add(specs.get(i).open(layer));
        }
        this.positions = new StorePositions(names, found);
        this.storeNumbers = storeNumbers;
        this.idleTimes = database.idleTimes(partition, names);
    }

    public int partition() {
        return layers.partition();
    }

    /**
     * The store as its user sees it; the same object at every call.
     *
     * @throws IllegalArgumentException if this is not one of the declared stores of the partition
     */
    public <S> S store(StoreSpec<S> spec) {
        int index = positions.indexOf(spec.name());
        if (!specs.get(index).equals(spec)) {
            throw SpecMismatch.of(specs.get(index), spec);
        }
        @SuppressWarnings("unchecked") // The specs are equal, so this one could have opened the store, with this type.
        S typed = (S) stores.get(index);
        return typed;
    }

    /**
     * Opens one more part of a store, for what its owner keeps beside the store's entries: staged, committed and restored with them. To be opened once, since
     * the store remembers it, and without a cache.
     *
     * @param open makes the part, whose keys must be apart from all others of the store
     */
    public <P> P openBeside(String store, Function<StoreLayer, P> open) {
        return open.apply(storeLayers.get(positions.indexOf(store)));
    }

    /**
     * Says how large a record of the store's changelog may be, key and value together. A larger entry is refused when it is put, with {@link
     * StateException.Kind#RECORD_TOO_LARGE}: in the changelog it would be the transaction that fails, at its commit. What is staged already
     * stays. Without this only the store's own limits hold, 64 KiB for a key and 64 MiB for a value.
     */
    public void limitEntryBytes(String store, long bytes) {
        layers.limitEntryBytes(positions.indexOf(store), bytes);
    }

    /** Whether the open transaction changed anything. */
    public boolean isDirty() {
        return !layers.staged().isEmpty();
    }

    /** How often stores were changed since this was opened, whatever became of the changes: what is done with it is comparing. */
    public long changeCount() {
        return layers.changeCount();
    }

    /** Memory that the open transaction's changes take; a caller commits before this reaches the limit of the configuration. */
    public long stagedBytes() {
        return layers.staged().sizeInBytes();
    }

    /** Visits the newest change of each key of the open transaction, in the order in which the keys were first changed. */
    public void forEachChange(ChangeVisitor visitor) {
        layers.forEachChange(visitor);
    }

    /**
     * Ends the transaction: the log has committed it. The changes become committed state at once and reach the backend later, together
     * with the positions.
     *
     * @param newest by store name, the changelog position (the next offset to replay) that the store now stands for; must name every
     *     store that was changed, may name others; a position never goes back
     * @throws StateException if too much is committed and not yet written, so that this call had to write, and the backend failed; the
     *     transaction is committed nevertheless
     */
    public void commit(Map<String, Long> newest) {
        layers.checkChangeable();
        endRestore();
        for (int i = 0; i < isChanged.length; i++) {
            isChanged[i] = storeLayers.get(i).isChanged();
        }
        layers.commit(positions.next(newest, isChanged));
        positions.reached();
        storeLayers.forEach(StoreLayer::committed);
        transactions.committed();
        database.afterCommit();
    }

    /** Ends the transaction and drops its changes. */
    public void abort() {
        layers.checkChangeable();
        if (layers.staged().isEmpty()) {
            return;
        }
        layers.abort();
        if (!transactions.aborted()) {
            storeLayers.forEach(StoreLayer::clearCaches);
            transactions.forget();
        }
        storeLayers.forEach(StoreLayer::rolledBack);
    }

    /** The changelog position that the store's committed content stands for; empty if it never had any. */
    public OptionalLong position(String store) {
        return positions.of(store);
    }

    /**
     * How long ago the store's content was last in an owner's hands here, when it was opened; empty if it never was, or that is not known.
     */
    public Optional<Duration> idleTime(String store) {
        return Optional.ofNullable(idleTimes[positions.indexOf(store)]);
    }

    /**
     * Drops the store's content, to be restored from the start of its changelog: for content that cannot be caught up by what the changelog
     * still has. Before anything is restored or changed.
     */
    public void beginAnew(String store) {
        layers.checkChangeable();
        int index = positions.indexOf(store);
        if (hasTaken || isDirty() || layers.committed().isPending()) {
            throw new IllegalStateException("Store '" + store + "' is in use already and cannot begin anew");
        }
        beginRestore();
        database.drop(storeNumbers[index], partition());
        positions.begin(index);
        layers.committed().begin(index);
        storeLayers.get(index).clearCaches();
    }

    /** Says that what is there is not yet all that there is to be: views are refused from now on, until {@link #restoredAll}. */
    public void beginRestore() {
        layers.checkChangeable();
        isRestoring = true;
        isRestored = false;
        layers.committed().whole(false);
    }

    /**
     * Takes one record of the store's changelog, read from {@link #position} on. Not seen by readers before {@link #restored}. Bytes are
     * copied. No transaction may be open.
     *
     * @throws StateException of kind RECORD_TOO_LARGE if no store has room for such an entry; nothing was taken
     */
    public void restore(String store, BytesView key, @Nullable BytesView value) {
        layers.checkChangeable();
        if (isDirty()) {
            throw new IllegalStateException(
                    "Store '" + store + "' cannot be restored while a transaction is open; commit or abort it first");
        }
        int index = positions.indexOf(store);
        layers.checkRoom(index, key, value);
        hasTaken = true;
        isRestoring = true;
        storeLayers.get(index).restore(key, value);
    }

    /**
     * Says that every store is restored to where the last transaction left it: from now on, as after every commit, views are opened. Until
     * then, from the first {@link #restored} on, they are refused, because one store may be ahead of another.
     *
     * @throws IllegalStateException if something was restored and is not yet marked
     */
    public void restoredAll() {
        layers.checkChangeable();
        endRestore();
        isRestored = true;
    }

    /**
     * What was restored since the last call becomes committed state that stands for {@code position}. Call it every few thousand
     * records: what is restored and not yet marked is kept in memory.
     *
     * @throws StateException as {@link #commit}
     */
    public void restored(String store, long position) {
        layers.checkChangeable();
        positions.indexOf(store);
        hasTaken = true;
        beginRestore();
        promoteRestored(store, position);
        database.afterRestored();
    }

    private void promoteRestored(String store, long position) {
        StoreLayer layer = storeLayers.get(positions.indexOf(store));
        long[] next = positions.next(Map.of(store, position), new boolean[isChanged.length]);
        Overlay restoring = layer.restoring();
        layer.restoringInto(layers.committed().promote(restoring == null ? new Overlay() : restoring, next));
        positions.reached();
    }

    /**
     * What was {@linkplain #restore taken} since the last call becomes committed state that stands for {@code position}, and is seen from now on: for a
     * partition whose only store follows a topic as it grows, and is whole after each of its records. Views go on being opened meanwhile.
     *
     * @throws IllegalStateException before {@link #restoredAll}, or if the partition has more than this store
     * @throws StateException as {@link #commit}
     */
    public void followed(String store, long position) {
        layers.checkChangeable();
        if (storeLayers.size() != 1 || !isRestored) {
            throw new IllegalStateException("Store '" + store + "' of partition " + partition()
                    + " cannot be followed: it shares its partition with others, or is not restored");
        }
        promoteRestored(store, position);
        isRestoring = false;
        database.afterCommit();
    }

    /** Drops what is open, moves what is committed to the backend, and lets another owner open the stores. */
    @Override
    public void close() {
        if (layers.markClosed()) {
            try {
                database.closePartition(this);
            } finally {
                layers.closeReader();
            }
        }
    }

    /** Opens a view; by any thread. */
    StateView view(Lock batches) {
        return new StateView(specs, layers.view(database.backend(), batches));
    }

    CommittedLayers committed() {
        return layers.committed();
    }

    List<String> storeNames() {
        return names;
    }

    /** Callable from any thread. */
    List<ValueCache<?, ?>> caches() {
        List<ValueCache<?, ?>> caches = new ArrayList<>();
        storeLayers.forEach(store -> caches.addAll(store.caches()));
        return caches;
    }

    /** By store. Callable from any thread. */
    List<CacheStatistics> cacheStatistics() {
        return storeLayers.stream().map(StoreLayer::cacheStatistics).toList();
    }

    private void endRestore() {
        if (isRestoring) {
            storeLayers.forEach(PartitionState::endRestore);
            isRestoring = false;
            layers.committed().whole(true);
        }
    }

    private static void endRestore(StoreLayer store) {
        Overlay restoring = store.restoring();
        if (restoring != null && !restoring.isEmpty()) {
            throw new IllegalStateException(
                    "Store '" + store.name() + "' was restored, but restored() did not say to which position");
        }
        store.restoringInto(null);
    }
}
