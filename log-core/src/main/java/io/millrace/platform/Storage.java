package io.millrace.platform;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A directory tree, as the log sees it. Paths are relative to the root, with {@code /} between names ({@code orders-0/…0042.log}); a path
 * that would leave the root is refused. Safe for use by several threads.
 *
 * <p>Durability: creating, renaming and deleting a file are durable only after {@link #syncDirectory} of its directory returned; a file's
 * bytes only after {@link StorageFile#force}.
 */
public interface Storage {
    /** How a file is opened. */
    enum OpenMode {
        /** Read only; the file must exist. */
        READ,
        /** Read and write; the file must exist. */
        WRITE,
        /** Read and write; the file must not exist and is created, empty. */
        CREATE_NEW,
        /** Read and write; created if it does not exist. */
        CREATE
    }

    /** @throws StorageException with kind NOT_FOUND or ALREADY_EXISTS as the mode says, or another kind */
    StorageFile open(String path, OpenMode mode);

    /**
     * The same as {@link OpenMode#WRITE}, for a file that may never be used: its opening may wait until it is.
     *
     * @throws StorageException with kind NOT_FOUND if there is no such file
     */
    default StorageFile openWhenUsed(String path) {
        return open(path, OpenMode.WRITE);
    }

    boolean exists(String path);

    /** The size in bytes of a file that exists. */
    long size(String path);

    /** Names (not paths) of the entries of a directory, sorted; empty if the directory does not exist. */
    List<String> list(String directory);

    boolean isDirectory(String path);

    /** Creates the directory and its parents where they do not exist. */
    void createDirectories(String directory);

    /** Renames atomically within this storage; an existing target is replaced. Works for files and for directories without target. */
    void rename(String from, String to);

    /** Deletes a file or an empty directory; does nothing if it does not exist. */
    void delete(String path);

    /** Makes the directory's entries durable. */
    void syncDirectory(String directory);

    /**
     * Takes the exclusive lock of a directory, held until closed or the process ends, against other processes and against a second
     * opening in this one.
     *
     * @throws StorageException with kind LOCKED if somebody holds it; the message names the directory
     */
    AutoCloseable lock(String directory);

    /**
     * Names the run of the operating system: while it is the same, no power cut has taken anything of what was written and not forced. Empty if
     * the system does not tell.
     */
    Optional<String> systemRun();

    /** How many files this process may have open, whoever opens them; empty if the system does not tell. */
    default OptionalLong mostOpenFiles() {
        return OptionalLong.empty();
    }

    /** The name by which a person would find this storage: the absolute path of the root, for messages. */
    String describe();
}
