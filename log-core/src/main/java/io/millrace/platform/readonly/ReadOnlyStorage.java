package io.millrace.platform.readonly;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Refuses whatever would change the storage behind it (PR1). As safe for use by several threads as that one. */
public final class ReadOnlyStorage implements Storage {
    private final Storage inner;

    public ReadOnlyStorage(Storage inner) {
        this.inner = inner;
    }

    @Override
    public StorageFile open(String path, OpenMode mode) {
        if (mode != OpenMode.READ) {
            throw refused("open for writing", path);
        }
        return inner.open(path, mode);
    }

    @Override
    public boolean exists(String path) {
        return inner.exists(path);
    }

    @Override
    public long size(String path) {
        return inner.size(path);
    }

    @Override
    public List<String> list(String directory) {
        return inner.list(directory);
    }

    @Override
    public boolean isDirectory(String path) {
        return inner.isDirectory(path);
    }

    @Override
    public void createDirectories(String directory) {
        throw refused("create the directory", directory);
    }

    @Override
    public void rename(String from, String to) {
        throw refused("rename", from);
    }

    @Override
    public void delete(String path) {
        throw refused("delete", path);
    }

    @Override
    public void syncDirectory(String directory) {
        throw refused("force the directory", directory);
    }

    @Override
    public AutoCloseable lock(String directory) {
        throw refused("lock", directory);
    }

    @Override
    public OptionalLong mostOpenFiles() {
        return inner.mostOpenFiles();
    }

    @Override
    public Optional<String> systemRun() {
        return inner.systemRun();
    }

    @Override
    public String describe() {
        return inner.describe();
    }

    private StorageException refused(String action, String path) {
        return new StorageException(
                Kind.ACCESS_DENIED,
                "Cannot " + action + " " + describe() + '/' + path + ": it was opened for reading only");
    }
}
