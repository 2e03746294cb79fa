package io.millrace.state.rocksdb;

import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads RocksDB's native library, once in a process. The library is unpacked from the jar into a file first; left alone, RocksDB makes a
 * new one of 17 MB in the temporary directory at every start, and a killed process leaves it there for ever. Here it has one name beside
 * the state: a killed process leaves one, and the next start takes its place.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    /** RocksDB's own way to say where the library may be unpacked. */
    private static final String USERS_CHOICE = "ROCKSDB_SHAREDLIB_DIR";

    private NativeLibrary() {}

    /** @param state where the state will be; if its parent cannot hold a library, RocksDB's own way is taken */
    static void load(Path state) {
        Path parent = state.toAbsolutePath().getParent();
        if (parent == null) {
            RocksDB.loadLibrary();
        } else {
            loadFrom(parent);
        }
    }

    /** @param directory where the library may be unpacked; if it cannot hold one, RocksDB's own way is taken */
    static void loadFrom(Path directory) {
        if (System.getenv(USERS_CHOICE) == null) {
            try {
                NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
            } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
                // A file system without execution, for example.
                LOG.debug("{} cannot hold RocksDB's library: {}", directory, e.toString());
            }
        }
        RocksDB.loadLibrary();
    }
}
