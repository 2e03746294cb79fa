package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.overlay.Overlay;
import io.millrace.state.overlay.SortedRuns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * What was committed in the stores of one partition at one moment: the overlays of that moment, which nobody changes while they are viewed, above a snapshot of the backend. Used by one thread at a time, any one.
 *
 * <p>The overlays are taken first and the snapshot after them. In between the owner may commit, which changes neither. A batch that is on its way
 * to the backend, and may take seconds, does no harm: the overlays have all of it, above a snapshot with it or without. Only one that
 * begins in between brings what is newer than the overlays; then both are taken again. It is rare, because a batch begins twice a second and
 * this takes microseconds; where it happens again and again, the database's write lock keeps batches from beginning.
 */
final class ViewLayers implements StateLayers, AutoCloseable {
    private static final int MOST_ATTEMPTS = 4;

    private record Part(Overlay overlay, int store) {}

    private final int partition;
    private final int[] storeNumbers;
    private final CommittedLayers committed;
    private final CommittedLayers.Viewed viewed;
    private final StateBackend.Reader backend;
    private final List<Overlay> overlays = new ArrayList<>();
    private final Map<Part, SortedRuns> sorted = new HashMap<>();
    private boolean isClosed;

    private ViewLayers(int partition, int[] storeNumbers, CommittedLayers committed, StateBackend backend) {
        this.partition = partition;
        this.storeNumbers = storeNumbers;
        this.committed = committed;
        this.viewed = committed.beginView();
        try {
            this.backend = backend.newSnapshot(partition);
        } catch (RuntimeException e) {
            committed.endView(viewed);
            throw e;
        }
        overlays.addAll(List.of(viewed.layers().newestFirst()));
    }

    /** @param batches held while a batch is built and written */
    static ViewLayers open(
            int partition, int[] storeNumbers, CommittedLayers committed, StateBackend backend, Lock batches) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            ViewLayers layers = new ViewLayers(partition, storeNumbers, committed, backend);
            if (committed.isStillBelow(layers.viewed)) {
                return layers;
            }
            layers.close();
        }
        batches.lock();
        try {
            return new ViewLayers(partition, storeNumbers, committed, backend);
        } finally {
            batches.unlock();
        }
    }

    long position(int store) {
        return viewed.positions()[store];
    }

    @Override
    public int partition() {
        return partition;
    }

    @Override
    public void stage(int store, BytesView key, @Nullable BytesView value) {
        throw new UnsupportedOperationException(
                "A view of partition " + partition + " is read only; stores are changed by the task that owns them");
    }

    @Override
    public Found read(int store, BytesView key, BytesWriter scratch, BytesView into) {
        checkUsable();
        int hash = Overlay.hash(store, key);
        for (Overlay overlay : overlays) {
            int entry = overlay.find(store, key, hash);
            if (entry >= 0) {
                return PartitionLayers.valueOf(overlay, entry, into) ? Found.COMMITTED_VALUE : Found.COMMITTED_NOTHING;
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
        if (!range.isEmpty()) {
            LayeredScan scan = new LayeredScan(store, overlays, this::sorted, range, direction, visitor);
            backend.scan(storeNumbers[store], range, direction, scan);
            scan.finish();
        }
    }

    @Override
    public long approximateCount(int store) {
        checkUsable();
        long count = backend.approximateCount(storeNumbers[store]);
        for (Overlay overlay : overlays) {
            count += PartitionLayers.growth(overlay, store);
        }
        return Math.max(0, count);
    }

    @Override
    public void checkUsable() {
        if (isClosed) {
            throw new StateException(StateException.Kind.CLOSED, "The view of partition " + partition + " is closed");
        }
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            sorted.clear();
            overlays.clear();
            committed.endView(viewed);
            backend.close();
        }
    }

    private SortedRuns sorted(Overlay overlay, int store) {
        return sorted.computeIfAbsent(new Part(overlay, store), part -> overlay.sortedCopy(store));
    }
}
