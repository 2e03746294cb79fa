package io.millrace.log.embedded.retention;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A storage in whose calls something else happens: before each, and in the middle of each append. */
record DisturbedStorage(Storage inner, Runnable beforeRead, Runnable beforeChange) implements Storage {
    @Override
    public StorageFile open(String path, OpenMode mode) {
        (mode == OpenMode.READ ? beforeRead : beforeChange).run();
        return new DisturbedFile(inner.open(path, mode), beforeRead, beforeChange);
    }

    @Override
    public boolean exists(String path) {
        beforeRead.run();
        return inner.exists(path);
    }

    @Override
    public long size(String path) {
        beforeRead.run();
        return inner.size(path);
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

    private record DisturbedFile(StorageFile file, Runnable beforeRead, Runnable beforeChange) implements StorageFile {
        @Override
        public long append(ByteBuffer bytes) {
            beforeChange.run();
            ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
            long position = file.append(half);
            bytes.position(bytes.position() + half.capacity());
            beforeChange.run();
            file.append(bytes);
            return position;
        }

        @Override
        public void writeAt(long position, ByteBuffer bytes) {
            beforeChange.run();
            file.writeAt(position, bytes);
        }

        @Override
        public int readAt(long position, ByteBuffer target) {
            beforeRead.run();
            return file.readAt(position, target);
        }

        @Override
        public void truncate(long size) {
            beforeChange.run();
            file.truncate(size);
        }

        @Override
        public void force() {
            beforeChange.run();
            file.force();
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
