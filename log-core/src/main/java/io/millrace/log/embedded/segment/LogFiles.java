package io.millrace.log.embedded.segment;

import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Names of a partition's files, as Kafka names them, and whole-file reading and writing of the small ones. */
public final class LogFiles {
    public static final String LOG = ".log";
    public static final String OFFSET_INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String ABORTED_INDEX = ".txnindex";
    public static final String SNAPSHOT = ".snapshot";
    /** A file that is being written and is to be renamed: left over by a crash, to be deleted. */
    public static final String TEMPORARY = ".tmp";
    /** Behind the other suffix: a segment that compaction is writing. */
    public static final String CLEANED = ".cleaned";
    /** Behind the other suffix: a segment that compaction has written, and that takes the place of others. */
    public static final String SWAP = ".swap";
    /** Behind the other suffix: a file that is no longer part of the log, and is deleted when its last reader is gone. */
    public static final String DELETED = ".deleted";
    /** The suffixes of a segment's indexes. */
    static final List<String> INDEXES = List.of(OFFSET_INDEX, TIME_INDEX, ABORTED_INDEX);
    /** The suffixes of a segment's files. */
    public static final List<String> OF_SEGMENT = List.of(LOG, OFFSET_INDEX, TIME_INDEX, ABORTED_INDEX);

    private static final int OFFSET_DIGITS = 20;

    private LogFiles() {}

    /** What to do about damage that only a person can decide about, as the end of a message; no full stop. */
    public static String advice(Storage storage) {
        return "Restore it from a copy of the directory, or run 'millrace log repair --data " + storage.describe()
                + "', which first says what would be lost, and changes nothing without --execute";
    }

    /** What is told of a partition whose topic exists and whose directory, of the same name, does not. */
    public static String directoryIsGone(Storage storage, String partition) {
        return "The directory of partition " + partition + " is gone: " + storage.describe() + '/' + partition
                + ", and all records with it. " + advice(storage) + "; or delete the topic";
    }

    /** {@code directory/00000000000000000042.log}. */
    public static String path(String directory, long offset, String suffix) {
        String digits = Long.toString(offset);
        return directory + '/' + "0".repeat(OFFSET_DIGITS - digits.length()) + digits + suffix;
    }

    /** The offset in a file's name, empty if it is no such file. */
    public static OptionalLong offsetOf(String name, String suffix) {
        if (name.length() != OFFSET_DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < OFFSET_DIGITS; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        try {
            return OptionalLong.of(Long.parseLong(name, 0, OFFSET_DIGITS, 10));
        } catch (NumberFormatException beyondAllOffsets) {
            return OptionalLong.empty();
        }
    }

    /** The whole of a file that exists. */
    public static byte[] read(Storage storage, String path) {
        try (StorageFile file = storage.open(path, OpenMode.READ)) {
            byte[] bytes = new byte[Math.toIntExact(file.size())];
            ByteBuffer target = ByteBuffer.wrap(bytes);
            file.readAt(0, target);
            return bytes;
        }
    }

    /** The whole of a file, null if there is none: one that a cleaner may remove at any moment. */
    static byte @Nullable [] readIfPresent(Storage storage, String path) {
        try {
            return storage.exists(path) ? read(storage, path) : null;
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Makes a file's bytes durable, if it is there: one that another thread may delete at any moment. */
    public static void forceIfPresent(Storage storage, String path) {
        try {
            if (storage.exists(path)) {
                try (StorageFile file = storage.open(path, OpenMode.WRITE)) {
                    file.force();
                }
            }
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Writes a file in place, forced if asked for. A crash in between leaves it cut off or empty. */
    public static void write(Storage storage, String path, byte[] bytes, boolean forced) {
        try (StorageFile file = storage.open(path, OpenMode.CREATE)) {
            file.truncate(0);
            file.append(ByteBuffer.wrap(bytes));
            if (forced) {
                file.force();
            }
        }
    }

    /** Writes a file beside, forces it and renames it: a crash leaves the old one or the new one. The directory is not yet synced. */
    public static void replace(Storage storage, String path, byte[] bytes, boolean forced) {
        String temporary = path + TEMPORARY;
        write(storage, temporary, bytes, forced);
        storage.rename(temporary, path);
    }
}
