package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A backend whose next write can be told to fail, before it is applied or after: what a caller sees is the same. And one that is as slow as
 * a test wants: writes begin, and end when they are let go. And one in whose scans something else happens between two entries.
 */
final class FailingBackend implements StateBackend {
    enum Failure {
        NONE,
        BEFORE_APPLYING,
        AFTER_APPLYING
    }

    private final StateBackend backend;
    private Failure next = Failure.NONE;
    private long unflushedOffsets;
    private Runnable beforeSnapshot = () -> {};
    private Runnable duringScans = () -> {};
    private final ReentrantLock device = new ReentrantLock();

    FailingBackend(StateBackend backend) {
        this.backend = backend;
    }

    StateBackend inner() {
        return backend;
    }

    void failNext(Failure failure) {
        next = failure;
    }

    /** Every write from now on waits for {@link #go}; to be called by the thread that calls this. */
    void hold() {
        device.lock();
    }

    void go() {
        device.unlock();
    }

    /** Whether a write waits for {@link #go}. */
    boolean isWriting() {
        return device.hasQueuedThreads();
    }

    /** As if so much were written and not durable. */
    void unflushed(long offsets) {
        unflushedOffsets = offsets;
    }

    @Override
    public long unflushedOffsets() {
        return unflushedOffsets;
    }

    @Override
    public String logId() {
        return backend.logId();
    }

    @Override
    public boolean hasStore(String store) {
        return backend.hasStore(store);
    }

    @Override
    public int openStore(String store) {
        return backend.openStore(store);
    }

    @Override
    public Optional<StoreManifest> manifest(int store) {
        return backend.manifest(store);
    }

    @Override
    public void pin(int store, StoreManifest manifest) {
        backend.pin(store, manifest);
    }

    /** Has {@code action} run once, before the next snapshot is taken. */
    void beforeNextSnapshot(Runnable action) {
        beforeSnapshot = action;
    }

    /** Has {@code action} run after every entry that a reader finds in a scan. */
    void duringScans(Runnable action) {
        duringScans = action;
    }

    @Override
    public List<StoredPartition> stored() {
        return backend.stored();
    }

    @Override
    public Reader newSnapshot(int partition) {
        Runnable action = beforeSnapshot;
        beforeSnapshot = () -> {};
        action.run();
        return new DisturbedReader(backend.newSnapshot(partition));
    }

    @Override
    public Reader newReader(int partition) {
        return new DisturbedReader(backend.newReader(partition));
    }

    @Override
    public OptionalLong position(int store, int partition) {
        return backend.position(store, partition);
    }

    @Override
    public void write(Batch batch) {
        device.lock();
        try {
            writeNow(batch);
        } finally {
            device.unlock();
        }
    }

    private void writeNow(Batch batch) {
        Failure failure = next;
        next = Failure.NONE;
        if (failure != Failure.BEFORE_APPLYING) {
            backend.write(batch);
        }
        if (failure != Failure.NONE) {
            throw new StateException(StateException.Kind.IO, "A failure was asked for");
        }
    }

    @Override
    public void flush() {
        backend.flush();
    }

    @Override
    public void close() {
        backend.close();
    }

    private final class DisturbedReader implements Reader {
        private final Reader reader;

        DisturbedReader(Reader reader) {
            this.reader = reader;
        }

        @Override
        public boolean get(int store, BytesView key, BytesWriter value) {
            return reader.get(store, key, value);
        }

        @Override
        public void scan(int store, KeyRange range, ScanDirection direction, EntryVisitor visitor) {
            reader.scan(store, range, direction, (key, value) -> {
                boolean goesOn = visitor.entry(key, value);
                duringScans.run();
                return goesOn;
            });
        }

        @Override
        public long approximateCount(int store) {
            return reader.approximateCount(store);
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
