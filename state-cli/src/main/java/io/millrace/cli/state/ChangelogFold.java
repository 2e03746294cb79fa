package io.millrace.cli.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a changelog says of one partition, gathered in a database of its own, so that it may be larger than memory (Q4). Owned by one thread.
 */
final class ChangelogFold implements AutoCloseable {
    private static final long MIB = 1 << 20;
    private static final long MEMORY_BYTES = 64 * MIB;
    private static final long WRITE_BUFFER_BYTES = 16 * MIB;
    private static final int BATCH_BYTES = 1 << 20;
    private static final int PARTITION = 0;

    private final Path directory;
    private final RocksBackend backend;
    private final int before;
    private final int later;
    private final int suspects;
    private final int doubts;
    private final int again;
    private final StateBackend.Reader lookUps;
    private final List<Change> pending = new ArrayList<>();
    private int pendingBytes;

    private record Change(
            int store, BytesView key, @Nullable BytesView value) {}

    /** @param directory does not exist yet; its parent does. Removed when this is closed */
    ChangelogFold(Path directory) {
        this.directory = directory;
        backend = RocksBackend.open(
                directory,
                "verify",
                RocksConfig.defaults().withMemoryBytes(MEMORY_BYTES).withWriteBufferBytes(WRITE_BUFFER_BYTES));
        before = backend.openStore("before");
        later = backend.openStore("later");
        suspects = backend.openStore("suspects");
        doubts = backend.openStore("doubts");
        again = backend.openStore("again");
        lookUps = backend.newReader(PARTITION);
    }

    /** A change before the position: the newest of a key counts. */
    void before(BytesView key, @Nullable BytesView value) {
        add(before, key, value);
    }

    /** The key was changed at the position or behind it, and is no suspect for that. */
    void later(BytesView key) {
        add(later, key, new BytesView());
        add(suspects, key, null);
    }

    /** The state has the key, and neither the changes before the position nor the later ones that were read so far have. */
    void suspect(BytesView key, BytesView stateValue) {
        add(suspects, key, stateValue);
    }

    /** The state has something else of the key than the changes before the position. */
    void doubt(BytesView key) {
        add(doubts, key, new BytesView());
    }

    /** A change before the position that was read a second time; only those of doubtful keys are kept. */
    void again(BytesView key, @Nullable BytesView value) {
        if (find(doubts, key) != null) {
            add(again, key, value);
        }
    }

    boolean isLater(BytesView key) {
        return find(later, key) != null;
    }

    /** What the changes say that were read a second time. */
    @Nullable BytesView valueAgain(BytesView key) {
        return find(again, key);
    }

    private @Nullable BytesView find(int store, BytesView key) {
        write();
        BytesWriter value = new BytesWriter();
        return lookUps.get(store, key, value) ? value.viewInto(new BytesView()) : null;
    }

    /** The keys that have a value before the position, in the order of their bytes. */
    EntryPages valuesBefore() {
        write();
        return new EntryPages(backend.newReader(PARTITION), before);
    }

    EntryPages suspects() {
        write();
        return new EntryPages(backend.newReader(PARTITION), suspects);
    }

    EntryPages doubts() {
        write();
        return new EntryPages(backend.newReader(PARTITION), doubts);
    }

    boolean hasSuspects() {
        return hasAny(suspects());
    }

    boolean hasDoubts() {
        return hasAny(doubts());
    }

    private static boolean hasAny(EntryPages opened) {
        try (EntryPages pages = opened) {
            return pages.next();
        }
    }

    private void add(int store, BytesView key, @Nullable BytesView value) {
        pending.add(new Change(store, key.copy(), value == null ? null : value.copy()));
        pendingBytes += key.length() + (value == null ? 0 : value.length());
        if (pendingBytes >= BATCH_BYTES || pending.size() >= BATCH_BYTES / Long.SIZE) {
            write();
        }
    }

    private void write() {
        if (pending.isEmpty()) {
            return;
        }
        backend.write(sink -> pending.forEach(change -> {
            if (change.value == null) {
                sink.delete(change.store, PARTITION, change.key);
            } else {
                sink.put(change.store, PARTITION, change.key, change.value);
            }
        }));
        pending.clear();
        pendingBytes = 0;
    }

    @Override
    public void close() {
        backend.close();
        try {
            ScratchDirectory.remove(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be removed; remove it by hand: " + e.getMessage(), e);
        }
    }
}
