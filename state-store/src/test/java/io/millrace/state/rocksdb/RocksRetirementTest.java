package io.millrace.state.rocksdb;

import io.millrace.state.RetirementContract;
import io.millrace.state.StateBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksRetirementTest extends RetirementContract {
    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @Override
    protected StateBackend newBackend() {
        return backends.open(parent);
    }
}
