package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoredPartition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class ReadOnlyRocksTest {
    /** What the writer tells of, in lines, between two looks; it flushes a hundred times as seldom. */
    private static final int LINES_PER_LOOK = 30;

    private static final int LOOKS = 12;

    @RegisterExtension
    private final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @Test
    void whatIsFlushedIsReadBesideItsOwnerAndNothingElse() {
        try (RocksBackend owner = openOwner()) {
            int store = owner.openStore("store");
            StoreManifest manifest = StoreManifest.of("key-value", 1).with("key", "utf8");
            owner.pin(store, manifest);
            write(owner, store, 0, "a", 5);
            owner.flush();
            write(owner, store, 0, "b", 9);
            try (ReadOnlyRocks read = open()) {
                assertThat(read.logId()).contains("log");
                assertThat(read.stores()).containsExactly("store");
                assertThat(read.manifest("store")).contains(manifest);
                assertThat(read.stored()).containsExactly(new StoredPartition("store", 0, 5, OptionalLong.empty()));
                assertThat(get(read, 0, "a")).isEqualTo("a");
                assertThat(get(read, 0, "b")).isNull();
                assertThat(get(read, 1, "a")).isNull();
            }
        }
    }

    @Test
    void filesOfAStoreSayWhichPartitionsTheyTouch() {
        try (RocksBackend owner = openOwner()) {
            int store = owner.openStore("store");
            write(owner, store, 1, "a", 5);
            write(owner, store, 3, "a", 5);
        }
        try (ReadOnlyRocks read = open()) {
            List<StoreFile> files = read.files("store");
            assertThat(files).singleElement().satisfies(file -> {
                assertThat(file.bytes()).isPositive();
                assertThat(file.touches(0)).isFalse();
                assertThat(file.touches(1)).isTrue();
                assertThat(file.touches(3)).isTrue();
                assertThat(file.touches(4)).isFalse();
            });
        }
    }

    @Test
    void whatTheOwnerMergesAwayMeanwhileIsReadAsItWas() throws IOException {
        try (RocksBackend owner = KilledWriter.open(parent.resolve("state"), backends)) {
            int store = owner.openStore("store");
            for (int key = 0; key < 5_000; key++) {
                write(owner, store, 0, "key " + key, key);
            }
            owner.flush();
            try (ReadOnlyRocks read = open()) {
                List<String> files =
                        read.files("store").stream().map(StoreFile::name).toList();
                for (int round = 0; areThere(files); round++) {
                    for (int key = 0; key < 1_000; key++) {
                        write(owner, store, 0, "key " + key, 5_000 + round);
                    }
                    owner.flush();
                }
                int[] count = {0};
                try (StateBackend.Reader reader = read.newReader(0)) {
                    reader.scan(read.number("store"), (key, value) -> {
                        count[0]++;
                        return true;
                    });
                }
                assertThat(count[0]).isEqualTo(5_000);
                assertThat(read.stored().get(0).position()).isEqualTo(4_999);
            }
        }
    }

    @Test
    void besideAWriterAndAfterItsKillAllStoresAreOnePrefixAndTheDirectoryIsLeftAlone()
            throws IOException, InterruptedException {
        RocksKillTest.Fold fold = new RocksKillTest.Fold(0);
        Process writer = KilledWriter.start(parent.resolve("state"));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (int look = 0; look < LOOKS; look++) {
                for (int line = 0; line < LINES_PER_LOOK; line++) {
                    assertThat(lines.readLine()).as("the writer goes on").isNotNull();
                }
                check(fold);
            }
        } finally {
            writer.toHandle().destroyForcibly();
            writer.waitFor();
        }
        Map<Path, String> before = fingerprint();
        check(fold);
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void aMissingFileIsToldAndNotPassedOver() throws IOException {
        try (RocksBackend owner = openOwner()) {
            write(owner, owner.openStore("store"), 0, "a", 5);
        }
        for (Path file : files(".sst")) {
            Files.delete(file);
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageContaining("a file of it is missing; restore the directory, or move it away");
    }

    @Test
    void aDatabaseOfSomethingElseIsNoState() throws RocksDBException {
        String directory = parent.resolve("state").toString();
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB other = RocksDB.open(options, directory)) {
            assertThat(other.getName()).isEqualTo(directory);
        }
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_STATE));
    }

    /** But a length that points beyond the end: RocksDB takes it for a write that a power cut tore, and what stands before it as all there was. */
    @Test
    void aDamagedListOfFilesIsToldOrIsThatOfAnEarlierMoment() throws IOException {
        try (RocksBackend owner = openOwner()) {
            write(owner, owner.openStore("store"), 0, "a", 5);
            owner.flush();
            write(owner, owner.openStore("store"), 0, "b", 7);
        }
        Path manifest = files("MANIFEST-").get(0);
        byte[] whole = Files.readAllBytes(manifest);
        Map<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < whole.length; i += 3) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x55;
            Files.write(manifest, damaged);
            outcomes.merge(outcome(), 1, Integer::sum);
        }
        assertThat(outcomes.keySet()).isSubsetOf("CORRUPT", "NO_STATE", "", "5");
        assertThat(outcomes.get("CORRUPT")).isGreaterThan(whole.length / 3 * 8 / 10);
    }

    private String outcome() {
        try (ReadOnlyRocks read = open()) {
            return read.stored().stream()
                    .map(stored -> Long.toString(stored.position()))
                    .collect(Collectors.joining());
        } catch (StateException e) {
            return e.kind().name();
        }
    }

    private void check(RocksKillTest.Fold fold) {
        try (ReadOnlyRocks read = open()) {
            Map<String, Long> positions = new HashMap<>();
            read.stored().stream()
                    .filter(stored -> stored.partition() == 0)
                    .forEach(stored -> positions.put(stored.store(), stored.position()));
            if (positions.isEmpty()) {
                return; // nothing was flushed yet
            }
            assertThat(positions.keySet())
                    .containsExactlyInAnyOrderElementsOf(KilledWriter.STORES.stream()
                            .map(store -> store.name())
                            .toList());
            assertThat(Map.copyOf(positions).values().stream().distinct()).hasSize(1);
            fold.to(positions.values().iterator().next());
            for (int store = 0; store < KilledWriter.STORES.size(); store++) {
                String name = KilledWriter.STORES.get(store).name();
                Map<Long, String> content = content(read, name);
                assertThat(content.equals(fold.store(store)))
                        .as("store %s is the fold at %s", name, positions)
                        .isTrue();
            }
        }
    }

    private static Map<Long, String> content(ReadOnlyRocks read, String store) {
        Map<Long, String> content = new HashMap<>();
        try (StateBackend.Reader reader = read.newReader(0)) {
            reader.scan(read.number(store), (key, value) -> {
                content.put(key.getLong(0), value.toUtf8());
                return true;
            });
        }
        return content;
    }

    private ReadOnlyRocks open() {
        return ReadOnlyRocks.open(parent.resolve("state"), parent);
    }

    private RocksBackend openOwner() {
        return backends.open(parent);
    }

    private static void write(RocksBackend owner, int store, int partition, String text, long position) {
        owner.write(sink -> {
            sink.put(store, partition, BytesView.ofUtf8(text), BytesView.ofUtf8(text));
            sink.position(store, partition, position);
        });
    }

    private static String get(ReadOnlyRocks read, int partition, String key) {
        BytesWriter value = new BytesWriter();
        try (StateBackend.Reader reader = read.newReader(partition)) {
            boolean isThere = reader.get(read.number("store"), BytesView.ofUtf8(key), value);
            return isThere ? value.viewInto(new BytesView()).toUtf8() : null;
        }
    }

    private boolean areThere(List<String> names) {
        return names.stream()
                .anyMatch(name -> Files.exists(parent.resolve("state").resolve(name.replace("/", ""))));
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.list(parent.resolve("state"))) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .toList();
        }
    }

    /** Names, sizes and times of all that is in the directory. */
    private Map<Path, String> fingerprint() throws IOException {
        Map<Path, String> found = new HashMap<>();
        for (Path file : files("")) {
            found.put(file, Files.size(file) + " bytes of " + Files.getLastModifiedTime(file));
        }
        found.put(parent, Files.getLastModifiedTime(parent.resolve("state")).toString());
        return found;
    }
}
