package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.state.overlay.Overlay;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one partition has committed and the backend does not hold yet: a layer that accumulates, above a layer that is being written.
 *
 * <p>Two threads meet here. The <em>owner</em> (the partition's task) reads through {@link #layers} without a lock, and promotes at each
 * commit. The <em>writer</em> (whoever holds the database's write lock) freezes the accumulating layer, writes it, releases it. Both take
 * this object's monitor for the handover alone, never while they read or write content at length:
 *
 * <ul>
 *   <li>the accumulating overlay is changed by the owner under the monitor, and becomes immutable when the writer freezes it;
 *   <li>a written overlay is not touched by the writer any more: the owner may still be reading it, so the owner reclaims it at its next
 *       commit, when it holds no view of it.
 * </ul>
 */
final class CommittedLayers {
    static final long NO_POSITION = -1;

    /** The two layers as of one moment. */
    record Layers(Overlay accumulating, @Nullable Overlay writing) {}

    private final int partition;
    private final int[] storeNumbers;
    private final AtomicLong committedBytes;
    private volatile Layers layers = new Layers(new Overlay(), null);

    // Guarded by this.
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();
    private long[] positions;
    private boolean hasPositions;
    private @Nullable Overlay written;
    private @Nullable Overlay spare;

    // The writer's, under the database's write lock.
    private final BytesView writerKey = new BytesView();
    private final BytesView writerValue = new BytesView();
    private long[] writingPositions;

    /** @param committedBytes what all partitions hold together; kept up to date here */
    CommittedLayers(int partition, int[] storeNumbers, AtomicLong committedBytes) {
        this.partition = partition;
        this.storeNumbers = storeNumbers;
        this.committedBytes = committedBytes;
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
     * @return an empty overlay in place of {@code staged}: the same one, or another whose memory it was given
     */
    synchronized Overlay promote(Overlay staged, long[] newPositions) {
        reclaim();
        for (int i = 0; i < newPositions.length; i++) {
            if (newPositions[i] != NO_POSITION) {
                positions[i] = newPositions[i];
                hasPositions = true;
            }
        }
        Layers now = layers;
        if (now.accumulating.isEmpty() && !staged.isEmpty()) {
            committedBytes.addAndGet(staged.sizeInBytes());
            layers = new Layers(staged, now.writing);
            return now.accumulating;
        }
        long before = now.accumulating.sizeInBytes();
        now.accumulating.putAll(staged, key, value);
        committedBytes.addAndGet(now.accumulating.sizeInBytes() - before);
        staged.clear();
        return staged;
    }

    /** Whether there is anything to write; by any thread. */
    synchronized boolean isPending() {
        return layers.writing != null || hasPositions || !layers.accumulating.isEmpty();
    }

    /**
     * Takes what is committed to be written; by the writer. What an earlier write failed to bring out is taken again, alone.
     *
     * @return whether there is anything to {@link #feed}
     */
    synchronized boolean freeze() {
        Layers now = layers;
        if (now.writing != null) {
            return true;
        }
        if (!hasPositions && now.accumulating.isEmpty()) {
            return false;
        }
        Overlay next = spare == null ? new Overlay() : spare;
        spare = null;
        layers = new Layers(next, now.accumulating);
        writingPositions = positions;
        positions = noPositions();
        hasPositions = false;
        return true;
    }

    /** Feeds the frozen changes and their positions; by the writer. */
    void feed(StateBackend.Batch.Sink sink) {
        Overlay writing = layers.writing;
        if (writing == null) {
            return;
        }
        for (int i = 0; i < writing.size(); i++) {
            int entry = writing.entry(i);
            int store = storeNumbers[writing.store(entry)];
            writing.key(entry, writerKey);
            if (writing.isTombstone(entry)) {
                sink.delete(store, partition, writerKey);
            } else {
                sink.put(store, partition, writerKey, writing.value(entry, writerValue));
            }
        }
        for (int i = 0; i < writingPositions.length; i++) {
            if (writingPositions[i] != NO_POSITION) {
                sink.position(storeNumbers[i], partition, writingPositions[i]);
            }
        }
    }

    /** The backend holds what was frozen; by the writer. @return the number of changes */
    synchronized int release() {
        Layers now = layers;
        if (now.writing != null) {
            committedBytes.addAndGet(-now.writing.sizeInBytes());
            layers = new Layers(now.accumulating, null);
            written = now.writing;
        }
        return now.writing == null ? 0 : now.writing.size();
    }

    /** Forgets everything: the next owner replays it from the changelog. By the owner, under the database's write lock. */
    synchronized void drop() {
        release();
        committedBytes.addAndGet(-layers.accumulating.sizeInBytes());
        layers = new Layers(new Overlay(), null);
        positions = noPositions();
        hasPositions = false;
    }

    private void reclaim() {
        if (written != null) {
            written.clear();
            spare = written;
            written = null;
        }
    }

    private long[] noPositions() {
        long[] none = new long[storeNumbers.length];
        Arrays.fill(none, NO_POSITION);
        return none;
    }
}
