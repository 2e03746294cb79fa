package io.millrace.state.rocksdb;

import io.millrace.state.KeyValueStoreContract;
import io.millrace.state.StateBackend;
import io.millrace.state.time.TimeStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksStoresTest {
    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @Nested
    class Time extends TimeStoreContract {
        @Override
        protected StateBackend newBackend() {
            return openBackend();
        }
    }

    @Nested
    class KeyValue extends KeyValueStoreContract {
        @Override
        protected StateBackend newBackend() {
            return openBackend();
        }
    }

    private StateBackend openBackend() {
        return backends.open(parent);
    }
}
