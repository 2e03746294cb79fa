package io.millrace.platform;

import java.nio.ByteBuffer;

/**
 * One open file. One thread writes; any thread reads, also while another writes what lies beyond the range it reads.
 */
public interface StorageFile extends AutoCloseable {
    /**
     * Writes all remaining bytes at the end of the file. When this throws, any prefix of the bytes may have been written: the caller
     * truncates back or stops.
     *
     * @return the position at which the bytes begin
     */
    long append(ByteBuffer bytes);

    /** Writes all remaining bytes at {@code position}, within or directly behind the file. */
    void writeAt(long position, ByteBuffer bytes);

    /**
     * Reads until {@code target} is full or the file ends.
     *
     * @return the number of bytes read, 0 at the end of the file
     */
    int readAt(long position, ByteBuffer target);

    /** Cuts the file to {@code size} bytes; a larger size is refused. */
    void truncate(long size);

    /** Makes all bytes written so far durable. After a failure, whose kind is never NO_SPACE, nothing may be assumed of them (P3). */
    void force();

    long size();

    /** Closes without forcing. Closing twice has no effect. */
    @Override
    void close();
}
