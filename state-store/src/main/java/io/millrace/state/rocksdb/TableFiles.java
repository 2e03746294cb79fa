package io.millrace.state.rocksdb;

import io.millrace.platform.StorageException;
import io.millrace.platform.file.FileStorage;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Compares the sorted files that there are with the database's list of them. RocksDB opens few at first and tells of the others when one is
 * read, which may be days later. Reads no content: a call of the system for each file.
 */
final class TableFiles {
    private TableFiles() {}

    /** @throws StateException of kind CORRUPT if a file is missing or of another length */
    static void check(RocksDB database, FileStorage storage, String directory) throws RocksDBException {
        // What is merged away meanwhile stays until this is over.
        database.disableFileDeletions();
        try {
            for (LiveFileMetaData file : database.getLiveFilesMetaData()) {
                String name = file.fileName().substring(file.fileName().lastIndexOf('/') + 1);
                check(storage, name, file.size(), directory);
            }
        } finally {
            database.enableFileDeletions();
        }
    }

    private static void check(FileStorage storage, String name, long size, String directory) {
        long found;
        try {
            found = storage.size(name);
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.NOT_FOUND) {
                throw new StateException(Kind.IO, "Cannot open state in " + directory + ": " + e.getMessage(), e);
            }
            throw damaged(directory, name + " is missing");
        }
        if (found != size) {
            throw damaged(directory, name + " has " + found + " bytes and had " + size);
        }
    }

    private static StateException damaged(String directory, String what) {
        return new StateException(
                Kind.CORRUPT,
                "Cannot open state in " + directory + ": " + what
                        + "; restore the directory, or move it away to have it rebuilt from the log");
    }
}
