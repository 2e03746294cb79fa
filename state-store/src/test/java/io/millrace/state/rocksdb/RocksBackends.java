package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Opens the real backend for a test, and fails the test if it leaves one of them, or one of their native handles, open (K4). Registered as an
 * extension it looks after the test's own methods have cleaned up; a property calls {@link #assertNothingIsOpen} at its end.
 */
public final class RocksBackends implements AfterEachCallback {
    private final List<RocksBackend> opened = new CopyOnWriteArrayList<>();

    /** In {@code parent/state}, of the log {@code log}. */
    public RocksBackend open(Path parent) {
        return open(parent.resolve("state"), "log", RocksConfig.defaults());
    }

    public RocksBackend open(Path directory, String logId, RocksConfig config) {
        RocksBackend backend = RocksBackend.open(directory, logId, config);
        opened.add(backend);
        return backend;
    }

    public void assertNothingIsOpen() {
        assertThat(opened)
                .allSatisfy(backend -> assertThat(backend.openHandles())
                        .as("native handles that a test left open")
                        .isZero());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertNothingIsOpen();
    }
}
