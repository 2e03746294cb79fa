package io.millrace.state.rocksdb;

import io.millrace.state.FollowedStoreContract;
import io.millrace.state.StateBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksFollowedStoreTest extends FollowedStoreContract {
    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @Override
    protected StateBackend newBackend() {
        return backends.open(parent);
    }
}
