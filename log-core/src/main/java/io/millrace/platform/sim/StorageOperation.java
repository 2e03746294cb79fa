package io.millrace.platform.sim;

/** What can be made to fail. */
public enum StorageOperation {
    /** Opening a file, whether it is created or not. */
    OPEN,
    READ,
    /** Appending or writing: a part of the bytes may be written all the same. */
    WRITE,
    TRUNCATE,
    /** Forcing a file: what was not durable before may be so or be lost for ever, and a later force of it succeeds. */
    FORCE,
    CREATE_DIRECTORIES,
    RENAME,
    DELETE,
    SYNC_DIRECTORY,
    LOCK
}
