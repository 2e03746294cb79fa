package io.millrace.cli.state;

import static io.millrace.cli.state.StateOnDisk.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Said;
import io.millrace.serde.BytesView;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.WindowSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateCommandsTest {
    private static final KeyValueSpec<String, Long> TOTALS =
            StoreSpec.keyValue("totals", Serdes.string(), Serdes.int64());
    private static final SortedSpec<Long, String> NAMES =
            StoreSpec.sorted("names", OrderedSerdes.int64(), Serdes.string());
    private static final KeyValueSpec<String, Timestamped<String>> SEEN =
            StoreSpec.timestamped("seen", Serdes.string(), Serdes.string());
    private static final WindowSpec<String, Long> WINDOWS =
            WindowSpec.tumbling("minutes", Serdes.string(), Serdes.int64(), Duration.ofMinutes(1), Duration.ofHours(1));
    private static final SessionSpec<String, Long> VISITS =
            SessionSpec.of("visits", Serdes.string(), Serdes.int64(), Duration.ofSeconds(1), Duration.ofHours(1));
    private static final VersionedSpec<String, String> PRICES =
            VersionedSpec.of("prices", Serdes.string(), Serdes.string(), Duration.ofHours(1));

    @TempDir
    private Path data;

    @Test
    void listSaysWhatThereIs() {
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        try (StateOnDisk state = new StateOnDisk(data, () -> now, TOTALS, WINDOWS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            state.change(1, WINDOWS, store -> store.put("a", 60_000, 5L));
        }
        Said said = run("list", "--data", data.toString(), "--json");
        assertThat(said.messages()).isEmpty();
        assertThat(said.status()).isZero();
        assertThat(said.lines()).hasSize(2);
        assertThat(said.lines().get(0))
                .startsWith("{\"application\":[\"shop\"],\"store\":\"minutes\",\"kind\":\"windows of 60000 ms\","
                        + "\"key\":\"utf8\",\"value\":\"int64\",\"partition\":1,\"position\":2,\"size\":")
                .contains(",\"used\":" + now.toEpochMilli() + ",\"retired\":false,");
        assertThat(said.lines().get(1)).contains("\"store\":\"totals\",\"kind\":\"key-value\"", "\"partition\":0");
        assertThat(run("list", "--data", data.toString()).lines().get(0))
                .startsWith("APPLICATION  STORE    KIND")
                .contains("POSITION", "RETIRED");
    }

    @Test
    void aPartitionThatNobodyHadForHalfADayIsRetired() {
        Instant[] now = {Instant.parse("2026-11-21T00:00:00Z")};
        try (StateOnDisk state = new StateOnDisk(data, () -> now[0], TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            state.change(1, TOTALS, store -> store.put("a", 5L));
            state.flush();
            now[0] = Instant.parse("2026-11-21T12:00:01Z");
            state.change(0, TOTALS, store -> store.put("b", 5L));
            state.flush();
            assertThat(run("list", "--data", data.toString(), "--json").lines())
                    .satisfiesExactly(
                            used -> assertThat(used).contains("\"partition\":0", "\"retired\":false"),
                            kept -> assertThat(kept).contains("\"partition\":1", "\"retired\":true"));
        }
    }

    @Test
    void aStoreOfWhichNothingIsWrittenIsListedWithoutPartitions() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            assertThat(state.log().logId()).isNotEmpty();
        }
        assertThat(run("list", "--data", data.toString(), "--json").lines())
                .singleElement()
                .asString()
                .contains("\"store\":\"totals\"", "\"partition\":null,\"position\":null");
        assertThat(run("scan", "totals", "--data", data.toString()).messages()).isEqualTo("0 entries.\n");
    }

    @Test
    void getFindsAKeyWhereverItIs() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS, NAMES, SEEN)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            state.change(1, TOTALS, store -> store.put("a", -6L));
            state.change(0, NAMES, store -> store.put(-7L, "minus seven"));
            state.change(0, SEEN, store -> store.put("a", new Timestamped<>("here", 60_000)));
        }
        String at = data.toString();
        assertThat(run("get", "totals", "a", "--data", at).out()).isEqualTo("0\ta\t5\n1\ta\t-6\n");
        assertThat(run("get", "totals", "a", "-p", "1", "--data", at).out()).isEqualTo("1\ta\t-6\n");
        assertThat(run("get", "totals", "a", "--json", "-p", "1", "--data", at).out())
                .isEqualTo("{\"partition\":1,\"key\":\"a\",\"value\":-6}\n");
        assertThat(run("get", "totals", "61", "--key-format", "hex", "--value-format", "hex", "-p", "0", "--data", at)
                        .out())
                .isEqualTo("0\t61\t0000000000000005\n");
        assertThat(run("get", "names", "-7", "--data", at).out()).isEqualTo("0\t-7\tminus seven\n");
        assertThat(run("get", "seen", "a", "--data", at).out())
                .isEqualTo("0\ta\ttimestamp=1970-01-01T00:01:00.000Z\there\n");
        assertThat(run("get", "seen", "61", "--raw", "--data", at).out())
                .isEqualTo("0\t61\t000000000000ea6068657265\n");

        Said none = run("get", "totals", "b", "--data", at);
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.messages()).startsWith("Store totals has nothing of this key");
        Said noKey = run("get", "names", "seven", "--data", at);
        assertThat(noKey.status()).isEqualTo(2);
        assertThat(noKey.messages())
                .isEqualTo("KEY: 'seven' is not a whole number of 64 bits. Choose another --key-format.\n");
    }

    @Test
    void windowsSessionsAndVersionsAreShownWithTheirTimes() {
        try (StateOnDisk state = new StateOnDisk(data, WINDOWS, VISITS, PRICES)) {
            state.change(0, WINDOWS, store -> {
                store.put("a", 60_000, 1L);
                store.put("b", 60_000, 2L);
                store.put("a", 120_000, 3L);
            });
            state.change(0, VISITS, store -> {
                store.put(new Session<>("a", 1_000, 2_000), 1L);
                store.put(new Session<>("a", 5_000, 6_000), 2L);
            });
            state.change(0, PRICES, store -> {
                store.put("a", "one", 1_000);
                store.put("a", "two", 2_000);
                store.delete("b", 3_000);
            });
        }
        String at = data.toString();
        assertThat(run("get", "minutes", "a", "--data", at).lines())
                .containsExactly(
                        "0\ta\tstart=1970-01-01T00:01:00.000Z\tend=1970-01-01T00:02:00.000Z\t1",
                        "0\ta\tstart=1970-01-01T00:02:00.000Z\tend=1970-01-01T00:03:00.000Z\t3");
        assertThat(run("get", "visits", "a", "--data", at, "--json").lines())
                .containsExactly(
                        "{\"partition\":0,\"key\":\"a\",\"start\":1000,\"end\":2000,\"value\":1}",
                        "{\"partition\":0,\"key\":\"a\",\"start\":5000,\"end\":6000,\"value\":2}");
        assertThat(run("scan", "prices", "--data", at, "--json").lines())
                .containsExactlyInAnyOrder(
                        "{\"partition\":0,\"key\":\"a\",\"from\":1000,\"to\":2000,\"value\":\"one\"}",
                        "{\"partition\":0,\"key\":\"a\",\"from\":2000,\"value\":\"two\"}",
                        "{\"partition\":0,\"key\":\"b\",\"deleted\":3000,\"value\":null}");
        assertThat(run("scan", "minutes", "--from", "b", "--data", at).lines())
                .containsExactly("0\tb\tstart=1970-01-01T00:01:00.000Z\tend=1970-01-01T00:02:00.000Z\t2");
        // With --raw also what the store keeps for itself: stream time.
        assertThat(run("scan", "minutes", "--raw", "--data", at).lines()).hasSize(4);
    }

    @Test
    void scanTakesRangesPrefixesDirectionsAndBounds() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS, NAMES)) {
            for (String key : List.of("a", "ab", "b", "ba")) {
                state.change(0, TOTALS, store -> store.put(key, 1L));
            }
            state.change(1, TOTALS, store -> store.put("ac", 2L));
            for (long key = -2; key <= 2; key++) {
                long number = key;
                state.change(0, NAMES, store -> store.put(number, "n"));
            }
        }
        assertThat(keys("totals")).containsExactly("0 a", "0 ab", "0 b", "0 ba", "1 ac");
        assertThat(keys("totals", "--prefix", "a")).containsExactly("0 a", "0 ab", "1 ac");
        assertThat(keys("totals", "--from", "ab", "--to", "ba")).containsExactly("0 ab", "0 b", "1 ac");
        assertThat(keys("totals", "--reverse", "--partition", "0")).containsExactly("0 ba", "0 b", "0 ab", "0 a");
        assertThat(keys("totals", "--reverse", "--max", "2")).containsExactly("0 ba", "0 b");
        assertThat(keys("names", "--from", "-1", "--to", "2")).containsExactly("0 -1", "0 0", "0 1");

        assertThat(run("scan", "totals", "--prefix", "a", "--from", "b", "--data", data.toString())
                        .messages())
                .startsWith("--prefix excludes --from and --to.");
    }

    @Test
    void statsSaysHowMuchAndHowFarBehind() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            for (int key = 0; key < 1_000; key++) {
                String name = "key " + key;
                state.change(0, TOTALS, store -> store.put(name, 1L));
            }
            state.flush();
            state.record(0, TOTALS, "later", "value");
            String line =
                    run("stats", "--data", data.toString(), "--json").lines().get(0);
            assertThat(line)
                    .startsWith(
                            "{\"application\":[\"shop\"],\"store\":\"totals\",\"partition\":0,\"entries\":1000,\"bytes\":")
                    .contains("\"files\":1,\"levels\":[\"0:1\"],\"position\":1999,\"stable\":2002,\"lag\":3,\"idle\":");
        }
    }

    @Test
    void statsOfWhatIsNotWrittenYetSaysWhy() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            Said said = run("stats", "--data", data.toString());
            assertThat(said.status()).isZero();
            assertThat(said.lines()).singleElement().asString().startsWith("APPLICATION");
            assertThat(said.messages()).startsWith("No partition of a store is on the disk yet");
            assertThat(run("verify", "--data", data.toString()).messages()).startsWith("There was nothing to compare");
        }
    }

    @Test
    void rawExcludesFormats() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
        }
        String at = data.toString();
        refused(
                "--raw excludes --key-format: with it, keys and values are in hex.",
                "get",
                "totals",
                "a",
                "--raw",
                "--key-format",
                "string",
                "--data",
                at);
        refused(
                "--raw excludes --value-format: with it, keys and values are in hex.",
                "scan",
                "totals",
                "--raw",
                "--value-format",
                "string",
                "--data",
                at);
        refused(
                "KEY: 'a' has an odd number of hexadecimal digits. With --raw a key is typed in hex.",
                "get",
                "totals",
                "a",
                "--raw",
                "--data",
                at);
    }

    @Test
    void aDamagedStateHidesNoOther() throws IOException {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
        }
        Path damaged = Files.createDirectory(data.resolve("state-b"));
        Files.writeString(damaged.resolve("CURRENT"), "MANIFEST-000005\n");
        Files.createFile(damaged.resolve("LOCK"));
        for (String command : List.of("list", "stats", "verify")) {
            Said said = run(command, "--data", data.toString(), "--json");
            assertThat(said.status()).as(command).isEqualTo(1);
            assertThat(said.out()).contains("\"store\":\"totals\"");
            assertThat(said.messages()).contains("Cannot read state in " + damaged);
        }
        assertThat(run("get", "totals", "a", "--data", data.toString()).out()).isEqualTo("0\ta\t5\n");
        assertThat(run("get", "other", "a", "--data", data.toString()).messages())
                .startsWith("Cannot read state in " + damaged);
    }

    @Test
    void whatWasMovedAwayAsDamagedIsPassedOver() throws IOException {
        for (String name : List.of("state.damaged", "state")) {
            try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
                state.change(0, TOTALS, store -> store.put("a", 5L));
            }
            if (!name.equals("state")) {
                Files.move(data.resolve("state"), data.resolve(name));
                Files.move(data.resolve("log"), data.resolve("old-log"));
            }
        }
        Path away = data.resolve("state.damaged");
        String at = data.toString();
        assertThat(run("get", "totals", "a", "--data", at).out()).isEqualTo("0\ta\t5\n");
        for (String command : List.of("list", "stats", "verify")) {
            Said said = run(command, "--data", at, "--json");
            assertThat(said.status()).as(said.toString()).isZero();
            assertThat(said.lines()).hasSize(1);
            assertThat(said.messages()).containsOnlyOnce("Passed over " + away);
        }
        assertThat(run("list", "--data", at, "--state", away.toString(), "--json")
                        .lines())
                .hasSize(1);
    }

    @Test
    void stateOfAnotherLogIsSaidToBeThat() {
        try (StateOnDisk state = new StateOnDisk(data.resolve("a"), TOTALS);
                StateOnDisk other = new StateOnDisk(data.resolve("b"), TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            state.flush();
            String log = data.resolve("b").toString();
            String at = data.resolve("a").resolve("state").toString();
            for (List<String> command : List.of(
                    List.of("list"), List.of("stats"), List.of("get", "totals", "a"), List.of("scan", "totals"))) {
                List<String> all = new ArrayList<>(command);
                all.addAll(List.of("--data", log, "--state", at));
                Said said = run(all.toArray(String[]::new));
                assertThat(said.status()).isZero();
                assertThat(said.messages())
                        .containsOnlyOnce("The state in " + at + " belongs to log "
                                + state.log().logId() + ", and this is log "
                                + other.log().logId());
            }
        }
    }

    @Test
    void stateAheadOfItsLogIsShownAndSaid() {
        String logId;
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            logId = state.log().logId();
        }
        try (RocksBackend backend = StateOnDisk.openBackend(data, logId)) {
            int store = backend.openStore("totals");
            backend.write(sink -> sink.position(store, 0, 12));
        }
        Said said = run("stats", "--data", data.toString(), "--json");
        assertThat(said.status()).isEqualTo(1);
        assertThat(said.out()).contains("\"position\":12,\"stable\":2,\"lag\":-10,");
        assertThat(said.messages())
                .startsWith(
                        "Store totals, partition 0, in " + data.resolve("state") + " is 10 offsets ahead of its log");
    }

    @Test
    void nothingOfTheOwnersChangesAndNoTraceIsLeft() throws IOException {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
            state.flush();
            state.change(0, TOTALS, store -> store.put("b", 6L));
            Map<Path, String> before = fingerprint();
            Path scratch = Files.createDirectory(data.resolve("scratch"));
            assertThat(run("list", "--data", data.toString()).status()).isZero();
            assertThat(run("get", "totals", "a", "--data", data.toString()).status())
                    .isZero();
            // Committed, and still in the owner's memory.
            assertThat(run("get", "totals", "b", "--data", data.toString()).status())
                    .isEqualTo(1);
            assertThat(run("stats", "--data", data.toString()).status()).isZero();
            Said verified = run("verify", "--data", data.toString(), "--scratch", scratch.toString(), "--json");
            assertThat(verified.status()).as(verified.toString()).isZero();
            assertThat(scratch).isEmptyDirectory();
            Files.delete(scratch);
            assertThat(fingerprint()).isEqualTo(before);
        }
    }

    @Test
    void whatIsNotThereIsSaidInALineWithStatus2() throws IOException {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(1, TOTALS, store -> store.put("a", 5L));
        }
        String at = data.toString();
        refused("There is no store total. 'millrace state list' says which there are.", "scan", "total", "--data", at);
        refused(
                "Store totals has partitions [1] in " + data.resolve("state") + ", not 0.",
                "scan",
                "totals",
                "--partition",
                "0",
                "--data",
                at);
        refused(
                "There is no directory " + at + "/none. Name that of a log with --data.",
                "list",
                "--data",
                at + "/none");
        refused(
                "There is no state in " + at
                        + "/log: it has no database of RocksDB. Name another directory with --state.",
                "list",
                "--state",
                at + "/log");
        refused(at + "/state is the directory of a state: name it with --state.", "list", "--data", at + "/state");
        refused(
                "No application bank has state here. 'millrace state list' says which ones have.",
                "list",
                "--application",
                "bank",
                "--data",
                at);
        refused(
                "There is no directory " + at + "/none. Name one that exists with --scratch.",
                "verify",
                "--scratch",
                at + "/none",
                "--data",
                at);
        refused(
                "Say where the log is that this state follows: with --data DIR, besides --state.",
                "verify",
                "--state",
                at + "/state");
        assertThat(run("get", "totals", "a", "--state", at + "/state").out()).isEqualTo("1\ta\t5\n");
        Path lonely = data.resolve("other");
        try (StateOnDisk other = new StateOnDisk(lonely)) {
            assertThat(other.log().logId()).isNotEmpty();
        }
        assertThat(run("verify", "--state", at + "/state", "--data", lonely.toString())
                        .messages())
                .startsWith("The state in " + at + "/state belongs to log ")
                .endsWith("Name the directory of its log with --data, and with --state its own.\n");
    }

    @Test
    void aNewerFormatIsListedAndItsEntriesShownOnlyRaw() {
        String logId;
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            logId = state.log().logId();
        }
        try (RocksBackend backend = StateOnDisk.openBackend(data, logId)) {
            int store = backend.openStore("heap");
            backend.pin(
                    store, StoreManifest.of("key-value", 7).with("key", "utf8").with("value", "utf8"));
            backend.write(sink -> {
                sink.put(store, 0, BytesView.ofUtf8("a"), BytesView.ofUtf8("b"));
                sink.position(store, 0, 1);
            });
        }
        assertThat(run("list", "--data", data.toString()).out()).contains("key-value, format 7 (unknown)");
        refused(
                "Store heap holds key-value in format 7, which this version does not know. Use the version that wrote it, or a"
                        + " newer one; with --raw its bytes are shown.",
                "scan",
                "heap",
                "--data",
                data.toString());
        assertThat(run("scan", "heap", "--raw", "--data", data.toString()).out())
                .isEqualTo("0\t61\t62\n");
    }

    @Test
    void damagedFilesAreToldInALineWithStatus1() throws IOException {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
        }
        try (Stream<Path> files = Files.list(data.resolve("state"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".sst")).toList()) {
                Files.delete(file);
            }
        }
        for (String command : List.of("list", "stats", "verify")) {
            Said said = run(command, "--data", data.toString());
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.messages().lines())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "Cannot read state in " + data.resolve("state") + ": a file of it is missing; restore the"
                                    + " directory, or move it away to have it rebuilt from the log");
        }
    }

    @Test
    void stateThatHasLostItsMainFileIsDamagedAndNotNone() throws IOException {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
        }
        Files.delete(data.resolve("state").resolve("CURRENT"));
        for (String command : List.of("list", "verify")) {
            Said said = run(command, "--data", data.toString());
            assertThat(said.messages()).startsWith("Cannot read state in " + data.resolve("state") + ": ");
            assertThat(said.status()).isEqualTo(1);
        }
    }

    @Test
    void anEntryIsALineWhateverIsInIt() {
        try (StateOnDisk state = new StateOnDisk(data, SEEN)) {
            state.change(0, SEEN, store -> store.put("a\tb\\", new Timestamped<>("one\ntwo\u001b[31mé", 1)));
        }
        assertThat(run("scan", "seen", "--data", data.toString()).lines())
                .singleElement()
                .asString()
                .startsWith("0\ta\\tb\\\\\ttimestamp=")
                .endsWith("\tone\\ntwo\\x1b[31mé");
    }

    @Test
    void bytesThatAreNoJsonAskForAnotherFormat() {
        try (StateOnDisk state = new StateOnDisk(data, TOTALS)) {
            state.change(0, TOTALS, store -> store.put("a", 5L));
        }
        refused(
                "An entry of store totals, partition 0, cannot be shown: ",
                "scan",
                "totals",
                "--value-format",
                "json",
                "--data",
                data.toString());
    }

    private List<String> keys(String store, String... options) {
        List<String> arguments = new ArrayList<>(List.of("scan", store, "--data", data.toString()));
        arguments.addAll(List.of(options));
        Said said = run(arguments.toArray(new String[0]));
        assertThat(said.status()).as(said.toString()).isZero();
        return said.lines().stream()
                .map(line -> line.split("\t"))
                .map(fields -> fields[0] + " " + fields[1])
                .toList();
    }

    private static void refused(String message, String... arguments) {
        Said said = run(arguments);
        assertThat(said.messages()).startsWith(message);
        assertThat(said.status()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
    }

    private Map<Path, String> fingerprint() throws IOException {
        Map<Path, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                boolean isState = file.startsWith(data.resolve("state")) || Files.isDirectory(file);
                if (!file.equals(data)) {
                    found.put(
                            file,
                            isState ? Files.size(file) + " bytes of " + Files.getLastModifiedTime(file) : "of the log");
                }
            }
        }
        return found;
    }
}
