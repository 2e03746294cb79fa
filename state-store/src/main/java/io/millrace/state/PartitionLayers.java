package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.overlay.Overlay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one partition's stores, as layers: the changes of the open transaction, what is committed and not in the backend yet, the
 * backend. Owned by the partition's thread. Every kind of store is an encoding over this; there is no other way to change or read state.
 */
final class PartitionLayers implements StateLayers {
    private static final int MOST_KEY_BYTES = 1 << 16;
    private static final int MOST_VALUE_BYTES = 1 << 26;

    private final int partition;
    private final List<String> storeNames;
    private final int[] storeNumbers;
    private final long transactionLimitBytes;

    /** By store. */
    private final long[] entryLimitsBytes;

    private final StateBackend.Reader backend;
    private final CommittedLayers committed;
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();
    private Overlay staged = new Overlay();
    private long changeCount;
    private int scans;
    private boolean isClosed;

    /** @param found the positions of the stores in the backend */
    PartitionLayers(StateDatabase database, int partition, List<String> storeNames, int[] storeNumbers, long[] found) {
        this.partition = partition;
        this.storeNames = storeNames;
        this.storeNumbers = storeNumbers;
        this.transactionLimitBytes = database.config().transactionLimitBytes();
        this.entryLimitsBytes = new long[storeNames.size()];
        Arrays.fill(entryLimitsBytes, MOST_KEY_BYTES + MOST_VALUE_BYTES);
        this.backend = database.backend().newReader(partition);
        this.committed = database.newCommittedLayers(partition, storeNumbers, found);
    }

    @Override
    public int partition() {
        return partition;
    }

    Overlay staged() {
        return staged;
    }

    /** A view of what is committed. Callable from any thread. @param batches held while a batch is built and written */
    ViewLayers view(StateBackend backend, Lock batches) {
        return ViewLayers.open(partition, storeNumbers, committed, backend, batches);
    }

    CommittedLayers committed() {
        return committed;
    }

    /** Changes that were ever staged, aborted or not. */
    long changeCount() {
        return changeCount;
    }

    @Override
    public void stage(int store, BytesView key, @Nullable BytesView value) {
        checkChangeable();
        checkSize(store, key, value);
        if (staged.sizeInBytes() > transactionLimitBytes) {
            throw new StateException(
                    StateException.Kind.TRANSACTION_TOO_LARGE,
                    "A transaction of partition " + partition + " changes more than " + transactionLimitBytes
                            + " bytes of state; commit more often or raise transactionLimitBytes");
        }
        staged.put(store, key, Overlay.hash(store, key), value);
        changeCount++;
    }

    void limitEntryBytes(int store, long bytes) {
        entryLimitsBytes[store] = bytes;
    }

    /** A change that alone is too large would not even fit into an array, or into a record of the changelog. */
    private void checkSize(int store, BytesView key, @Nullable BytesView value) {
        int valueBytes = value == null ? 0 : value.length();
        checkRoom(store, key, value);
        long bytes = (long) key.length() + valueBytes;
        if (bytes > entryLimitsBytes[store]) {
            throw new StateException(
                    StateException.Kind.RECORD_TOO_LARGE,
                    "An entry of store '" + storeNames.get(store) + "' has a key and a value of " + bytes
                            + " bytes; its changelog takes " + entryLimitsBytes[store]
                            + ". Nothing was changed. Divide it into several entries, or start again with a larger"
                            + " AppSettings.withMaxRecordBytes");
        }
    }

    /** @throws StateException of kind RECORD_TOO_LARGE if no store has room for such an entry */
    void checkRoom(int store, BytesView key, @Nullable BytesView value) {
        int valueBytes = value == null ? 0 : value.length();
        if (key.length() > MOST_KEY_BYTES || valueBytes > MOST_VALUE_BYTES) {
            throw new StateException(
                    StateException.Kind.RECORD_TOO_LARGE,
                    "An entry of store '" + storeNames.get(store) + "' has a key of " + key.length()
                            + " bytes and a value of "
                            + valueBytes + "; there is room for " + MOST_KEY_BYTES + " and " + MOST_VALUE_BYTES
                            + ". Nothing was changed. Divide it into several entries");
        }
    }

