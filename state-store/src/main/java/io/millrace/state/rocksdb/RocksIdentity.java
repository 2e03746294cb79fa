package io.millrace.state.rocksdb;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import io.millrace.state.StoreManifest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What a database says of itself, in its column family {@code default}: whose it is, and what each store holds. Stateless. */
final class RocksIdentity {
    static final byte[] LOG_ID = "millrace.log-id".getBytes(StandardCharsets.UTF_8);
    private static final String MANIFEST_PREFIX = "millrace.manifest.";

    private RocksIdentity() {}

    /** The log whose state it is, null if it was never said. */
    static @Nullable String logId(RocksDB database, ColumnFamilyHandle identity) throws RocksDBException {
        byte[] owner = database.get(identity, LOG_ID);
        return owner == null ? null : new String(owner, StandardCharsets.UTF_8);
    }

    static byte[] manifestKey(BytesView store) {
        return new BytesWriter().putUtf8(MANIFEST_PREFIX).putBytes(store).toByteArray();
    }

    /** What was pinned to a store. @throws StateException of kind CORRUPT if that cannot be told */
    static Optional<StoreManifest> manifest(RocksDB database, RocksColumns columns, int store, String directory) {
        try {
            byte[] text = database.get(columns.identity(), manifestKey(columns.nameBytes(store)));
            return text == null
                    ? Optional.empty()
                    : Optional.of(StoreManifest.parse(new String(text, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new StateException(
                    Kind.CORRUPT,
                    "What store '" + columns.nameBytes(store).toUtf8() + "' of the state in " + directory
                            + " holds cannot be told; restore the directory, or move it away to have it rebuilt from the log",
                    e);
        } catch (RocksDBException e) {
            throw RocksErrors.translate("read", directory, e);
        }
    }
}
