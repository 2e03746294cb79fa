package io.millrace.state.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateBackendContract;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import io.millrace.state.StoreManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksBackendTest extends StateBackendContract {
    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

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
                .hasMessageEndingWith(
                        ": this process has it open already, for another application or an instance that is not"
                                + " closed: close that one first, or give each a directory of its own");
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
    void whatIsNotDurableIsCountedInOffsetsAndMadeDurableBeforeARestartWouldReplayTooLong() {
        int store = backend().openStore("store");
        backend().write(sink -> sink.position(store, 0, 1_000_000));
        assertThat(backend().unflushedOffsets()).isZero();
        backend().write(sink -> sink.position(store, 0, 1_060_000));
        backend().write(sink -> sink.position(store, 0, 1_100_000));
        assertThat(backend().unflushedOffsets()).isEqualTo(100_000);
        backend().write(sink -> sink.position(store, 0, 1_100_001));
        assertThat(backend().unflushedOffsets()).isZero();

        backend().write(sink -> sink.position(store, 0, 1_100_002));
        assertThat(backend().unflushedOffsets()).isEqualTo(1);
        backend().flush();
        assertThat(backend().unflushedOffsets()).isZero();
    }

    @Test
    void aManifestThatIsNoneIsCorruptAndNotGuessed() throws RocksDBException {
        int store = backend().openStore("store");
        backend().pin(store, StoreManifest.of("kind", 1));
        backend().close();
        RocksDB.loadLibrary();
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        String directory = parent.resolve("state").toString();
        try (Options options = new Options();
                DBOptions database = new DBOptions()) {
            List<ColumnFamilyDescriptor> columns = RocksDB.listColumnFamilies(options, directory).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
            try (RocksDB rocks = RocksDB.open(database, directory, columns, handles)) {
                rocks.put("millrace.manifest.store".getBytes(UTF_8), "nonsense".getBytes(UTF_8));
                handles.forEach(ColumnFamilyHandle::close);
            }
        }

        useInstead(open("log"));
        int again = backend().openStore("store");
        assertThatThrownBy(() -> backend().manifest(again))
                .isInstanceOfSatisfying(
                        StateException.class,
                        corrupt -> assertThat(corrupt.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageContaining("store 'store'");
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
        return backends.open(parent.resolve("state"), logId, RocksConfig.defaults());
    }
}
