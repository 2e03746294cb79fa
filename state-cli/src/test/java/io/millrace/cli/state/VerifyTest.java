package io.millrace.cli.state;

import static io.millrace.cli.state.StateOnDisk.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Said;
import io.millrace.dsl.plan.Changelog;
import io.millrace.log.Isolation;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
    private static final KeyValueSpec<String, String> NAMES =
            StoreSpec.keyValue("names", Serdes.string(), Serdes.string());
    private static final SessionSpec<String, String> VISITS =
            SessionSpec.of("visits", Serdes.string(), Serdes.string(), Duration.ofMillis(10), Duration.ofMillis(500));
    private static final int KEYS = 300;

    @TempDir
    private Path data;

    @Test
    void stateOfEveryKindThatFollowedItsChangelogIsTheSame() {
        fill();
        Said said = verify();
        assertThat(said.status()).as(said.toString()).isZero();
        assertThat(said.messages()).isEqualTo("Nothing is wrong with 4 partitions.\n");
        assertThat(said.out())
                .contains("\"differences\":0,\"unjudged\":0,\"result\":\"the same\"")
                .doesNotContain("\"entries\":0");
    }

    @Test
    void aFlippedValueIsFound() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("fixed"), utf8("flipped")));
        found("other value", "fixed", "\"flipped\"", "\"value\"");
    }

    @Test
    void aMissingKeyIsFound() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.delete(store, 0, utf8("fixed")));
        found("missing", "fixed", "null", "\"value\"");
    }

    @Test
    void aSurplusKeyIsFound() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("more"), utf8("value")));
        found("surplus", "more", "\"value\"", "null");
    }

    @Test
    void aDeletedKeyThatIsStillThereIsFound() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("deleted"), utf8("value")));
        found("surplus", "deleted", "\"value\"", "null");
    }

    @Test
    void aPositionThatIsTooSmallIsFound() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.position(store, 0, 1));
        Said said = verify("names", "-p", "0");
        assertThat(said.status()).isEqualTo(1);
        // Newer values of keys that the first record is not of are surplus, but for those that were changed later: the
        // first record's key tells, whose value was replaced.
        assertThat(said.out()).contains("\"position\":1,").contains("\"difference\":\"other value\",\"key\":\"first\"");
    }

    @Test
    void aPositionThatIsTooGreatIsFound() {
        long[] end = {0};
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
            state.flush();
            state.record(0, NAMES, "a", "new");
            end[0] = state.log().admin().endOffset(StateOnDisk.changelog(NAMES, 0), Isolation.READ_COMMITTED);
        }
        assertThat(verify().status()).isZero();
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.position(store, 0, end[0]));
        found("other value", "a", "\"old\"", "\"new\"");
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.position(store, 0, end[0] + 1));
        Said said = verify();
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.out()).contains("\"result\":\"beyond the end of its changelog\"");
    }

    @Test
    void entriesWithoutAPositionAreFound() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
        }
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 1, utf8("a"), utf8("value")));
        Said said = verify();
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.out()).contains("\"partition\":1,\"position\":null", "has entries and no position");
    }

    @Test
    void partitionsThatOnlyTheStateHasAreFound() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
        }
        StateOnDisk.tamper(data, "names", (store, sink) -> {
            sink.put(store, 7, utf8("a"), utf8("value"));
            sink.put(store, 9, utf8("a"), utf8("value"));
            sink.position(store, 9, 1);
        });
        Said said = verify();
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.lines())
                .satisfiesExactly(
                        right -> assertThat(right).contains("\"partition\":0,", "\"result\":\"the same\""),
                        without -> assertThat(without)
                                .contains("\"partition\":7,\"position\":null", "has entries and no position"),
                        beyond -> assertThat(beyond)
                                .contains("\"partition\":9,\"position\":1", "it has no changelog in this log"));
        assertThat(verify("-p", "7").lines()).hasSize(1);
        assertThat(verify("-p", "8").messages()).startsWith("Store names has partitions [0, 7, 9] in ");
    }

    @Test
    void damageOfOneStoreHidesNoVerdictOnOthers() throws IOException {
        fill();
        Path largest;
        try (Stream<Path> files = Files.list(data.resolve("state"))) {
            largest = files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        for (int i = 0; i < 64; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(largest, bytes);

        Said said = verify();
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.lines()).hasSize(4);
        assertThat(said.out()).contains("\"result\":\"damaged\"", "\"result\":\"the same\"");
        assertThat(said.messages())
                .contains(": Cannot scan state in " + data.resolve("state") + ": its bytes are not what was written")
                .containsPattern("Store (names|visits), partition [01]: Cannot")
                .contains("not what the changelog says. End the application");
    }

    @Test
    void aStoreWithoutAChangelogHidesNoVerdictOnOthers() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> {});
        try (EmbeddedLog log = EmbeddedLog.open(data.resolve("log"))) {
            log.admin().deleteTopic(Changelog.topic(StateOnDisk.APPLICATION, "visits"));
        }
        Said said = verify();
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.out()).contains("\"result\":\"the same\"", "it has no changelog in this log");
        assertThat(said.messages()).contains("2 of 4 partitions were not compared.");
    }

    @Test
    void keysOfDifferencesAreWhatGetPrints() {
        SortedSpec<Long, Long> numbers = StoreSpec.sorted("numbers", OrderedSerdes.int64(), Serdes.int64());
        try (StateOnDisk state = new StateOnDisk(data, numbers)) {
            state.change(0, numbers, store -> store.put(-7L, 5L));
        }
        StateOnDisk.tamper(data, "numbers", (store, sink) -> {
            BytesWriter key = new BytesWriter();
            OrderedSerdes.int64().write(-7L, key);
            sink.put(store, 0, key.viewInto(new BytesView()), utf8("12345678"));
            sink.put(store, 0, utf8("odd"), utf8("odd"));
        });
        assertThat(run("get", "numbers", "-7", "--json", "--data", data.toString())
                        .out())
                .contains("\"key\":-7,");
        assertThat(verify().out())
                .contains("\"difference\":\"other value\",\"key\":-7,\"state\":3544952156018063160,\"changelog\":5}")
                .contains("\"key\":\"6f6464\",\"state\":\"6f6464\",\"changelog\":null}");
    }

    @Test
    void aSnapshotBesideTheStateIsPassedOverUnlessItIsNamed() {
        String logId;
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
            logId = state.log().logId();
        }
        Path snapshot = data.resolve("snapshot");
        try (RocksBackend backend = StateOnDisk.openBackend(data, logId)) {
            backend.snapshot(snapshot);
        }
        Said said = verify();
        assertThat(said.status()).as(said.toString()).isZero();
        assertThat(said.lines()).hasSize(1);
        assertThat(said.messages()).containsOnlyOnce("Passed over " + snapshot + ": snapshots, copies");
        Said got = run("get", "names", "a", "--data", data.toString());
        assertThat(got.out()).isEqualTo("0\ta\told\n");
        assertThat(got.messages()).isEmpty();
        assertThat(run("get", "names", "b", "--data", data.toString()).messages())
                .startsWith("Passed over " + snapshot);

        Said named = verify("--state", snapshot.toString());
        assertThat(named.status()).as(named.toString()).isZero();
        assertThat(named.out()).contains(snapshot.toString());
        assertThat(named.messages()).isEqualTo("Nothing is wrong with 1 partition.\n");
    }

    @Test
    void aDifferenceInABookkeepingEntryIsFound() {
        fill();
        StateOnDisk.tamper(data, "visits", (store, sink) -> sink.delete(store, 0, BytesView.of(new byte[] {0})));
        Said said = verify("visits", "--key-format", "hex");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.out()).contains("\"difference\":\"missing\",\"key\":\"00\"");
    }

    @Test
    void allDifferencesAreCountedAndTheFirstOnesPrinted() {
        fill();
        StateOnDisk.tamper(data, "names", (store, sink) -> {
            for (int i = 0; i < 25; i++) {
                sink.put(store, 0, utf8("more " + i), utf8("value"));
            }
        });
        Said said = verify("names", "-p", "0", "--max", "3");
        assertThat(said.lines()).hasSize(4);
        assertThat(said.lines().get(0)).contains("\"differences\":25");
        assertThat(said.messages()).startsWith("1 of 1 partition is not what the changelog says. End the application");
    }

    @Test
    void moreThanAPageOfEntriesIsCompared() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            for (int i = 0; i < 20; i++) {
                int base = i * 1_000;
                state.change(0, NAMES, store -> {
                    for (int key = base; key < base + 1_000; key++) {
                        store.put("key " + key, "value " + key);
                    }
                });
            }
        }
        assertThat(verify().out()).contains("\"entries\":20000,\"differences\":0");
        StateOnDisk.tamper(data, "names", (store, sink) -> {
            sink.put(store, 0, utf8("key 19999"), utf8("flipped"));
            sink.delete(store, 0, utf8("key 5"));
        });
        assertThat(verify().out()).contains("\"entries\":19999,\"differences\":2");
    }

    /** As after a compaction: of a key that was changed behind the position, the changelog has the later record alone. */
    @Test
    void whatWasReplacedBehindThePositionIsNotJudgedAndWhatWasNotIs() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
            state.flush();
            state.record(0, NAMES, "replaced", "new");
        }
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("replaced"), utf8("old")));
        Said said = verify();
        assertThat(said.status()).as(said.toString()).isZero();
        assertThat(said.out()).contains("\"entries\":2,\"differences\":0,\"unjudged\":1");
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("surplus"), utf8("old")));
        found("surplus", "surplus", "\"old\"", "null");
    }

    @Test
    void aChangelogThatMayHaveForgottenDeletionsMakesNoSurplus() {
        Instant longAgo = Instant.parse("2020-01-01T00:00:00Z");
        try (StateOnDisk state = new StateOnDisk(data, () -> longAgo, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
            state.flush();
            state.record(0, NAMES, "other", "new");
        }
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("deleted since"), utf8("old")));
        Said said = verify();
        assertThat(said.status()).as(said.toString()).isZero();
        assertThat(said.out()).contains("\"unjudged\":1");
        // What the changelog does have is judged all the same.
        StateOnDisk.tamper(data, "names", (store, sink) -> sink.put(store, 0, utf8("a"), utf8("flipped")));
        found("other value", "a", "\"flipped\"", "\"old\"");
    }

    @Test
    void besideAnOwnerThatGoesOnEveryLookIsTheSame() throws InterruptedException {
        try (StateOnDisk state = new StateOnDisk(data, NAMES, VISITS)) {
            AtomicBoolean isOver = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread owner = new Thread(() -> {
                try {
                    Random random = new Random(20261121);
                    for (int i = 0; !isOver.get(); i++) {
                        change(state, random, i);
                        if (i % 50 == 0) {
                            state.flush();
                        }
                    }
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
            owner.start();
            try {
                for (int look = 0; look < 10; look++) {
                    Said said = verify();
                    assertThat(said.status()).as(said.toString()).isZero();
                }
            } finally {
                isOver.set(true);
                owner.join();
            }
            assertThat(failure.get()).isNull();
        }
        assertThat(verify().status()).isZero();
    }

    @Test
    void whatWasAbortedIsNoPartOfTheState() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "value"));
            state.abortedRecord(0, NAMES, "a", "aborted");
            state.abortedRecord(0, NAMES, "b", "aborted");
            state.change(0, NAMES, store -> store.put("c", "value"));
        }
        assertThat(verify().out()).contains("\"entries\":2,\"differences\":0,\"unjudged\":0");
    }

    @Test
    void afterTheOwnersKillTheStateIsTheSameAsFarAsItWent() throws IOException, InterruptedException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        KilledOwner.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
            for (int round = 0; round < 5; round++) {
                assertThat(lines.readLine()).as("the owner goes on").isNotNull();
                Said beside = verify();
                assertThat(beside.status()).as(beside.toString()).isZero();
            }
        } finally {
            owner.toHandle().destroyForcibly();
            owner.waitFor();
        }
        Said after = verify();
        assertThat(after.status()).as(after.toString()).isZero();
        assertThat(after.out()).doesNotContain("\"entries\":0,");
        assertThat(run("stats", "--data", data.toString()).status()).isZero();
    }

    /** A process that changes state for ever, until it is killed or whoever started it has died. */
    static final class KilledOwner {
        private static final int CHANGES_PER_ROUND = 100;

        private KilledOwner() {}

        public static void main(String[] arguments) {
            // Never closed: a kill closes nothing.
            StateOnDisk state = new StateOnDisk(Path.of(arguments[0]), NAMES, VISITS);
            Random random = new Random(20261121);
            for (int i = 0; !System.out.checkError(); i++) {
                change(state, random, i);
                if (i % CHANGES_PER_ROUND == CHANGES_PER_ROUND - 1) {
                    state.flush();
                    System.out.println(i);
                }
            }
        }
    }

    private void fill() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES, VISITS)) {
            state.change(0, NAMES, store -> store.put("first", "old"));
            Random random = new Random(20261121);
            for (int i = 0; i < 200; i++) {
                change(state, random, i);
            }
            state.change(0, NAMES, store -> {
                store.put("fixed", "value");
                store.put("deleted", "value");
                store.put("first", "new");
            });
            state.change(0, NAMES, store -> store.delete("deleted"));
        }
    }

    private static void change(StateOnDisk state, Random random, int number) {
        int partition = random.nextInt(StateOnDisk.PARTITIONS);
        String key = "key " + random.nextInt(KEYS);
        if (random.nextInt(3) == 0) {
            state.change(
                    partition, VISITS, store -> store.put(new Session<>(key, number, number + 5), "visit " + number));
        } else if (random.nextInt(4) == 0) {
            state.change(partition, NAMES, store -> store.delete(key));
        } else {
            state.change(partition, NAMES, store -> store.put(key, "value " + number));
        }
    }

    private void found(String what, String key, String inState, String inChangelog) {
        Said said = verify();
        assertThat(said.status()).as(said.toString()).isEqualTo(1);
        assertThat(said.out())
                .contains("\"differences\":1,")
                .contains("{\"store\":\"names\",\"partition\":0,\"difference\":\"" + what + "\",\"key\":\"" + key
                        + "\",\"state\":" + inState + ",\"changelog\":" + inChangelog + "}");
    }

    private Said verify(String... options) {
        List<String> arguments = new ArrayList<>(List.of("verify", "--json", "--data", data.toString()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(new String[0]));
    }

    private static BytesView utf8(String text) {
        return BytesView.ofUtf8(text);
    }
}
