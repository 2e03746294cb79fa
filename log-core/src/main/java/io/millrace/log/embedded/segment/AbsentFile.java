package io.millrace.log.embedded.segment;

import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;

/** In the place of a file that is not there yet: reads as an empty one. Immutable. */
record AbsentFile(String path) implements StorageFile {
    @Override
    public int readAt(long position, ByteBuffer target) {
        return 0;
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public long append(ByteBuffer bytes) {
        throw refused();
    }

    @Override
    public void writeAt(long position, ByteBuffer bytes) {
        throw refused();
    }

    @Override
    public void truncate(long size) {
        throw refused();
    }

    @Override
    public void force() {
        throw refused();
    }

    private StorageException refused() {
        return new StorageException(Kind.ACCESS_DENIED, "There is no file to write to: " + path);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
