package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.cache.AbortedTransactions;
import io.millrace.state.cache.ValueCache;
import io.millrace.state.overlay.Overlay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one partition with the changes of its open transaction; owned by one thread, that of the task. A transaction begins with
 * the first change and ends with {@link #commit} or {@link #abort}.
 */
public final class PartitionState implements AutoCloseable {
    /** What is known of a key, and whose knowledge it is: what is staged may yet be aborted, be it a value or a deletion. */
    enum Found {
        STAGED_VALUE,
        STAGED_DELETION,
        COMMITTED_VALUE,
        COMMITTED_NOTHING;

        boolean isValue() {
            return this == STAGED_VALUE || this == COMMITTED_VALUE;
        }

        boolean isCommitted() {
            return this == COMMITTED_VALUE || this == COMMITTED_NOTHING;
        }
    }

    private final StateDatabase database;
    private final int partition;
    private final int[] storeNumbers;
    private final StateBackend.Reader backend;
    private final CommittedLayers committed;
    private final AbortedTransactions transactions = new AbortedTransactions();
    private final Map<String, Integer> indexes = new LinkedHashMap<>();
    private final List<StagedStore<?, ?>> stores = new ArrayList<>();

    /** The newest committed position of each store, and what the next commit brings. */
    private final long[] positions;

    private final long[] newPositions;
    private final boolean[] isChanged;
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();
    private Overlay staged = new Overlay();
    private boolean isRestoring;
    private int scans;
    private boolean isClosed;

    PartitionState(StateDatabase database, int partition, List<StoreSpec<?, ?>> specs, int[] storeNumbers) {
        this.database = database;
        this.partition = partition;
        this.storeNumbers = storeNumbers;
        this.backend = database.backend().newReader(partition);
        this.committed = new CommittedLayers(partition, storeNumbers, database.committedBytesCounter());
        this.positions = new long[specs.size()];
        this.newPositions = new long[specs.size()];
        this.isChanged = new boolean[specs.size()];
        for (int i = 0; i < specs.size(); i++) {
            indexes.put(specs.get(i).name(), i);
            stores.add(newStore(specs.get(i), i));
            positions[i] =
                    database.backend().position(storeNumbers[i], partition).orElse(CommittedLayers.NO_POSITION);
        }
    }

    public int partition() {
        return partition;
    }

    /**
     * The store as its user sees it; the same object at every call.
     *
     * @throws IllegalArgumentException if this is not one of the declared stores of the partition
     */
    public <K, V> KeyValueStore<K, V> store(StoreSpec<K, V> spec) {
        StagedStore<?, ?> store = stores.get(indexOf(spec.name()));
        if (!store.spec().equals(spec)) {
            throw new IllegalArgumentException(
                    "Store '" + spec.name() + "' was declared with other serdes: " + store.spec() + ", now " + spec);
        }
        @SuppressWarnings("unchecked") // The specs are equal, so their serdes are, and with them the types.
        KeyValueStore<K, V> typed = (KeyValueStore<K, V>) store;
        return typed;
    }

    /** Whether the open transaction changed anything. */
    public boolean isDirty() {
        return !staged.isEmpty();
    }

    /** Memory that the open transaction's changes take; a caller commits before this reaches the limit of the configuration. */
    public long stagedBytes() {
        return staged.sizeInBytes();
    }

    /** Visits the newest change of each key of the open transaction, in the order in which the keys were first changed. */
    public void forEachChange(ChangeVisitor visitor) {
        checkUsable();
        for (int i = 0; i < staged.size(); i++) {
            int entry = staged.entry(i);
            staged.key(entry, keyView);
            visitor.change(
                    staged.store(entry), keyView, staged.isTombstone(entry) ? null : staged.value(entry, valueView));
        }
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
        checkChangeable();
        if (isRestoring) {
            stores.forEach(PartitionState::endRestore);
            isRestoring = false;
        }
        Arrays.fill(newPositions, CommittedLayers.NO_POSITION);
        newest.forEach((store, position) -> newPositions[indexOf(store)] = position);
        for (int i = 0; i < newPositions.length; i++) {
            checkPosition(i);
        }
        staged = promote(staged);
        Arrays.fill(isChanged, false);
        transactions.committed();
        database.afterCommit();
    }

    /** Ends the transaction and drops its changes. */
    public void abort() {
        checkChangeable();
        if (staged.isEmpty()) {
            return;
        }
        staged.clear();
        Arrays.fill(isChanged, false);
        if (!transactions.aborted()) {
            stores.forEach(store -> store.cache().clear());
            transactions.forget();
        }
    }

    /** The changelog position that the store's committed content stands for; empty if it never had any. */
    public OptionalLong position(String store) {
        long position = positions[indexOf(store)];
        return position == CommittedLayers.NO_POSITION ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /**
     * Takes one record of the store's changelog, read from {@link #position} on. Not seen by readers before {@link #restored}. Bytes are
     * copied. No transaction may be open.
     */
    public void restore(String store, BytesView key, @Nullable BytesView value) {
        checkChangeable();
        if (isDirty()) {
            throw new IllegalStateException(
                    "Store '" + store + "' cannot be restored while a transaction is open; commit or abort it first");
        }
        isRestoring = true;
        stores.get(indexOf(store)).restore(key, value);
    }

    /**
     * What was restored since the last call becomes committed state that stands for {@code position}. Call it every few thousand
     * records: what is restored and not yet marked is kept in memory.
     *
     * @throws StateException as {@link #commit}
     */
    public void restored(String store, long position) {
        checkChangeable();
        int index = indexOf(store);
        Arrays.fill(newPositions, CommittedLayers.NO_POSITION);
        newPositions[index] = position;
        checkPosition(index);
        Overlay restoring = stores.get(index).restoring();
        stores.get(index).restoringInto(promote(restoring == null ? new Overlay() : restoring));
        isRestoring = true;
        database.afterCommit();
    }

    /** Drops what is open, moves what is committed to the backend, and lets another owner open the stores. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            try {
                database.closePartition(this);
            } finally {
                backend.close();
            }
        }
    }

    CommittedLayers committed() {
        return committed;
    }

    Set<String> storeNames() {
        return indexes.keySet();
    }

    void limitCaches(long bytesPerStore) {
        stores.forEach(store -> store.cache().limit(bytesPerStore));
    }

    void checkUsable() {
        if (isClosed) {
            throw new StateException(
                    StateException.Kind.CLOSED,
                    "Partition " + partition + " of stores " + indexes.keySet() + " is closed");
        }
    }

    /** Stages a change of the open transaction. */
    void stage(int store, BytesView key, @Nullable BytesView value) {
        checkChangeable();
        long limit = database.config().transactionLimitBytes();
        if (staged.sizeInBytes() > limit) {
            throw new StateException(
                    StateException.Kind.TRANSACTION_TOO_LARGE,
                    "A transaction of partition " + partition + " changes more than " + limit
                            + " bytes of state; commit more often or raise transactionLimitBytes");
        }
        staged.put(store, key, Overlay.hash(store, key), value);
        isChanged[store] = true;
    }

    /** Looks a key up, newest layer first, and moves {@code into} to the value; {@code scratch} takes the bytes of the backend. */
    Found read(int store, BytesView key, BytesWriter scratch, BytesView into) {
        int hash = Overlay.hash(store, key);
        if (!staged.isEmpty()) {
            int entry = staged.find(store, key, hash);
            if (entry >= 0) {
                return valueOf(staged, entry, into) ? Found.STAGED_VALUE : Found.STAGED_DELETION;
            }
        }
        CommittedLayers.Layers layers = committed.layers();
        int entry = layers.accumulating().find(store, key, hash);
        if (entry >= 0) {
            return valueOf(layers.accumulating(), entry, into) ? Found.COMMITTED_VALUE : Found.COMMITTED_NOTHING;
        }
        Overlay writing = layers.writing();
        if (writing != null) {
            entry = writing.find(store, key, hash);
            if (entry >= 0) {
                return valueOf(writing, entry, into) ? Found.COMMITTED_VALUE : Found.COMMITTED_NOTHING;
            }
        }
        if (!backend.get(storeNumbers[store], key, scratch)) {
            return Found.COMMITTED_NOTHING;
        }
        scratch.viewInto(into);
        return Found.COMMITTED_VALUE;
    }

    /** Visits a store's entries in the order of the keys' bytes. */
    void scan(int store, StateBackend.EntryVisitor visitor) {
        checkUsable();
        // The layers first, the backend after them: what is written meanwhile is then seen twice, and never missed.
        CommittedLayers.Layers layers = committed.layers();
        List<Overlay> overlays = new ArrayList<>(List.of(staged, layers.accumulating()));
        if (layers.writing() != null) {
            overlays.add(layers.writing());
        }
        LayeredScan scan = new LayeredScan(store, overlays, visitor);
        scans++;
        try {
            backend.scan(storeNumbers[store], null, null, scan);
            scan.finish();
        } finally {
            scans--;
        }
    }

    private <K, V> StagedStore<K, V> newStore(StoreSpec<K, V> spec, int index) {
        boolean isCaching = database.config().cacheBytes() > 0;
        return new StagedStore<>(this, spec, index, new ValueCache<>(transactions, 0), isCaching);
    }

    private Overlay promote(Overlay changes) {
        Overlay empty = committed.promote(changes, newPositions);
        for (int i = 0; i < positions.length; i++) {
            positions[i] = Math.max(positions[i], newPositions[i]);
        }
        return empty;
    }

    private static boolean valueOf(Overlay layer, int entry, BytesView into) {
        if (layer.isTombstone(entry)) {
            return false;
        }
        layer.value(entry, into);
        return true;
    }

    private void checkPosition(int store) {
        long position = newPositions[store];
        if (position == CommittedLayers.NO_POSITION && isChanged[store]) {
            throw new IllegalArgumentException(
                    "Store '" + stores.get(store).name() + "' was changed, so its new changelog position is needed");
        }
        if (position != CommittedLayers.NO_POSITION && position < positions[store]) {
            throw new IllegalArgumentException("Store '" + stores.get(store).name() + "' stands for position "
                    + positions[store] + " and cannot go back to " + position);
        }
    }

    private static void endRestore(StagedStore<?, ?> store) {
        Overlay restoring = store.restoring();
        if (restoring != null && !restoring.isEmpty()) {
            throw new IllegalStateException(
                    "Store '" + store.name() + "' was restored, but restored() did not say to which position");
        }
        store.restoringInto(null);
    }

    private void checkChangeable() {
        checkUsable();
        if (scans > 0) {
            throw new IllegalStateException("A store of partition " + partition
                    + " is being scanned; collect the keys first and change them after the scan");
        }
    }

    private int indexOf(String store) {
        Integer index = indexes.get(store);
        if (index == null) {
            throw new IllegalArgumentException(
                    "Store '" + store + "' is not one of this partition's stores " + indexes.keySet());
        }
        return index;
    }
}
