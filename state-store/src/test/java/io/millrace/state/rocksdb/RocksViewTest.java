package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.StateBackend;
import io.millrace.state.StateView;
import io.millrace.state.StateViewContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** A batch holds the backend as long as it takes, a flush of everything included. */
    @Test
    void readersAreMadeAndMemoryIsMeasuredWhileABatchIsWritten() {
        List<Throwable> failures = new ArrayList<>();
        backend.write(sink -> {
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
                backend.newSnapshot(0).close();
                backend.newReader(0).close();
                assertThat(backend.memory().limitBytes()).isPositive();
            });
            try {
                reader.get(1, TimeUnit.MINUTES);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                failures.add(e);
            }
        });
        assertThat(failures).isEmpty();
    }
}