    void forEachChange(ChangeVisitor visitor) {
        checkUsable();
        for (int i = 0; i < staged.size(); i++) {
            int entry = staged.entry(i);
            staged.key(entry, keyView);
            visitor.change(
                    staged.store(entry), keyView, staged.isTombstone(entry) ? null : staged.value(entry, valueView));
        }
    }

    /** What is staged becomes committed, together with positions. */
    void commit(long[] positions) {
        staged = committed.promote(staged, positions);
    }

    void abort() {
        staged.clear();
    }

    @Override
    public Found read(int store, BytesView key, BytesWriter scratch, BytesView into) {
        int hash = Overlay.hash(store, key);
        if (!staged.isEmpty()) {
            int entry = staged.find(store, key, hash);
            if (entry >= 0) {
                return valueOf(staged, entry, into) ? Found.STAGED_VALUE : Found.STAGED_DELETION;
            }
        }
        for (Overlay layer : committed.layers().newestFirst()) {
            int entry = layer.find(store, key, hash);
            if (entry >= 0) {
                return valueOf(layer, entry, into) ? Found.COMMITTED_VALUE : Found.COMMITTED_NOTHING;
            }
        }
        if (!backend.get(storeNumbers[store], key, scratch)) {
            return Found.COMMITTED_NOTHING;
        }
        scratch.viewInto(into);
        return Found.COMMITTED_VALUE;
    }

    @Override
    public void scan(int store, KeyRange range, ScanDirection direction, StateBackend.EntryVisitor visitor) {
        checkUsable();
        if (range.isEmpty()) {
            return;
        }
        LayeredScan scan = new LayeredScan(store, overlays(), Overlay::sorted, range, direction, visitor);
        scans++;
        try {
            backend.scan(storeNumbers[store], range, direction, scan);
            scan.finish();
        } finally {
            scans--;
        }
    }

    @Override
    public long approximateCount(int store) {
        checkUsable();
        long count = backend.approximateCount(storeNumbers[store]);
        for (Overlay layer : overlays()) {
            count += growth(layer, store);
        }
        return Math.max(0, count);
    }

    @Override
    public void checkUsable() {
        if (isClosed) {
            throw new StateException(
                    StateException.Kind.CLOSED, "Partition " + partition + " of stores " + storeNames + " is closed");
        }
    }

    void checkChangeable() {
        checkUsable();
        if (scans > 0) {
            throw new IllegalStateException("A store of partition " + partition
                    + " is being scanned; collect the entries first (toList) and change them after the scan");
        }
    }

    /** @return false if it was closed before */
    boolean markClosed() {
        boolean wasOpen = !isClosed;
        isClosed = true;
        return wasOpen;
    }

    void closeReader() {
        backend.close();
    }

    /** Newest first. Taken before the backend is read: what is written meanwhile is then seen twice, and never missed. */
    private List<Overlay> overlays() {
        List<Overlay> overlays = new ArrayList<>(List.of(staged));
        overlays.addAll(List.of(committed.layers().newestFirst()));
        return overlays;
    }

    /** By how many entries a layer makes a store larger, if all its keys are new below it, and none of those that it deletes. */
    static long growth(Overlay layer, int store) {
        long growth = 0;
        for (int i = 0; i < layer.size(); i++) {
            int entry = layer.entry(i);
            if (layer.store(entry) == store) {
                growth += layer.isTombstone(entry) ? -1 : 1;
            }
        }
        return growth;
    }

    /** Moves {@code into} to the entry's value. @return false if it is a deletion */
    static boolean valueOf(Overlay layer, int entry, BytesView into) {
        if (layer.isTombstone(entry)) {
            return false;
        }
        layer.value(entry, into);
        return true;
    }
}
