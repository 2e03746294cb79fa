package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.StateBackend;
import io.millrace.state.StateView;
import io.millrace.state.StateViewContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksViewTest extends StateViewContract {
    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    private RocksBackend backend;

    @Override
    protected StateBackend newBackend() {
        backend = backends.open(parent);
        return backend;
    }

    @Test
    void aClosedViewLeavesNoNativeHandle() {
        int before = backend.openHandles();
        StateView view = view();
        assertThat(backend.openHandles()).isEqualTo(before + 1);
        view.close();
        assertThat(backend.openHandles()).isEqualTo(before);
    }
}
