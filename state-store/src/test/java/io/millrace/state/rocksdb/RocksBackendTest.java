package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateBackendContract;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksBackendTest extends StateBackendContract {
    @TempDir
    private Path parent;

    @Override
    protected StateBackend open() {
        return open("log");
    }

    @Test
    void aDirectoryThatIsOpenIsRefused() {
        assertThatThrownBy(() -> open("log"))
                .isInstanceOfSatisfying(
                        StateException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.LOCKED))
                .hasMessageContaining(parent.resolve("state").toString())
                .hasMessageContaining("stop that one first");
    }

    @Test
    void theStateOfAnotherLogIsRefusedAndLeftAlone() {
        int store = backend().openStore("store");
        backend().write(sink -> sink.put(store, 0, utf8("key"), utf8("value")));
        backend().close();

        assertThatThrownBy(() -> open("another"))
                .isInstanceOfSatisfying(
                        StateException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.WRONG_LOG))
                .hasMessageContaining("belongs to log log, not to log another");

        useInstead(open("log"));
        assertThat(get(backend().openStore("store"), 0, "key")).isEqualTo("value");
    }

    @Test
    void everyNativeHandleIsClosedAlsoThoseOfReadersLeftOpen() {
        RocksBackend rocks = (RocksBackend) backend();
        int before = rocks.openHandles();
        int store = rocks.openStore("store");
        StateBackend.Reader reader = rocks.newReader(0);
        rocks.newReader(1).close();
        // A column family and a reader.
        assertThat(rocks.openHandles()).isEqualTo(before + 2);

        rocks.close();

        assertThat(rocks.openHandles()).isZero();
        assertThatThrownBy(() -> reader.get(store, utf8("key"), new BytesWriter()))
                .isInstanceOfSatisfying(
                        StateException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void aFailedOpeningLeavesNoHandleBehind() {
        backend().close();
        assertThatThrownBy(() -> open("another")).isInstanceOf(StateException.class);

        // A handle that was left would hold the lock.
        useInstead(open("log"));
        assertThat(backend().logId()).isEqualTo("log");
    }

    private RocksBackend open(String logId) {
        return RocksBackend.open(parent.resolve("state"), logId, RocksConfig.defaults());
    }
}
