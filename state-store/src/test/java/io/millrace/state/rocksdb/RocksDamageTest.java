package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what was written are told of, never read, and never removed (S4). */
class RocksDamageTest {
    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @BeforeEach
    void write() {
        try (RocksBackend backend = open()) {
            for (int key = 0; key < 1_000; key++) {
                put(backend, key);
            }
        }
    }

    /** The entry of a number, and as the position the next one. */
    private static void put(RocksBackend backend, int key) {
        int store = backend.openStore("store");
        BytesView bytes = BytesView.ofUtf8("entry " + key);
        backend.write(sink -> {
            sink.put(store, 0, bytes, bytes);
            sink.position(store, 0, key + 1);
        });
    }

    private static long numberOf(String key) {
        return Long.parseLong(key.substring("entry ".length()));
    }

    @Test
    void aDamagedTableIsToldWhenItIsRead() throws IOException {
        for (Path table : files(".sst")) {
            byte[] bytes = Files.readAllBytes(table);
            for (int i = 0; i < bytes.length / 2; i += 7) {
                bytes[i] ^= 0x55;
            }
            Files.write(table, bytes);
        }
        assertCorrupt(() -> {
            try (RocksBackend backend = open();
                    StateBackend.Reader reader = backend.newReader(0)) {
                int store = backend.openStore("store");
                reader.get(store, BytesView.ofUtf8("entry 7"), new BytesWriter());
                reader.scan(store, (key, value) -> true);
            }
        });
        assertThat(files(".sst")).isNotEmpty();
    }

    @Test
    void aManifestThatIsNotWholeIsToldAtTheOpening() throws IOException {
        for (Path manifest : files("MANIFEST-")) {
            byte[] bytes = Files.readAllBytes(manifest);
            bytes[bytes.length / 3] ^= 0x55;
            Files.write(manifest, bytes);
        }
        assertCorrupt(() -> open().close());
        assertThat(files(".sst")).isNotEmpty();
    }

    /** RocksDB alone would begin a new database, and remove the tables of the old one as nobody's. */
    @ParameterizedTest
    @ValueSource(strings = {"CURRENT", "MANIFEST-", ".sst"})
    void aFileThatIsGoneIsToldAtEveryOpeningAndNothingIsMadeAnew(String part) throws IOException {
        Files.delete(files(part).get(0));
        List<Path> left = files(".sst");
        for (int opening = 0; opening < 3; opening++) {
            assertCorrupt(() -> open().close()).hasMessageContaining("missing");
        }
        assertThatThrownBy(() -> ReadOnlyRocks.open(parent.resolve("state"), parent))
                .hasMessageContaining(
                        "a file of it is missing; restore the directory, or move it away to have it rebuilt");
        assertThat(files(".sst")).isEqualTo(left);
    }

    /** Also of a state with more files than are opened at first. */
    @Test
    void eachFileThatIsGoneOrOfAnotherLengthIsToldAtTheOpening() throws IOException {
        RocksConfig fewOpen = RocksConfig.defaults().withMemoryBytes(1 << 20).withWriteBufferBytes(1 << 20);
        Path state = parent.resolve("state");
        try (RocksBackend backend = backends.open(state, "log", fewOpen)) {
            for (int i = 0; i < 70; i++) {
                int store = backend.openStore("store-" + i);
                BytesView bytes = BytesView.ofUtf8("entry");
                backend.write(sink -> sink.put(store, 0, bytes, bytes));
            }
        }
        List<Path> tables = files(".sst");
        assertThat(tables).hasSizeGreaterThan(70);
        Path aside = parent.resolve("aside");
        for (Path table : tables) {
            Files.move(table, aside);
            assertCorrupt(() -> backends.open(state, "log", fewOpen).close());
            byte[] whole = Files.readAllBytes(aside);
            for (int length : List.of(whole.length - 1, whole.length + 1)) {
                Files.write(table, Arrays.copyOf(whole, length));
                assertCorrupt(() -> backends.open(state, "log", fewOpen).close())
                        .hasMessageNotContaining("its bytes are not");
            }
            Files.delete(table);
            Files.move(aside, table);
        }
        backends.open(state, "log", fewOpen).close();
        assertThat(files(".sst")).hasSameSizeAs(tables);
    }

    /** A manifest that ends early is one of an earlier moment, if its tables are still there: RocksDB ends it so at every kill. */
    @Test
    void aManifestThatEndsEarlyIsToldOrStandsForAnEarlierMomentAndNeverForAnotherOne() throws IOException {
        for (int key = 1_000; key < 1_040; key++) {
            try (RocksBackend backend = open()) {
                put(backend, key);
            }
        }
        Path manifest = files("MANIFEST-").get(0);
        byte[] whole = Files.readAllBytes(manifest);
        int told = 0;
        for (int length = 0; length < whole.length; length += 1 + whole.length / 40) {
            Path copy = parent.resolve("ends-at-" + length);
            Files.createDirectory(copy);
            for (Path file : files("")) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
            Files.write(copy.resolve(manifest.getFileName()), Arrays.copyOf(whole, length));
            try (RocksBackend backend = backends.open(copy, "log", RocksConfig.defaults())) {
                int store = backend.openStore("store");
                long position = backend.position(store, 0).orElse(0);
                List<String> keys = new ArrayList<>();
                try (StateBackend.Reader reader = backend.newReader(0)) {
                    reader.scan(store, (key, value) -> keys.add(key.toUtf8()));
                }
                assertThat(keys).hasSize((int) position);
                assertThat(keys).allSatisfy(key -> assertThat(numberOf(key)).isLessThan(position));
            } catch (StateException e) {
                assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
                told++;
            }
        }
        assertThat(told).isPositive();
    }

    @Test
    void aByteThatChangedIsToldOrWasOfNoMeaning() throws IOException {
        Path table = files(".sst").stream()
                .max(Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
        byte[] whole = Files.readAllBytes(table);
        int told = 0;
        for (int at = 3; at < whole.length; at += whole.length / 60) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            Files.write(table, changed);
            try (RocksBackend backend = open();
                    StateBackend.Reader reader = backend.newReader(0)) {
                List<String> keys = new ArrayList<>();
                reader.scan(backend.openStore("store"), (key, value) -> {
                    assertThat(value).isEqualTo(key);
                    return keys.add(key.toUtf8());
                });
                assertThat(keys).hasSize(1_000);
            } catch (StateException e) {
                assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
                told++;
            }
        }
        assertThat(told).isGreaterThan(40);
    }

    @Test
    void aPlaceWhereNoStateCanBeIsToldAsWhatItIs() throws IOException {
        Files.writeString(parent.resolve("file"), "not a directory");
        for (Path place :
                List.of(parent.resolve("file"), parent.resolve("nowhere").resolve("state"))) {
            assertThatThrownBy(() -> RocksBackend.open(place, "log", RocksConfig.defaults()))
                    .isInstanceOfSatisfying(
                            StateException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(Kind.IO))
                    .hasMessageContaining(place.toString())
                    .hasMessageContaining("see to the directory");
        }
    }

    private AbstractThrowableAssert<?, ?> assertCorrupt(ThrowingCallable use) {
        return assertThatThrownBy(use)
                .isInstanceOfSatisfying(
                        StateException.class,
                        damaged -> assertThat(damaged.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageContaining(parent.resolve("state").toString())
                .hasMessageContaining("move it away to have it rebuilt");
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.list(parent.resolve("state"))) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .sorted()
                    .toList();
        }
    }

    private RocksBackend open() {
        return backends.open(parent);
    }
}
