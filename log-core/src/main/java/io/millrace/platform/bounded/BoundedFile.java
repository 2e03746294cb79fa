package io.millrace.platform.bounded;

import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open or resting. As safe for use by several threads as the file behind it: each use counts itself in, and only a file
 * without users is put to rest.
 */
final class BoundedFile implements StorageFile {
    /** In place of the number of users: closed to make room. */
    private static final int RESTING = -1;

    private final BoundedStorage storage;
    private final boolean writable;
    private final AtomicInteger users = new AtomicInteger();
    /** Guarded by the storage. */
    private String path;

    /** Changes only while the file rests, null until it is first used; {@link #users} publishes it. */
    private @Nullable StorageFile handle;

    private volatile boolean usedLately = true;
    /** There may be bytes that were not forced; at first, those of the process before. */
    private volatile boolean unforced;

    private volatile boolean keptOpen;
    private volatile boolean closed;

    /** @param handle null for a file that is opened when it is first used */
    BoundedFile(BoundedStorage storage, String path, boolean writable, @Nullable StorageFile handle) {
        this.storage = storage;
        this.path = path;
        this.writable = writable;
        this.handle = handle;
        unforced = writable;
        if (handle == null) {
            users.set(RESTING);
        }
    }

    // --- for the storage, under its lock

    String path() {
        return path;
    }

    void moveTo(String newPath) {
        path = newPath;
    }

    boolean isWritable() {
        return writable;
    }

    boolean isResting() {
        return users.get() == RESTING;
    }

    void keepOpen() {
        keptOpen = true;
    }

    /** What becomes of bytes that were not forced when their file is closed to make room. */
    enum Unforced {
        /** The file stays open. */
        KEEP_OPEN,
        /** They are forced. */
        FORCE,
        /** They are left to the system. */
        LEAVE
    }

    /** Closes the file unless it is in use, was used since this was last called, or has to stay open. */
    boolean tryRest(Unforced rule) {
        boolean used = usedLately;
        usedLately = false;
        if (used || keptOpen || (unforced && rule == Unforced.KEEP_OPEN) || !users.compareAndSet(0, RESTING)) {
            return false;
        }
        try {
            StorageFile present = opened();
            if (unforced && rule == Unforced.FORCE) {
                unforced = false;
                present.force();
            }
            present.close();
            return true;
        } catch (StorageException e) {
            // Its writer finds out with its next call (PB3). Nobody waits for this one.
            unforced = true;
            keptOpen = true;
            users.set(0);
            return false;
        }
    }

    void wake(StorageFile opened) {
        handle = opened;
        usedLately = true;
        users.set(0);
    }

    void closeHandle() {
        if (!isResting()) {
            opened().close();
        }
    }

    private StorageFile opened() {
        return Objects.requireNonNull(handle);
    }

    // --- for its users

    private StorageFile enter() {
        while (true) {
            int present = users.get();
            if (closed) {
                throw new StorageException(Kind.IO, "Closed already: " + this);
            }
            if (present == RESTING) {
                storage.wake(this);
            } else if (users.compareAndSet(present, present + 1)) {
                if (!usedLately) {
                    usedLately = true;
                }
                return opened();
            }
        }
    }

    private void leave() {
        users.decrementAndGet();
    }

    /** Behind the write, since a force that began before it need not have seen it; before the file may rest. */
    private void wrote() {
        unforced = true;
        leave();
    }

    @Override
    public long append(ByteBuffer bytes) {
        StorageFile used = enter();
        try {
            return used.append(bytes);
        } finally {
            wrote();
        }
    }

    @Override
    public void writeAt(long position, ByteBuffer bytes) {
        StorageFile used = enter();
        try {
            used.writeAt(position, bytes);
        } finally {
            wrote();
        }
    }

    @Override
    public int readAt(long position, ByteBuffer target) {
        StorageFile used = enter();
        try {
            return used.readAt(position, target);
        } finally {
            leave();
        }
    }

    @Override
    public void truncate(long newSize) {
        StorageFile used = enter();
        try {
            used.truncate(newSize);
        } finally {
            wrote();
        }
    }

    @Override
    public void force() {
        StorageFile used = enter();
        try {
            unforced = false;
            used.force();
        } catch (StorageException e) {
            unforced = true;
            keptOpen = true;
            throw e;
        } finally {
            leave();
        }
    }

    @Override
    public long size() {
        StorageFile used = enter();
        try {
            return used.size();
        } finally {
            leave();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            storage.close(this);
        }
    }

    @Override
    public String toString() {
        return path;
    }
}
