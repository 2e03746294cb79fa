package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.state.overlay.Overlay;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What one partition has committed and the backend does not hold yet: layers that accumulate, above layers that are being written, newest
 * first.
 *
 * <p>Two threads meet here. The <em>owner</em> (the partition's task) reads through {@link #layers} without a lock, and promotes at each
 * commit. The <em>writer</em> (whoever holds the database's write lock) freezes the accumulating layers, writes them, releases them. Both
 * take this object's monitor for the handover alone, never while they read or write content at length:
 *
 * <ul>
 *   <li>the newest accumulating overlay is changed by the owner under the monitor, and becomes immutable when the writer freezes it;
 *   <li>a written overlay is not touched by the writer any more: the owner may still be reading it, so the owner reclaims it at its next
 *       commit, when it holds nothing of it;
 *   <li>a view of another thread takes the overlays of a moment. Whoever would change one that is viewed leaves it alone: a commit becomes a
 *       layer above it, or goes on in a copy when there are too many layers.
 * </ul>
 *
 * <p>A commit either copies its changes into the newest layer or becomes a layer itself, which costs nothing: {@link #isWorthCopying} decides.
 */
final class CommittedLayers {
    static final long NO_POSITION = -1;

    /** More layers would make looking up what none of them has slower than copying. */
    private static final int MOST_ACCUMULATING = 8;

    /** A part of what is written soon that is copied without a question: with the defaults, in a fraction of a millisecond. */
    private static final int FEW_PART = 32;

    private static final int SAMPLED_KEYS = 32;
    private static final Overlay[] NO_LAYERS = {};

    /** All layers as of one moment, newest first: {@code accumulating} of them, then those that are being written. */
    record Layers(Overlay[] newestFirst, int accumulating) {
        private static final Layers NONE = new Layers(NO_LAYERS, 0);

        private Layers plus(Overlay newest) {
            Overlay[] more = new Overlay[newestFirst.length + 1];
            more[0] = newest;
            System.arraycopy(newestFirst, 0, more, 1, newestFirst.length);
            return new Layers(more, accumulating + 1);
        }

        private boolean isWriting() {
            return newestFirst.length > accumulating;
        }
    }

    /**
     * @param positions what each store stands for; not to be changed
     * @param handovers as of the moment, for {@link #isStillBelow}
     */
    record Viewed(Layers layers, long[] positions, long handovers) {}

    private final int partition;
    private final int[] storeNumbers;
    private final CommittedTotals totals;
    private final long enoughBytes;
    private final SpareMemory spareMemory;
    private volatile Layers layers = Layers.NONE;

    // Guarded by this.
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();
    private final Deque<Overlay> written = new ArrayDeque<>();
    private final Deque<Overlay> spares = new ArrayDeque<>();
    /** Overlays that views read, and how many: not changed and not used again until the last of these is closed. */
    private final Map<Overlay, Integer> viewed = new IdentityHashMap<>();

    /** The newest position of each store, written or not. */
    private final long[] reached;

    /** False while stores are restored: one may be ahead of another. */
    private boolean isWhole = true;

    /** How often the backend began to be given what it had not been before, or may have been: by a batch, or by beginning anew, or by another owner. */
    private long handovers;

    private boolean isDropped;

    private long[] positions;
    private boolean hasPositions;
    /** By how much the positions moved since the last freeze, and in what is frozen. */
    private long movedOffsets;

    private long writingOffsets;
    private boolean isFrozen;

    // The writer's, under the database's write lock.
    private final BytesView writerKey = new BytesView();
    private final BytesView writerValue = new BytesView();
    private long[] writingPositions;
    private int fed;

    // The owner's: of the overlay that it was given last.
    private long givenBytes;

    /**
     * @param found the positions in the backend
     * @param totals what all partitions hold together; kept up to date here
     * @param enoughBytes what is as large is written soon
     * @param spareMemory what all partitions keep to use again
     */
    CommittedLayers(
            int partition,
            int[] storeNumbers,
            long[] found,
            CommittedTotals totals,
            long enoughBytes,
            SpareMemory spareMemory) {
        this.partition = partition;
        this.storeNumbers = storeNumbers;
        this.reached = found.clone();
        this.totals = totals;
        this.enoughBytes = enoughBytes;
        this.spareMemory = spareMemory;
        this.positions = noPositions();
        this.writingPositions = noPositions();
    }

    /** The owner's view: valid for one operation, between two commits. */
    Layers layers() {
        return layers;
    }

    /**
     * Makes the changes of {@code staged} committed, together with positions; by the owner.
     *
     * @return an empty overlay in place of {@code staged}: the same one, or another
     */
    synchronized Overlay promote(Overlay staged, long[] newPositions) {
        reclaim();
        for (int i = 0; i < newPositions.length; i++) {
            if (newPositions[i] != NO_POSITION) {
                moved(reached[i], newPositions[i]);
                positions[i] = newPositions[i];
                reached[i] = newPositions[i];
                hasPositions = true;
            }
        }
        if (staged.isEmpty()) {
            return staged;
        }
        spareMemory.taken(givenBytes);
        givenBytes = 0;
        Layers now = layers;
        if (isWorthCopying(staged, now)) {
            Overlay newest = changeable(now);
            long before = newest.sizeInBytes();
            newest.putAll(staged, key, value);
            totals.addBytes(newest.sizeInBytes() - before);
            staged.clear();
            keep(staged);
        } else {
            totals.addBytes(staged.sizeInBytes());
            layers = now.plus(staged);
        }
        return give();
    }

    /**
     * What is committed at this moment, for a view that any thread opens and {@link #endView ends}. Until then the overlays stay as they
     * are.
     *
     * @throws StateException of kind NOT_HERE while the stores are restored, and once they are given up
     */
    synchronized Viewed beginView() {
        if (isDropped) {
            throw new StateException(
                    StateException.Kind.NOT_HERE,
                    "Partition " + partition + " has just been given up here; another instance may have it");
        }
        if (!isWhole) {
            throw new StateException(
                    StateException.Kind.NOT_HERE,
                    "Partition " + partition + " is being restored: no view of it can be opened yet; try again");
        }
        for (Overlay layer : layers.newestFirst) {
            viewed.merge(layer, 1, Integer::sum);
        }
        return new Viewed(layers, reached.clone(), handovers);
    }

    /**
     * Whether a snapshot of the backend that is taken now, or was since the view began, has nothing that the view's overlays do not cover:
     * nothing was frozen since. What was frozen before is in the overlays, and may be in the backend or not yet, or be on its way.
     */
    synchronized boolean isStillBelow(Viewed view) {
        return view.handovers == handovers;
    }

    synchronized void endView(Viewed view) {
        for (Overlay layer : view.layers.newestFirst) {
            int views = viewed.merge(layer, -1, Integer::sum);
            if (views == 0) {
                viewed.remove(layer);
                if (!isIn(layers, layer)) {
                    totals.addViewedBytes(-layer.capacityInBytes());
                }
            }
        }
    }

    /** Whether the stores stand where one and the same transaction left them, from now on; by the owner. */
    synchronized void whole(boolean value) {
        isWhole = value;
        handovers++;
    }

    /** Whether there is anything to write; by any thread. */
    synchronized boolean isPending() {
        return isFrozen || hasPositions || layers.accumulating > 0;
    }

    /**
     * Takes what is committed to be written; by the writer. What an earlier write failed to bring out is taken again, alone.
     *
     * @return whether there is anything to {@link #feed}
     */
    synchronized boolean freeze() {
        if (isFrozen) {
            return true;
        }
        if (!hasPositions && layers.accumulating == 0) {
            return false;
        }
        isFrozen = true;
        handovers++;
        layers = new Layers(layers.newestFirst, 0);
        writingPositions = positions;
        positions = noPositions();
        hasPositions = false;
        writingOffsets = movedOffsets;
        movedOffsets = 0;
        return true;
    }

    /** Feeds the newest of the frozen changes of each key, and their positions; by the writer. */
    void feed(StateBackend.Batch.Sink sink, OptionalLong nowMillis) {
        Layers now = layers;
        fed = 0;
        for (int layer = now.accumulating; layer < now.newestFirst.length; layer++) {
            feed(sink, now, layer);
        }
        for (int i = 0; i < writingPositions.length; i++) {
            if (writingPositions[i] != NO_POSITION) {
                sink.position(storeNumbers[i], partition, writingPositions[i]);
                if (nowMillis.isPresent()) {
                    sink.used(storeNumbers[i], partition, nowMillis.getAsLong());
                }
            }
        }
    }

    /** Feeds the time at which an owner had the stores that have a position; by the writer. */
    synchronized void feedUsed(StateBackend.Batch.Sink sink, long millis) {
        for (int i = 0; i < reached.length; i++) {
            if (reached[i] != NO_POSITION) {
                sink.used(storeNumbers[i], partition, millis);
            }
        }
    }

    /** A store begins anew; by the owner, when nothing of it is committed and not written. */
    synchronized void begin(int store) {
        reached[store] = NO_POSITION;
    }

    /** The backend holds what was frozen; by the writer. @return the number of changes that were fed */
    synchronized int release() {
        Layers now = layers;
        if (now.isWriting()) {
            layers = new Layers(Arrays.copyOf(now.newestFirst, now.accumulating), now.accumulating);
            for (int i = now.accumulating; i < now.newestFirst.length; i++) {
                totals.addBytes(-now.newestFirst[i].sizeInBytes());
                if (isLeftToViews(now.newestFirst[i])) {
                    continue;
                }
                if (spareMemory.canKeep(now.newestFirst[i].capacityInBytes())) {
                    written.add(now.newestFirst[i]);
                }
            }
        }
        totals.addOffsets(-writingOffsets);
        writingOffsets = 0;
        int changes = fed;
        fed = 0;
        isFrozen = false;
        writingPositions = noPositions();
        return changes;
    }

    /** Forgets everything: the next owner replays it from the changelog. By the owner, under the database's write lock. */
    synchronized void drop() {
        isDropped = true;
        handovers++;
        for (Overlay layer : layers.newestFirst) {
            totals.addBytes(-layer.sizeInBytes());
            isLeftToViews(layer);
        }
        totals.addOffsets(-movedOffsets - writingOffsets);
        movedOffsets = 0;
        writingOffsets = 0;
        layers = Layers.NONE;
        positions = noPositions();
        hasPositions = false;
        isFrozen = false;
        written.forEach(overlay -> spareMemory.taken(overlay.capacityInBytes()));
        written.clear();
        spares.forEach(overlay -> spareMemory.taken(overlay.capacityInBytes()));
        spares.clear();
        spareMemory.taken(givenBytes);
        givenBytes = 0;
    }

    private void feed(StateBackend.Batch.Sink sink, Layers now, int layer) {
        Overlay writing = now.newestFirst[layer];
        for (int i = 0; i < writing.size(); i++) {
            int entry = writing.entry(i);
            int store = writing.store(entry);
            writing.key(entry, writerKey);
            if (isReplaced(now, layer, store, writerKey, writing.hash(entry))) {
                continue;
            }
            fed++;
            if (writing.isTombstone(entry)) {
                sink.delete(storeNumbers[store], partition, writerKey);
            } else {
                sink.put(storeNumbers[store], partition, writerKey, writing.value(entry, writerValue));
            }
        }
    }

    /** Whether a newer layer that is written at the same time has the key. */
    private static boolean isReplaced(Layers now, int layer, int store, BytesView key, int hash) {
        for (int newer = now.accumulating; newer < layer; newer++) {
            if (now.newestFirst[newer].find(store, key, hash) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Copying costs the task a tenth of a microsecond a change. It is worth it when they are few, when they replace what the newest layer
     * has, which is then written once, unless so much has to be written soon in any case, and when there are too many layers.
     */
    private boolean isWorthCopying(Overlay staged, Layers now) {
        if (now.accumulating == 0) {
            return false;
        }
        if (now.accumulating >= MOST_ACCUMULATING) {
            return true;
        }
        if (isViewed(now.newestFirst[0])) {
            return false;
        }
        return staged.sizeInBytes() <= enoughBytes / FEW_PART
                || (staged.sizeInBytes() < enoughBytes && isMostlyIn(now.newestFirst[0], staged));
    }

    /** The newest layer; a copy in its place if it is viewed. */
    private Overlay changeable(Layers now) {
        Overlay newest = now.newestFirst[0];
        if (!isViewed(newest)) {
            return newest;
        }
        Overlay[] others = now.newestFirst.clone();
        others[0] = newest.copy();
        isLeftToViews(newest);
        layers = new Layers(others, now.accumulating);
        return others[0];
    }

    private boolean isViewed(Overlay overlay) {
        return viewed.containsKey(overlay);
    }

    /** Of a layer that is none any more: counts it if views still read it. */
    private boolean isLeftToViews(Overlay overlay) {
        boolean isLeft = isViewed(overlay);
        if (isLeft) {
            totals.addViewedBytes(overlay.capacityInBytes());
        }
        return isLeft;
    }

    private static boolean isIn(Layers layers, Overlay overlay) {
        for (Overlay layer : layers.newestFirst) {
            if (layer == overlay) {
                return true;
            }
        }
        return false;
    }

    /** Where a store begins is not known; what is before its first position was never replayed. */
    private void moved(long from, long to) {
        if (from != NO_POSITION) {
            movedOffsets += to - from;
            totals.addOffsets(to - from);
        }
    }

    /** By a sample of the keys. */
    private boolean isMostlyIn(Overlay layer, Overlay staged) {
        int found = 0;
        for (int i = 0; i < SAMPLED_KEYS; i++) {
            int entry = staged.entry((int) ((long) staged.size() * i / SAMPLED_KEYS));
            int store = staged.store(entry);
            found += layer.find(store, staged.key(entry, key), staged.hash(entry)) >= 0 ? 1 : 0;
        }
        return found * 2 >= SAMPLED_KEYS;
    }

    private void reclaim() {
        for (Overlay overlay = written.poll(); overlay != null; overlay = written.poll()) {
            spareMemory.taken(overlay.capacityInBytes());
            overlay.clear();
            keep(overlay);
        }
    }

    private void keep(Overlay overlay) {
        if (spareMemory.canKeep(overlay.capacityInBytes())) {
            spares.push(overlay);
        }
    }

    /** Counted as long as it is empty in the owner's hands: an idle partition keeps it, too. */
    private Overlay give() {
        Overlay spare = spares.poll();
        if (spare == null) {
            return new Overlay();
        }
        givenBytes = spare.capacityInBytes();
        return spare;
    }

    private long[] noPositions() {
        long[] none = new long[storeNumbers.length];
        Arrays.fill(none, NO_POSITION);
        return none;
    }
}
