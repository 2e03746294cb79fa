package io.millrace.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandHarness;
import io.millrace.log.Compression;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.LogAdmin;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.TopicSettings.Cleanup;
import io.millrace.log.TopicSettings.TimestampType;
import io.millrace.serde.BytesView;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsCommandTest {
    private static final int NOT_DONE = 4;

    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @Test
    void aSettingWithoutEffectIsTold() {
        assertThat(topics("create", "a", "--cleanup=compact", "--retention=7d")).isZero();
        assertThat(millrace.messages())
                .contains(
                        "--retention has no effect while the cleanup is compact: it would with --cleanup compact-and-delete.");
        assertThat(topics("create", "c", "--retention=0s", "--retention-bytes=10"))
                .isZero();
        assertThat(millrace.messages())
                .contains("--retention 0s empties the topic: each segment goes as soon as it is closed.")
                .contains("--retention-bytes 10 B empties the topic");
        assertThat(topics("create", "b", "--delete-retention=1d")).isZero();
        assertThat(millrace.messages()).contains("--delete-retention has no effect while the cleanup is delete");
        assertThat(topics("alter", "b", "--cleanup=compact-and-delete", "--retention=7d", "--yes"))
                .isZero();
        assertThat(millrace.messages()).doesNotContain("no effect");
    }

    @Test
    void helpOfACommandBelowAnotherIsItsOwnAndItsExamplesStayWhole() {
        assertThat(millrace.run("help", "topics", "create")).isZero();
        assertThat(millrace.out())
                .startsWith("Usage: millrace topics create ")
                .contains(
                        "\n  millrace topics create clicks --retention 7d --segment-bytes 64MiB --compression zstd --data mine\n");
        assertThat(millrace.run("help", "topics", "craete")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("There is no command 'millrace topics craete'.");
        assertThat(millrace.run("help")).isZero();
        assertThat(millrace.out()).startsWith("Usage: millrace ").contains("  topics ");
    }

    @Test
    void aTopicIsCreatedWithEverySettingThatIsGiven() {
        assertThat(topics(
                        "create",
                        "clicks",
                        "--partitions=3",
                        "--cleanup=compact-and-delete",
                        "--retention=7d",
                        "--retention-bytes=10GiB",
                        "--segment-bytes=64MiB",
                        "--segment-age=12h",
                        "--max-record-bytes=2MiB",
                        "--timestamp-type=log-append-time",
                        "--compression=zstd:6",
                        "--min-compaction-lag=1m",
                        "--max-compaction-lag=2h",
                        "--delete-retention=3d",
                        "--min-dirty-ratio=.25"))
                .isZero();
        assertThat(millrace.messages()).isEqualTo("Created clicks with 3 partitions.\n");
        TopicDescription topic = topic("clicks").orElseThrow();
        assertThat(topic.partitions()).isEqualTo(3);
        assertThat(topic.settings())
                .isEqualTo(TopicSettings.defaults()
                        .withCleanup(Cleanup.COMPACT_AND_DELETE)
                        .withRetention(Optional.of(Duration.ofDays(7)))
                        .withRetentionBytes(Optional.of(10L << 30))
                        .withSegmentBytes(64 << 20)
                        .withSegmentAge(Duration.ofHours(12))
                        .withMaxRecordBytes(2 << 20)
                        .withTimestampType(TimestampType.LOG_APPEND_TIME)
                        .withCompression(new Compression(Compression.Codec.ZSTD, 6))
                        .withCompaction(new TopicSettings.Compaction(
                                Duration.ofMinutes(1), Optional.of(Duration.ofHours(2)), Duration.ofDays(3), 0.25)));
    }

    @Test
    void withoutOptionsATopicHasTheDefaults() {
        assertThat(topics("create", "plain")).isZero();
        assertThat(topic("plain").orElseThrow().settings()).isEqualTo(TopicSettings.defaults());
        assertThat(topic("plain").orElseThrow().partitions()).isEqualTo(1);
    }

    @Test
    void aTopicThatExistsIsAFailureUnlessThatIsFine() {
        topics("create", "orders", "--partitions=2");
        assertThat(topics("create", "orders", "--partitions=2")).isEqualTo(1);
        assertThat(millrace.messages()).isEqualTo("There already is orders with 2 partitions.\n");
        assertThat(topics("create", "orders", "--partitions=2", "--if-not-exists"))
                .isZero();
        assertThat(topics("create", "orders", "--partitions=3", "--if-not-exists"))
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeIsRefusedInALineAndCreatesNothing() {
        Map<String, String> refused = Map.of(
                "--retention=soon", "'soon' is not a duration, such as 7d",
                "--segment-bytes=64MeB", "'64MeB' is not a size",
                "--segment-bytes=2GiB", "--segment-bytes is less than 2GiB (at most 2147483647 bytes), got 2147483648",
                "--segment-bytes=12", "--segment-bytes is 1048576 to 2147483647 bytes, got 12",
                "--segment-age=1ms", "--segment-age is at least 1s, got 1ms",
                "--cleanup=shred", "'shred' is not one of delete, compact, compact-and-delete",
                "--compression=zstd:99", "the level of zstd is -7 to 22, got '99'",
                "--min-dirty-ratio=2", "'2' is not between 0 and 1",
                "--partitions=many", "'many' is not a number",
                "--retension=7d", "Did you mean --retention?");
        refused.forEach((option, message) -> {
            assertThat(topics("create", "orders", option)).as(option).isEqualTo(2);
            assertThat(millrace.messages()).contains(message).doesNotContain("\tat ");
            assertThat(millrace.messages().lines().count()).isLessThan(3);
        });
        for (String name : List.of("../orders", "a/b", "__orders", "..")) {
            assertThat(topics("create", name)).as(name).isEqualTo(2);
            assertThat(millrace.messages()).contains("'" + name + "'").doesNotContain("\tat ");
        }
        assertThat(topics("create", "orders", "--partitions=0")).isEqualTo(2);
        assertThat(topics("create", "orders", "--partitions=10001")).isEqualTo(2);
        assertThat(millrace.messages())
                .isEqualTo("Invalid value for option '--partitions': '10001' is not between 1 and 10000\n"
                        + "Try 'millrace topics create --help'.\n");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void noBoundIsWrittenInWordsOrAsKafkaDoes() {
        topics("create", "orders", "--retention=1d", "--retention-bytes=1GiB");
        assertThat(topics("alter", "orders", "--retention", "-1", "--retention-bytes", "-1"))
                .isZero();
        assertThat(topic("orders").orElseThrow().settings()).isEqualTo(TopicSettings.defaults());
        topics("alter", "orders", "--retention=1d", "--retention-bytes=1GiB", "--yes");
        assertThat(topics("alter", "orders", "--retention=forever", "--retention-bytes=unlimited"))
                .isZero();
        assertThat(topic("orders").orElseThrow().settings()).isEqualTo(TopicSettings.defaults());
        assertThat(topics("alter", "orders", "--retention=-2")).isEqualTo(2);
    }

    @Test
    void aTopicOfTheLogItselfIsRefusedBeforeAnythingIsShown() {
        topics("create", "orders");
        for (List<String> change : List.of(
                List.of("alter", "__consumer_offsets", "--retention=1d", "--yes"),
                List.of("delete", "orders", "__consumer_offsets", "--yes"),
                List.of("delete-records", "__consumer_offsets", "--all", "--execute"),
                List.of("add-partitions", "__consumer_offsets", "--partitions=3"))) {
            assertThat(topics(change.toArray(String[]::new))).as("%s", change).isEqualTo(2);
            assertThat(millrace.out()).isEmpty();
            assertThat(millrace.messages()).startsWith("__consumer_offsets is an internal topic");
        }
        assertThat(topic("orders")).isPresent();
    }

    @Test
    void noLastStableOffsetIsBeyondTheEndWhileAnotherProcessWrites() {
        // Whatever is asked, the log has grown since the question before.
        AtomicLong growing = new AtomicLong();
        LogAdmin admin = (LogAdmin) Proxy.newProxyInstance(
                LogAdmin.class.getClassLoader(),
                new Class<?>[] {LogAdmin.class},
                (proxy, method, arguments) -> growing.incrementAndGet());
        EventLog log = (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> admin);
        TopicDescription orders = new TopicDescription("orders", "1", 1, TopicSettings.defaults(), false);

        TopicReport.Part part =
                TopicReport.of(orders, log, directory).partitions().get(0);

        assertThat(List.of(part.start(), part.lastStable(), part.end())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aDirectoryThatHoldsSomethingElseIsNoPlaceForALog() throws Exception {
        Files.writeString(directory.resolve("thesis.txt"), "Chapter one");
        assertThat(topics("create", "orders")).isEqualTo(2);
        assertThat(millrace.messages()).contains("holds something else than a log");
        assertThat(directory.toFile().list()).containsExactly("thesis.txt");
    }

    @Test
    void aDescriptionHasSettingsAndPartitions() {
        topics("create", "orders", "--partitions=2", "--retention=7d", "--compression=lz4");
        write("orders", 1, 5);

        assertThat(topics("describe", "orders")).isZero();

        String id = topic("orders").orElseThrow().id();
        long size =
                directory.resolve("orders-1/00000000000000000000.log").toFile().length();
        assertThat(millrace.out()).isEqualTo("""
                orders  id %s
                  cleanup             delete
                  retention           7d
                  retention-bytes     unlimited
                  segment-bytes       1 GiB
                  segment-age         7d
                  max-record-bytes    1 MiB
                  timestamp-type      create-time
                  compression         lz4
                  min-compaction-lag  0s
                  max-compaction-lag  none
                  delete-retention    1d
                  min-dirty-ratio     0.5
                PARTITION  START  END  LAST STABLE   SIZE
                        0      0    0            0    0 B
                        1      0    5            5  %s B
                """.formatted(id, size));
        assertThat(size).isBetween(60L, 999L);
    }

    @Test
    void aDescriptionForProgramsIsALineForEachTopic() {
        topics("create", "a", "--retention=7d");
        topics("create", "b");

        assertThat(topics("describe", "--json")).isZero();

        List<String> lines = millrace.out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("{\"topic\":\"a\",\"id\":\"")
                .contains(
                        "\"internal\":false,\"settings\":{\"cleanup\":\"delete\",\"retention\":604800000,\"retentionBytes\":null,")
                .endsWith("\"partitions\":[{\"partition\":0,\"start\":0,\"end\":0,\"lastStable\":0,\"size\":0}]}");
    }

    @Test
    void aTopicThatDoesNotExistIsNotDescribedChangedOrDeleted() {
        topics("create", "orders");
        for (String[] arguments : new String[][] {
            {"describe", "ordres"},
            {"alter", "ordres", "--retention=1d"},
            {"add-partitions", "ordres", "-p", "4"},
            {"delete-records", "ordres", "--all"},
            {"delete", "ordres", "--yes"}
        }) {
            assertThat(topics(arguments)).isEqualTo(2);
            assertThat(millrace.messages()).startsWith("There is no topic ordres.");
        }
    }

    @Test
    void whatIsAlteredIsShownAndTheRestStays() {
        topics("create", "orders", "--retention=7d", "--compression=lz4");
        assertThat(topics("alter", "orders", "--retention=forever", "--segment-bytes=1MiB"))
                .isZero();
        assertThat(millrace.out()).isEqualTo("""
                SETTING        BEFORE  AFTER
                retention      7d      forever
                segment-bytes  1 GiB   1 MiB
                """);
        assertThat(topic("orders").orElseThrow().settings())
                .isEqualTo(TopicSettings.defaults()
                        .withCompression(Compression.LZ4)
                        .withSegmentBytes(1 << 20));
        assertThat(topics("alter", "orders", "--segment-bytes=1MiB")).isZero();
        assertThat(millrace.messages()).isEqualTo("Nothing to change: orders has these settings.\n");
        assertThat(topics("alter", "orders")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("Say what to change, such as:");
    }

    @Test
    void whatKeepsLessIsDoneOnlyWhenToldTo() {
        topics("create", "orders", "--retention=7d");
        for (String option : List.of("--retention=1d", "--retention-bytes=1GiB", "--cleanup=compact")) {
            assertThat(topics("alter", "orders", option)).isEqualTo(NOT_DONE);
            assertThat(millrace.messages()).isEqualTo("Dry run: nothing was changed. With --yes it is done.\n");
        }
        assertThat(topic("orders").orElseThrow().settings().retention()).contains(Duration.ofDays(7));
        assertThat(topics("alter", "orders", "--retention=1d", "--yes")).isZero();
        assertThat(topic("orders").orElseThrow().settings().retention()).contains(Duration.ofDays(1));
    }

    @Test
    void partitionsAreAddedAndNeverTaken() {
        topics("create", "orders", "--partitions=2");
        assertThat(topics("add-partitions", "orders", "--partitions=5")).isZero();
        assertThat(millrace.messages()).isEqualTo("orders has 5 partitions now, 3 more.\n");
        assertThat(topics("add-partitions", "orders", "--partitions=4")).isEqualTo(1);
        assertThat(topic("orders").orElseThrow().partitions()).isEqualTo(5);
    }

    @Test
    void aDeletionSaysWhatWouldBeLostAndIsDoneOnlyWhenToldTo() {
        topics("create", "orders", "--partitions=2");
        write("orders", 1, 5);
        commit("billing", "orders", 1, 3);

        assertThat(topics("delete", "orders")).isEqualTo(NOT_DONE);
        assertThat(millrace.out()).containsPattern("orders +2 +5 +[0-9]+ B +billing\n");
        assertThat(millrace.messages()).isEqualTo("Dry run: nothing was changed. With --yes it is done.\n");
        assertThat(topic("orders")).isPresent();

        millrace.answering("no\n");
        assertThat(topics("delete", "orders")).isEqualTo(NOT_DONE);
        assertThat(millrace.messages()).isEqualTo("Delete this topic, for good? [y/N] Nothing was changed.\n");
        assertThat(topic("orders")).isPresent();

        millrace.answering("y\n");
        assertThat(topics("delete", "orders")).isZero();
        assertThat(topic("orders")).isEmpty();

        topics("create", "a");
        topics("create", "b");
        assertThat(topics("delete", "a", "b", "c", "--yes")).isEqualTo(2);
        assertThat(topic("a")).isPresent();
        assertThat(topics("delete", "a", "b", "--yes")).isZero();
        assertThat(topic("a")).isEmpty();
        assertThat(topic("b")).isEmpty();
    }

    @Test
    void aDeletionOfRecordsSaysWhatWouldGoAndWhoHasNotReadItAndIsDoneWhenExecuted() {
        topics("create", "orders", "--partitions=2");
        write("orders", 0, 4);
        write("orders", 1, 5);
        commit("billing", "orders", 1, 1);
        commit("audit", "orders", 1, 4);

        assertThat(topics("delete-records", "orders", "-p", "1", "--before=3")).isEqualTo(NOT_DONE);
        assertThat(millrace.out()).containsPattern("orders +1 +0 +3 +5 +3\n").doesNotContainPattern("orders +0");
        assertThat(millrace.messages())
                .isEqualTo("Group billing has not read 2 offsets of that.\n"
                        + "Dry run: nothing was changed. With --execute it is done.\n");
        assertThat(start("orders", 1)).isZero();

        assertThat(topics("delete-records", "orders", "-p", "1", "--before=3", "--execute"))
                .isZero();
        assertThat(millrace.messages()).contains("Done. Their bytes go with their segments");
        assertThat(start("orders", 1)).isEqualTo(3);
        assertThat(start("orders", 0)).isZero();
        assertThat(topics("delete-records", "orders", "-p", "1", "--before=2", "--json"))
                .isEqualTo(NOT_DONE);
        assertThat(millrace.out())
                .isEqualTo(
                        "{\"topic\":\"orders\",\"partition\":1,\"start\":3,\"newStart\":3,\"end\":5,\"deleted\":0}\n");
    }

    @Test
    void recordsAreDeletedByTimeInAllPartitions() {
        topics("create", "orders", "--partitions=2");
        write("orders", 0, 4);
        write("orders", 1, 2);
        assertThat(topics("delete-records", "orders", "--before-datetime=@1002", "--execute"))
                .isZero();
        assertThat(start("orders", 0)).isEqualTo(2);
        assertThat(start("orders", 1)).as("there is no later record").isEqualTo(2);
        assertThat(topics("delete-records", "orders", "--older-than=1h", "--execute"))
                .isZero();
        assertThat(start("orders", 0)).isEqualTo(4);
        write("orders", 0, 3);
        assertThat(topics("delete-records", "orders", "--all", "--execute")).isZero();
        assertThat(start("orders", 0)).isEqualTo(7);
    }

    @Test
    void recordsThatCannotBeDeletedAreSaidToBeSo() {
        topics("create", "orders", "--partitions=2");
        topics("create", "table", "--cleanup=compact");
        assertThat(topics("delete-records", "orders", "--before=1")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("An offset is one of a partition: say which with --partition.");
        assertThat(topics("delete-records", "orders", "-p", "2", "--all")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("Topic orders has 2 partitions, numbered from 0: there is no 2.");
        assertThat(topics("delete-records", "orders", "-p", "0", "--before=1", "--execute"))
                .isEqualTo(2);
        assertThat(millrace.messages())
                .startsWith("Partition orders-0 has offsets 0 to 0 that are decided: there is no 1 to delete up to.");
        assertThat(topics("delete-records", "table", "--all", "--execute")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("table is compacted");
        assertThat(topics("delete-records", "orders", "--all", "--before=1")).isEqualTo(2);
        assertThat(topics("delete-records", "orders")).isEqualTo(2);
    }

    @Test
    void aLogThatIsOpenElsewhereIsNotChangedAndSaysWhatWorks() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            assertThat(topics("delete", "orders", "--yes")).isEqualTo(2);
            assertThat(millrace.messages())
                    .startsWith("Another process has the log in " + directory + " open")
                    .contains("every list, describe", "groups reset-offsets without --execute");
            assertThat(log.admin().describeTopic("orders")).isPresent();
        }
    }

    private int topics(String... arguments) {
        List<String> all = new ArrayList<>(List.of("topics"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", directory.toString()));
        return millrace.run(all.toArray(String[]::new));
    }

    private Optional<TopicDescription> topic(String name) {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            return log.admin().describeTopic(name);
        }
    }

    private long start(String topic, int partition) {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            return log.admin().logStartOffset(new TopicPartition(topic, partition));
        }
    }

    private void write(String topic, int partition, int records) {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord(
                        topic, partition, 1_000L + i, null, BytesView.ofUtf8("value " + i), List.of()));
            }
        }
    }

    private void commit(String group, String topic, int partition, long offset) {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var consumer = log.consumer(ConsumerConfig.group(group))) {
            TopicPartition where = new TopicPartition(topic, partition);
            consumer.assign(Set.of(where));
            consumer.commit(Map.of(where, offset));
        }
    }
}
