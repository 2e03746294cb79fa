package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.StateBackend;
import io.millrace.state.StateView;
import io.millrace.state.StateViewContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksViewTest extends StateViewContract {
    @TempDir
    private Path parent;

    private RocksBackend backend;

    @Override
    protected StateBackend newBackend() {
        backend = RocksBackend.open(parent.resolve("state"), "log", RocksConfig.defaults());
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
