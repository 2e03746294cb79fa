package io.millrace.state.rocksdb;

import java.util.ArrayDeque;
import java.util.Deque;
import org.rocksdb.AbstractNativeReference;

/** Owns native handles and closes them in reverse order of their making (K4): users before what they use. Guarded by its owner. */
final class NativeHandles implements AutoCloseable {
    private final Deque<AbstractNativeReference> handles = new ArrayDeque<>();

    <T extends AbstractNativeReference> T own(T handle) {
        handles.push(handle);
        return handle;
    }

    /** Handles that are open. */
    int count() {
        return handles.size();
    }

    @Override
    public void close() {
        while (!handles.isEmpty()) {
            handles.pop().close();
        }
    }
}
