package io.millrace.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.CommandHarness;
import io.millrace.log.Compression;
import io.millrace.log.CorruptionException;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCommandsTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final String SEGMENT = "orders-0/00000000000000000000.log";

    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @BeforeEach
    void fill() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults().withCompression(Compression.LZ4));
            for (int i = 0; i < 4; i++) {
                try (TransactionalProducer producer =
                        log.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
                    producer.begin();
                    producer.send(
                            ORDERS,
                            5,
                            BytesView.ofUtf8("key"),
                            BytesView.ofUtf8("order " + i),
                            List.of(Header.ofUtf8("from", "test")));
                    producer.sendOffsets(Map.of(ORDERS, (long) i), new GroupMetadata("readers", "", -1));
                    producer.flush();
                    if (i == 1) {
                        producer.abort();
                    } else {
                        producer.commit();
                    }
                }
            }
        }
    }

    private int run(String command, String... arguments) {
        return millrace.run(
                Stream.concat(Stream.of("log", command, "--data", directory.toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    @Test
    void aSoundLogIsDescribedAndVerified() {
        assertThat(run("describe")).isZero();
        assertThat(millrace.out())
                .contains("closed     cleanly")
                .containsPattern("orders-0 +0 +8 +[08] +1 ")
                .contains("__transaction_state-0");
        assertThat(run("describe", "--json")).isZero();
        assertThat(millrace.out()).contains("{\"partition\":\"orders-0\",\"start\":0,\"end\":8,\"recoveryPoint\":");
        assertThat(run("verify")).isZero();
        assertThat(millrace.messages()).contains("Nothing is wrong");
        assertThat(run("repair")).isZero();
        assertThat(millrace.messages()).contains("Nothing needs a repair.");
    }

    @Test
    void aMissingKeyOrValueIsNullForPrograms() {
        TopicPartition bare = new TopicPartition("bare", 0);
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("bare", 1, TopicSettings.defaults());
            try (var producer = log.producer()) {
                producer.send(bare, 5, null, BytesView.ofUtf8("none"), List.of());
                producer.send(bare, 5, BytesView.ofUtf8("none"), null, List.of());
            }
        }
        assertThat(run("dump", "bare-0", "--records", "--json")).isZero();
        assertThat(millrace.out())
                .contains("\"key\":null,\"value\":\"none\"")
                .contains("\"key\":\"none\",\"value\":null");
        assertThat(run("dump", "bare-0", "--records")).isZero();
        assertThat(millrace.out()).contains("key: none value: none");
    }

    @Test
    void whatCannotBeDumpedIsRefused() throws IOException {
        assertThat(run("dump", "orders-0", "--offsets=5..1")).isEqualTo(2);
        assertThat(millrace.messages()).contains("'5..1' is no range: it ends before it begins. Did you mean 1..5?");
        Path other = Files.createFile(directory.resolve("other"));
        assertThat(millrace.run("log", "dump", other.toString())).isEqualTo(2);
        assertThat(millrace.messages()).startsWith(other + " is no segment: its name is 20 digits and .log");
    }

    @Test
    void ofAPartitionWhoseDirectoryIsGoneAllIsLost() throws IOException {
        for (String partition : List.of("orders-0", "__consumer_offsets-0")) {
            try (Stream<Path> files = Files.list(directory.resolve(partition))) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory.resolve(partition));
        }
        assertThat(run("repair")).isEqualTo(4);
        assertThat(millrace.out())
                .contains("lost: all of it, 8 offsets at the most; nothing is left of them")
                .contains("lost: all of it, how many offsets is not known; nothing is left of them");
        assertThat(run("repair", "--execute")).isZero();
        assertThat(millrace.messages()).contains("no file is kept aside");
        assertThat(run("verify")).isZero();
    }

    @Test
    void damageIsFoundWithItsPriceAndNothingIsChangedUnasked() throws IOException {
        damage(SEGMENT, 200);
        Map<String, Long> before = sizes();

        assertThat(run("verify", "orders-0")).isEqualTo(1);
        assertThat(millrace.out()).contains(SEGMENT).contains("checksum");
        assertThat(run("verify", "__consumer_offsets-0")).isZero();
        assertThat(run("repair")).isEqualTo(4);
        assertThat(millrace.out())
                .contains("orders-0\n  " + SEGMENT + " at position")
                .contains("kept: offsets 0 to 2, exclusive")
                .contains("lost: 6 offsets at the most");
        assertThat(millrace.messages()).isEqualTo("Dry run: nothing was changed. With --execute it is done.\n");
        assertThat(sizes()).isEqualTo(before);
    }

    @Test
    void repairTakesOutWhatItSaidAndKeepsIt() throws IOException {
        damage(SEGMENT, 200);
        long size = Files.size(directory.resolve(SEGMENT));
        assertThat(run("repair", "--execute")).isZero();
        assertThat(millrace.messages())
                .startsWith("Repaired. What was taken out of the log is kept:\n  repair/")
                .contains("/orders-0/00000000000000000000.log.from-" + Files.size(directory.resolve(SEGMENT)) + ", ");

        assertThat(run("verify")).isZero();
        long kept = Files.size(directory.resolve(SEGMENT));
        try (Stream<Path> aside = Files.walk(directory.resolve("repair"))) {
            Path cut = aside.filter(Files::isRegularFile).findFirst().orElseThrow();
            assertThat(cut.getFileName().toString()).isEqualTo("00000000000000000000.log.from-" + kept);
            assertThat(Files.size(cut)).isEqualTo(size - kept);
        }
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            assertThat(log.admin().logStartOffset(ORDERS)).isZero();
        }
    }

    @Test
    void aPartitionWhoseEndWasNotForcedIsCleanAlsoOnceAnotherCommandHasLookedAtIt() throws IOException {
        assertThat(Files.readString(directory.resolve("clean-shutdown"))).contains("unforced 8 orders-0");
        for (int time = 0; time < 2; time++) {
            assertThat(run("describe")).isZero();
            assertThat(millrace.out())
                    .containsPattern("orders-0 +0 +8 +0 +1 .* clean\n")
                    .doesNotContain("unclean");
            // Opens the log to write, and forces nothing of its partitions.
            assertThat(millrace.run("topics", "alter", "orders", "--segment-age", "9d", "--data", directory.toString()))
                    .isZero();
        }
    }

    @Test
    void aPartitionThatDoesNotReachItsEndIsDescribedAsDamaged() throws IOException {
        try (FileChannel file = FileChannel.open(directory.resolve(SEGMENT), StandardOpenOption.WRITE)) {
            file.truncate(200);
        }
        assertThat(run("describe")).isZero();
        assertThat(millrace.out()).containsPattern("orders-0 .* damaged\n").contains(" clean\n");
        Files.delete(directory.resolve(SEGMENT));
        assertThat(run("describe")).isZero();
        assertThat(millrace.out()).containsPattern("orders-0 .* damaged\n");
    }

    /** A whole segment behind the end of a log that was closed, as a backup of another day leaves it. */
    @Test
    void aPartitionThatWasRefusedIsRefusedAgainAndShownAsDamagedUntilARepair() throws IOException {
        Path stray = directory.resolve("orders-0/00000000000000009999.log");
        Files.copy(directory.resolve(SEGMENT), stray);
        for (int time = 0; time < 2; time++) {
            try (EmbeddedLog log = EmbeddedLog.open(directory)) {
                assertThatThrownBy(() -> log.admin().logStartOffset(ORDERS))
                        .isInstanceOf(CorruptionException.class)
                        .hasMessageContaining("No record was removed");
            }
            assertThat(run("verify")).isEqualTo(1);
            assertThat(run("describe")).isZero();
            assertThat(millrace.out()).containsPattern("orders-0 .* damaged\n");
            assertThat(millrace.run("topics", "list", "--data", directory.toString()))
                    .isEqualTo(1);
            assertThat(millrace.out()).containsPattern("orders +[0-9]+ +- ");
            assertThat(millrace.messages()).contains("The log of orders-0 is damaged, and refused until a repair");
        }
        assertThat(stray).exists();
        assertThat(run("repair", "--execute")).isZero();
        assertThat(stray).doesNotExist();
        assertThat(millrace.messages()).contains("/orders-0/00000000000000009999.log");
        assertThat(run("verify")).isZero();
        assertThat(millrace.run("topics", "list", "--data", directory.toString()))
                .isZero();
    }

    @Test
    void theSizeOfATopicIsThatOfItsSegments() throws IOException {
        assertThat(millrace.run("topics", "list", "--json", "--data", directory.toString()))
                .isZero();
        String before = millrace.out();
        Files.write(directory.resolve("orders-0/copy.log"), new byte[1000]);
        Files.write(directory.resolve("orders-0/00000000000000009999.log"), new byte[1000]);
        assertThat(millrace.run("topics", "list", "--json", "--data", directory.toString()))
                .isZero();
        assertThat(millrace.out()).isEqualTo(before);
    }

    @Test
    void whatIsConsumedUpToDamageIsPrintedAndThenTheDamage() throws IOException {
        damage(SEGMENT, 200);
        assertThat(millrace.run("consume", "orders", "--data", directory.toString()))
                .isEqualTo(1);
        assertThat(millrace.out()).isEqualTo("order 0\n");
        assertThat(millrace.messages())
                .contains("The log of orders-0 is damaged: offset 2 is expected")
                .contains("everything below offset 8 was written for good")
                .contains("millrace log repair --data " + directory);
        assertThat(millrace.run("consume", "orders", "--data", directory.toString(), "--max", "1"))
                .isZero();
        assertThat(millrace.run("consume", "orders", "--data", directory.toString(), "--from", "end"))
                .isEqualTo(1);
    }

    @Test
    void theFilesOfTheDirectoryAreRepairedToo() throws IOException {
        Files.delete(directory.resolve("topics"));
        Files.writeString(directory.resolve("producer-ids"), "");
        assertThat(run("describe")).isEqualTo(1);
        assertThat(run("repair", "--json")).isEqualTo(4);
        assertThat(millrace.out()).contains("topics").contains("producer-ids");
        assertThat(run("repair")).isEqualTo(4);
        assertThat(millrace.out())
                .contains("__consumer_offsets (1 partition), __transaction_state (1 partition), orders (1 partition)\n")
                .doesNotContain("retention=");
        assertThat(run("repair", "--execute")).isZero();
        assertThat(millrace.messages()).contains("producer-ids, 0 B\n");
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            assertThat(log.admin().describeTopic("orders")).isPresent();
        }
        assertThat(run("verify")).isZero();
    }

    @Test
    void directoriesThatNoTopicKnowsAreNamedWithWhatToDo() throws IOException {
        Path topics = directory.resolve("topics");
        byte[] known = Files.readAllBytes(topics);
        assertThat(millrace.run("topics", "create", "late", "--data", directory.toString()))
                .isZero();
        assertThat(millrace.given("a\n").run("produce", "late", "--data", directory.toString()))
                .isZero();
        byte[] all = Files.readAllBytes(topics);
        Files.write(topics, known);

        assertThat(run("verify")).isEqualTo(1);
        assertThat(millrace.out()).containsPattern("late-0 .* it holds records, and no topic of this log knows it");
        assertThat(millrace.messages())
                .contains("put back the one that names the topic", "move the directory away")
                .doesNotContain("millrace log repair");
        assertThat(run("verify", "orders-0")).isZero();
        assertThat(run("repair", "--execute")).isZero();
        assertThat(millrace.out()).contains("late-0: it holds records").contains("repair: it is left as it is; if");
        assertThat(millrace.messages()).isEqualTo("Nothing else needs a repair.\n");
        Files.write(topics, all);
        assertThat(run("verify")).isZero();
    }

    @Test
    void batchesArePrinted() {
        assertThat(run("dump", "orders-0")).isZero();
        assertThat(millrace.out().lines()).hasSize(8);
        assertThat(millrace.out())
                .contains("baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: ")
                .contains("isTransactional: true isControl: true")
                .contains("marker: commit")
                .contains("marker: abort");
        assertThat(run("dump", "orders-0", "--offsets", "2..3")).isZero();
        assertThat(millrace.out().lines()).hasSize(2);
        assertThat(run("dump", "orders-0", "--offsets", "7")).isZero();
        assertThat(millrace.out().lines()).hasSize(1);
        assertThat(run("dump", "orders-0", "--offsets", "a..b")).isEqualTo(2);
        assertThat(run("dump", "nothing-0")).isEqualTo(2);
        assertThat(millrace.messages()).contains("There is no partition nothing-0");
    }

    @Test
    void recordsArePrintedAndThoseOfInternalTopicsInWords() {
        assertThat(run("dump", "orders-0", "--records", "--offsets", "..1")).isZero();
        assertThat(millrace.out()).contains("  offset: 0 timestamp: 5 key: key value: order 0 headers: from=test");
        assertThat(run("dump", "__consumer_offsets-0", "--records")).isZero();
        assertThat(millrace.out()).contains("says: group readers, orders-0: offset 3");
        assertThat(run("dump", "__transaction_state-0", "--records", "--json")).isZero();
        assertThat(millrace.out()).contains("\"says\":\"transactional id writer: ");
    }

    @Test
    void recordsArePrintedInTheFormatsThatTheyAreIn() {
        assertThat(run(
                        "dump",
                        "orders-0",
                        "--records",
                        "--offsets",
                        "..1",
                        "--key-format=hex",
                        "--value-format=hex",
                        "--json"))
                .isZero();
        assertThat(millrace.out()).contains("\"key\":\"6b6579\",\"value\":\"6f726465722030\"");
        assertThat(run("dump", "orders-0", "--records", "--value-format=int64")).isEqualTo(2);
        assertThat(millrace.messages())
                .startsWith("The record at offset 0 of orders-0 cannot be shown: its key or value has 7 bytes, and an"
                        + " int64 has 8. Choose another --key-format or --value-format");
    }

    @Test
    void aFileIsPrintedWithoutALogUpToItsDamage() throws IOException {
        Path file = directory.resolve(SEGMENT);
        assertThat(millrace.run("log", "dump", file.toString())).isZero();
        assertThat(millrace.out().lines()).hasSize(8);
        damage(SEGMENT, 200);
        assertThat(millrace.run("log", "dump", file.toString())).isEqualTo(1);
        List<String> lines = millrace.out().lines().toList();
        assertThat(lines).hasSize(8);
        assertThat(lines)
                .filteredOn(line -> line.contains("valid: false fault: "))
                .hasSize(1);
        assertThat(lines.get(lines.size() - 1)).startsWith("baseOffset: 7 ").contains("marker: commit");
        assertThat(millrace.run("log", "dump", directory.resolve("none.log").toString()))
                .isEqualTo(2);
    }

    @Test
    void whileTheLogIsOpenItIsReadAndNotRepaired() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().describeTopic("orders");
            assertThat(run("verify")).isZero();
            assertThat(run("describe")).isZero();
            assertThat(millrace.out()).contains("closed     no");
            assertThat(run("dump", "orders-0")).isZero();
            assertThat(run("repair")).isEqualTo(2);
            assertThat(millrace.messages()).contains("Another process has the log");
        }
    }

    @Test
    void noCommandIsAQuestion() {
        assertThat(millrace.run("log")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("Say what to do with a log");
    }

    private void damage(String file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(file));
        bytes[at] ^= 1;
        Files.write(directory.resolve(file), bytes);
    }

    private Map<String, Long> sizes() throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(directory.relativize(file).toString(), Files.size(file));
            }
        }
        return sizes;
    }
}
