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
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what was written are told of, never read, and never removed (S4). */
class RocksDamageTest {
    @TempDir
    private Path parent;

    @BeforeEach
    void write() {
        try (RocksBackend backend = open()) {
            int store = backend.openStore("store");
            for (int key = 0; key < 1_000; key++) {
                BytesView bytes = BytesView.ofUtf8("entry " + key);
                backend.write(sink -> sink.put(store, 0, bytes, bytes));
            }
            backend.write(sink -> sink.position(store, 0, 1_000));
        }
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

    @Test
    void aTableThatIsGoneIsToldAtTheOpening() throws IOException {
        Files.delete(files(".sst").get(0));
        assertThatThrownBy(() -> open().close()).isInstanceOf(StateException.class);
    }

    private void assertCorrupt(ThrowingCallable use) {
        assertThatThrownBy(use)
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
        return RocksBackend.open(parent.resolve("state"), "log", RocksConfig.defaults());
    }
}
