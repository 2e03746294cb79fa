package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.overlay.Overlay;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one partition's stores, as layers: the changes of the open transaction, what is committed and not in the backend yet, the
 * backend. Owned by the partition's thread. Every kind of store is an encoding over this; there is no other way to change or read state.
 */
final class PartitionLayers {
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

    private final int partition;
    private final List<String> storeNames;
    private final int[] storeNumbers;
    private final long transactionLimitBytes;
    private final StateBackend.Reader backend;
    private final CommittedLayers committed;
    private final BytesView keyView = new BytesView();
    private final BytesView valueView = new BytesView();
    private Overlay staged = new Overlay();
    private long changeCount;
    private int scans;
    private boolean isClosed;

    PartitionLayers(StateDatabase database, int partition, List<String> storeNames, int[] storeNumbers) {
        this.partition = partition;
        this.storeNames = storeNames;
        this.storeNumbers = storeNumbers;
        this.transactionLimitBytes = database.config().transactionLimitBytes();
        this.backend = database.backend().newReader(partition);
        this.committed = database.newCommittedLayers(partition, storeNumbers);
    }

    int partition() {
        return partition;
    }

    Overlay staged() {
        return staged;
    }

    CommittedLayers committed() {
        return committed;
    }

    /** Changes that were ever staged, aborted or not. */
    long changeCount() {
        return changeCount;
    }

    /** Stages a change of the open transaction. */
    void stage(int store, BytesView key, @Nullable BytesView value) {
        checkChangeable();
        if (staged.sizeInBytes() > transactionLimitBytes) {
            throw new StateException(
                    StateException.Kind.TRANSACTION_TOO_LARGE,
                    "A transaction of partition " + partition + " changes more than " + transactionLimitBytes
                            + " bytes of state; commit more often or raise transactionLimitBytes");
        }
        staged.put(store, key, Overlay.hash(store, key), value);
        changeCount++;
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

    /** Looks a key up, newest layer first, and moves {@code into} to the value; {@code scratch} takes the bytes of the backend. */
    Found read(int store, BytesView key, BytesWriter scratch, BytesView into) {
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

    /** Visits a store's entries in the order of the keys' bytes. */
    void scan(int store, KeyRange range, ScanDirection direction, StateBackend.EntryVisitor visitor) {
        checkUsable();
        if (range.isEmpty()) {
            return;
        }
        LayeredScan scan = new LayeredScan(store, overlays(), range, direction, visitor);
        scans++;
        try {
            backend.scan(storeNumbers[store], range, direction, scan);
            scan.finish();
        } finally {
            scans--;
        }
    }

    long approximateCount(int store) {
        checkUsable();
        long count = 0;
        for (Overlay layer : overlays()) {
            for (int i = 0; i < layer.size(); i++) {
                int entry = layer.entry(i);
                if (layer.store(entry) == store) {
                    count += layer.isTombstone(entry) ? -1 : 1;
                }
            }
        }
        return Math.max(0, count + backend.approximateCount(storeNumbers[store]));
    }

    void checkUsable() {
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

    private static boolean valueOf(Overlay layer, int entry, BytesView into) {
        if (layer.isTombstone(entry)) {
            return false;
        }
        layer.value(entry, into);
        return true;
    }
}
