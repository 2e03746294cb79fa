package io.millrace.platform.sim;

import static io.millrace.platform.sim.SimulatedStorage.failure;

import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;

/** An open file of a simulated disk; guarded by its storage. */
final class SimulatedFile implements StorageFile {
    private final SimulatedStorage storage;
    private final String path;
    private final FileImage image;
    private final boolean writable;
    private boolean closed;
    private boolean forceFailed;

    SimulatedFile(SimulatedStorage storage, String path, FileImage image, boolean writable) {
        this.storage = storage;
        this.path = path;
        this.image = image;
        this.writable = writable;
    }

    @Override
    public long append(ByteBuffer bytes) {
        synchronized (storage) {
            checkWritable();
            long position = image.size();
            storage.write(image, path, position, take(bytes));
            return position;
        }
    }

    @Override
    public void writeAt(long position, ByteBuffer bytes) {
        synchronized (storage) {
            checkWritable();
            if (position < 0 || position > image.size()) {
                throw new IllegalArgumentException("A write begins within or directly behind the file: " + position
                        + " of " + image.size() + " in " + path);
            }
            storage.write(image, path, position, take(bytes));
        }
    }

    private static byte[] take(ByteBuffer bytes) {
        byte[] taken = new byte[bytes.remaining()];
        bytes.get(taken);
        return taken;
    }

    @Override
    public int readAt(long position, ByteBuffer target) {
        synchronized (storage) {
            checkOpen();
            storage.failIfPlanned(StorageOperation.READ, path);
            return image.read(position, target);
        }
    }

    @Override
    public void truncate(long size) {
        synchronized (storage) {
            checkWritable();
            if (size < 0 || size > image.size()) {
                throw new IllegalArgumentException("Cannot cut " + path + " of " + image.size() + " bytes to " + size);
            }
            storage.change(StorageOperation.TRUNCATE, path, size, () -> image.truncate((int) size));
        }
    }

    @Override
    public void force() {
        synchronized (storage) {
            checkWritable();
            try {
                storage.force(image, path);
            } catch (StorageException e) {
                forceFailed = true;
                throw e;
            }
        }
    }

    @Override
    public long size() {
        synchronized (storage) {
            storage.checkAlive();
            return image.size();
        }
    }

    @Override
    public void close() {
        synchronized (storage) {
            if (!closed) {
                closed = true;
                storage.fileClosed();
            }
        }
    }

    private void checkOpen() {
        storage.checkAlive();
        if (closed) {
            throw failure(Kind.IO, "use the closed file", path);
        }
    }

    private void checkWritable() {
        checkOpen();
        if (!writable) {
            throw failure(Kind.ACCESS_DENIED, "change, opened for reading only,", path);
        }
        if (forceFailed) {
            throw failure(Kind.IO, "go on after a failed force with", path);
        }
    }

    @Override
    public String toString() {
        return path;
    }
}
