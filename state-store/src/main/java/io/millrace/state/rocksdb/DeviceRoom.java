package io.millrace.state.rocksdb;

import io.millrace.platform.Waiter;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps RocksDB from meeting a full device, and waits for it where it did. Guarded by its owner.
 *
 * <p>A database that found no room refuses everything until it has looked again, which it does by itself every five seconds, and Java has no call
 * to make it look sooner. So the room for all that is in its write buffers, and for merging files, is looked for first. It meets a full device all
 * the same if another writer was faster, or by a limit that is not one of bytes; then, once there is room, it is waited for.
 */
final class DeviceRoom {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceRoom.class);

    /** A flush writes more than the entries: indexes, filters, and the list of files. */
    private static final long BESIDE_ENTRIES_BYTES = 1 << 20;

    /** Files are merged into new ones, which takes the room of both for a while: of small states all of it, of large ones a part. */
    private static final long MOST_MERGED_BYTES = 256 << 20;

    /** Longer than RocksDB takes to look. Tried more often, it would not get to it. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(6);

    private static final int MOST_PAUSES = 2;

    private final String directory;
    private final LongSupplier usableBytes;
    private final Waiter pause;

    /** There was no room, and nothing was written since. */
    private boolean isFull;

    /** Something that the database does; what failed for want of room was not done. */
    @FunctionalInterface
    interface Action {
        void run() throws RocksDBException;
    }

    /** @param pause before what a database refuses though there is room is tried again */
    DeviceRoom(String directory, LongSupplier usableBytes, Waiter pause) {
        this.directory = directory;
        this.usableBytes = usableBytes;
        this.pause = pause;
    }

    /**
     * Does something.
     *
     * @param bytes what will be in files then, one day, and now is in none
     * @param fileBytes what is in files
     * @throws StateException of kind NO_SPACE if there is no room for it
     * @throws RocksDBException if there is, and the database finds none for some seconds
     */
    void run(long bytes, long fileBytes, Action action) throws RocksDBException {
        long written = bytes + BESIDE_ENTRIES_BYTES;
        long merged = Math.min(MOST_MERGED_BYTES, bytes + fileBytes);
        for (int pauses = 0; ; pauses++) {
            long usable = usableBytes.getAsLong();
            if (usable < written + merged) {
                isFull = true;
                throw new StateException(Kind.NO_SPACE, RocksErrors.tooLittleRoom(directory, usable, written, merged));
            }
            try {
                action.run();
                break;
            } catch (RocksDBException e) {
                isFull |= RocksErrors.isFullDisk(e);
                boolean isOver = pauses == MOST_PAUSES || Thread.currentThread().isInterrupted();
                if (isOver || !RocksErrors.isFullDisk(e)) {
                    throw e;
                }
            }
            pause.await(PAUSE_NANOS);
        }
        if (isFull) {
            isFull = false;
            LOG.info("State in {} is written again: its disk has room", directory);
        }
    }
}
