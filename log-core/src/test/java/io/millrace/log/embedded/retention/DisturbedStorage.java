package io.millrace.log.embedded.retention;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A storage in whose calls something else happens: before each, and in the middle of each append.
 *
 * @param halfWritten how much of the files is there for this one, whose last write another process has not ended
 */
record DisturbedStorage(Storage inner, Runnable beforeRead, Runnable beforeChange, HalfWritten halfWritten)
        implements Storage {
    /** How many bytes of a file of this size are there. */
    interface HalfWritten {
        HalfWritten NOTHING = (path, size) -> size;

        long sizeOf(String path, long size);
    }

    @Override
    public StorageFile open(String path, OpenMode mode) {
        (mode == OpenMode.READ ? beforeRead : beforeChange).run();
        return new DisturbedFile(inner.open(path, mode), path, this);
    }

    @Override
    public boolean exists(String path) {
        beforeRead.run();
        return inner.exists(path);
    }

    @Override
    public long size(String path) {
        beforeRead.run();
        return halfWritten.sizeOf(path, inner.size(path));
    }

    @Override
    public List<String> list(String directory) {
        beforeRead.run();
        return inner.list(directory);
    }

    @Override
    public boolean isDirectory(String path) {
        beforeRead.run();
        return inner.isDirectory(path);
    }

    @Override
    public void createDirectories(String directory) {
        beforeChange.run();
        inner.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) {
        beforeChange.run();
        inner.rename(from, to);
    }

    @Override
    public void delete(String path) {
        beforeChange.run();
        inner.delete(path);
    }

    @Override
    public void syncDirectory(String directory) {
        beforeChange.run();
        inner.syncDirectory(directory);
    }

    @Override
    public AutoCloseable lock(String directory) {
        return inner.lock(directory);
    }

    @Override
    public Optional<String> systemRun() {
        return inner.systemRun();
    }

    @Override
    public String describe() {
        return inner.describe();
    }

    private record DisturbedFile(StorageFile file, String path, DisturbedStorage storage) implements StorageFile {
        @Override
        public long append(ByteBuffer bytes) {
            storage.beforeChange.run();
            ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
            long position = file.append(half);
            bytes.position(bytes.position() + half.capacity());
            storage.beforeChange.run();
            file.append(bytes);
            return position;
        }

        @Override
        public void writeAt(long position, ByteBuffer bytes) {
            storage.beforeChange.run();
            file.writeAt(position, bytes);
        }

        @Override
        public int readAt(long position, ByteBuffer target) {
            storage.beforeRead.run();
            long rest = storage.halfWritten.sizeOf(path, file.size()) - position;
            if (rest >= target.remaining()) {
                return file.readAt(position, target);
            }
            ByteBuffer part = target.slice(target.position(), (int) Math.max(rest, 0));
            int read = file.readAt(position, part);
            target.position(target.position() + part.position());
            return read;
        }

        @Override
        public void truncate(long size) {
            storage.beforeChange.run();
            file.truncate(size);
        }

        @Override
        public void force() {
            storage.beforeChange.run();
            file.force();
        }

        @Override
        public long size() {
            return storage.halfWritten.sizeOf(path, file.size());
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
