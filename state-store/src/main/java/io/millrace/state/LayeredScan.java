package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.state.overlay.Overlay;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges the entries of a backend's scan with those of the layers above it, in the order of the keys' bytes; the newest layer that has a
 * key decides. Used once, by the owner's thread.
 */
final class LayeredScan implements StateBackend.EntryVisitor {
    private final StateBackend.EntryVisitor visitor;
    private final Layer[] layers;
    private final BytesView value = new BytesView();
    private boolean isStopped;

    /** @param overlays newest first */
    LayeredScan(int store, List<Overlay> overlays, StateBackend.EntryVisitor visitor) {
        this.visitor = visitor;
        this.layers =
                overlays.stream().map(overlay -> new Layer(overlay, store)).toArray(Layer[]::new);
    }

    @Override
    public boolean entry(BytesView backendKey, BytesView backendValue) {
        if (!emitBefore(backendKey)) {
            return false;
        }
        Layer newest = least();
        if (newest != null && newest.key.equals(backendKey)) {
            return emit(newest);
        }
        isStopped = !visitor.entry(backendKey, backendValue);
        return !isStopped;
    }

    /** Visits what is left when the backend has no more entries. */
    void finish() {
        emitBefore(null);
    }

    private boolean emitBefore(@Nullable BytesView bound) {
        while (!isStopped) {
            Layer newest = least();
            if (newest == null || (bound != null && newest.key.compareTo(bound) >= 0)) {
                return true;
            }
            emit(newest);
        }
        return false;
    }

    /** The newest of the layers whose next key is the least. */
    private @Nullable Layer least() {
        Layer least = null;
        for (Layer layer : layers) {
            if (!layer.isAtEnd() && (least == null || layer.key.compareTo(least.key) < 0)) {
                least = layer;
            }
        }
        return least;
    }

    private boolean emit(Layer newest) {
        int entry = newest.entry();
        if (!newest.overlay.isTombstone(entry)) {
            isStopped = !visitor.entry(newest.key, newest.overlay.value(entry, value));
        }
        for (Layer layer : layers) {
            if (layer != newest && !layer.isAtEnd() && layer.key.equals(newest.key)) {
                layer.advance();
            }
        }
        newest.advance();
        return !isStopped;
    }

    /** A layer's entries of one store, and the next of them. */
    private static final class Layer {
        private final Overlay overlay;
        private final int[] entries;
        private final BytesView key = new BytesView();
        private int next;

        Layer(Overlay overlay, int store) {
            this.overlay = overlay;
            this.entries = overlay.sorted(store);
            load();
        }

        boolean isAtEnd() {
            return next == entries.length;
        }

        int entry() {
            return entries[next];
        }

        void advance() {
            next++;
            load();
        }

        private void load() {
            if (!isAtEnd()) {
                overlay.key(entries[next], key);
            }
        }
    }
}
