package io.millrace.cli.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandHarness;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupMetadata;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupsCommandTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    private static final int NOT_DONE = 4;

    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @Test
    void aGroupHasANameAndReadsWhatUsersWrite() {
        fill();
        for (String execute : List.of("--all-topics", "--execute")) {
            assertThat(run("reset-offsets", "", "--topic=orders", "--to-earliest", execute))
                    .isEqualTo(2);
        }
        assertThat(run("reset-offsets", "", "--topic=orders", "--to-earliest")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("The name of the group is empty.");
        assertThat(run("describe", "")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("The name of a group is not empty.");
        assertThat(run("reset-offsets", "gg", "--topic=__consumer_offsets", "--to-earliest", "--execute"))
                .isEqualTo(2);
        assertThat(millrace.messages()).startsWith("__consumer_offsets is an internal topic");
    }

    // --- list and describe

    @Test
    void groupsAreListedWithWhatTheyHaveCommittedAndHowFarTheyAreBehind() {
        fill();
        assertThat(run("list", "--json")).isZero();
        assertThat(millrace.out().replaceAll("\"state\":[^,]*", "\"state\":?")).isEqualTo("""
                {"group":"audit","state":?,"partitions":1,"lag":5,"pending":0}
                {"group":"bank","state":?,"partitions":2,"lag":3,"pending":0}
                """);
    }

    @Test
    void aGroupIsDescribedPartitionByPartition() {
        fill();
        assertThat(run("describe", "bank", "--json")).isZero();
        assertThat(millrace.out().replaceAll("\"state\":[^,]*", "\"state\":?")).isEqualTo("""
                {"group":"bank","state":?,"topic":"orders","partition":0,"committed":3,"end":5,"lag":2,"pending":null,"member":null}
                {"group":"bank","state":?,"topic":"orders","partition":1,"committed":0,"end":1,"lag":1,"pending":null,"member":null}
                """);
        assertThat(run("describe")).isZero();
        assertThat(millrace.out()).contains("audit").contains("bank").contains("COMMITTED");
    }

    @Test
    void groupsAreLookedAtWhileAnotherProcessHasTheLogOpenAndItsMembersAreSaidToBeUnknown() {
        fill();
        try (EmbeddedLog owner = EmbeddedLog.open(directory);
                LogConsumer consumer = owner.consumer(ConsumerConfig.group("bank"))) {
            consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
            consumer.poll(Duration.ZERO);
            consumer.commit(Map.of(ORDERS, 4L));

            assertThat(run("describe", "bank", "--json")).isZero();
            assertThat(millrace.out())
                    .contains("\"state\":null")
                    .contains("\"partition\":0,\"committed\":4,\"end\":5,\"lag\":1,\"pending\":null,\"member\":null");
            assertThat(millrace.messages()).startsWith("Members").contains("known only to the process");
            assertThat(run("list")).isZero();
            assertThat(run("reset-offsets", "bank", "--all-topics", "--to-earliest"))
                    .isEqualTo(NOT_DONE);
            assertThat(millrace.out()).contains("REPEATED");

            assertThat(run("reset-offsets", "bank", "--all-topics", "--to-earliest", "--execute"))
                    .as("whoever has members has the log open")
                    .isEqualTo(2);
            assertThat(run("delete", "bank", "--yes")).isEqualTo(2);
            assertThat(millrace.messages()).contains("Another process has the log");
            assertThat(owner.admin().committedOffsets("bank")).containsEntry(ORDERS, 4L);
        }
    }

    @Test
    void aGroupThatDoesNotExistIsSaidToBeNone() {
        fill();
        assertThat(run("describe", "bnak")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("There is no group bnak. 'millrace groups list'");
        assertThat(run("delete", "bank", "bnak", "--yes")).isEqualTo(2);
        assertThat(committed("bank")).as("all are looked at first").isNotEmpty();
        assertThat(run()).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("Say what to do with groups");
    }

    // --- reset-offsets

    @Test
    void aResetSaysWhatItWouldDoAndDoesItWhenToldTo() {
        fill();
        String[] reset = {"reset-offsets", "bank", "--topic", "orders", "--to-offset", "1"};
        assertThat(run(reset)).isEqualTo(NOT_DONE);
        assertThat(millrace.out().replaceAll(" +", " ")).isEqualTo("""
                TOPIC PARTITION BEFORE AFTER SKIPPED REPEATED
                orders 0 3 1 0 2
                orders 1 0 1 1 0
                """);
        assertThat(millrace.messages())
                .contains("1 offset is skipped", "2 offsets are read again")
                .endsWith("Dry run: nothing was changed. With --execute it is done.\n");
        assertThat(committed("bank")).isEqualTo(Map.of(ORDERS, 3L, ORDERS_1, 0L));

        assertThat(run("reset-offsets", "bank", "--topic", "orders", "--to-offset", "1", "--execute"))
                .isZero();
        assertThat(millrace.messages()).contains("Done").doesNotContain("Nothing");
        assertThat(committed("bank")).isEqualTo(Map.of(ORDERS, 1L, ORDERS_1, 1L));
        assertThat(committed("audit")).isEqualTo(Map.of(ORDERS, 0L));
    }

    @Test
    void everyTargetFindsItsOffset() {
        fill();
        assertThat(after("--to-earliest")).isZero();
        assertThat(after("--to-latest")).isEqualTo(5);
        assertThat(after("--to-offset", "99")).isEqualTo(5);
        assertThat(after("--to-datetime", "@1002")).isEqualTo(2);
        assertThat(after("--to-datetime", "2026-11-21")).isEqualTo(5);
        assertThat(after("--by-duration", "7d")).isEqualTo(5);
        assertThat(after("--by-duration", "30000d")).isZero();
        assertThat(after("--shift-by", "1")).isEqualTo(4);
        assertThat(after("--shift-by", "-2")).isEqualTo(1);
        assertThat(after("--shift-by=-200")).isZero();
    }

    private int after(String... target) {
        List<String> line = new ArrayList<>(List.of("reset-offsets", "bank", "--topic", "orders:0", "--json"));
        line.addAll(List.of(target));
        assertThat(run(line.toArray(String[]::new))).as(millrace.messages()).isEqualTo(NOT_DONE);
        String out = millrace.out();
        return Integer.parseInt(out.replaceAll("(?s).*\"after\":([0-9]+).*", "$1"));
    }

    @Test
    void aGroupThatHasCommittedNothingIsGivenOffsetsByTopicAndNotByAllOfIts() {
        fill();
        assertThat(run("reset-offsets", "new", "--all-topics", "--to-latest")).isEqualTo(2);
        assertThat(millrace.messages()).contains("has committed nothing").contains("--topic");
        assertThat(run("reset-offsets", "new", "--topic", "orders:1", "--to-latest", "--execute", "--json"))
                .isZero();
        assertThat(millrace.out())
                .isEqualTo(
                        "{\"topic\":\"orders\",\"partition\":1,\"before\":null,\"after\":1,\"skipped\":null,\"repeated\":null}\n");
        assertThat(millrace.messages()).contains("the group begins at the offset given");
        assertThat(committed("new")).isEqualTo(Map.of(ORDERS_1, 1L));

        assertThat(run("reset-offsets", "new", "--topic", "orders", "--shift-by", "1"))
                .isNotZero();
        assertThat(millrace.messages()).contains("no committed offset of orders-0");
    }

    @Test
    void whatIsNotThereOrMeaninglessIsRefusedAndNothingIsChanged() {
        fill();
        assertThat(run("reset-offsets", "bank", "--topic", "oders", "--to-latest", "--execute"))
                .isEqualTo(2);
        assertThat(millrace.messages()).contains("There is no topic oders");
        assertThat(run("reset-offsets", "bank", "--topic", "orders:0,2", "--to-latest", "--execute"))
                .isEqualTo(2);
        assertThat(millrace.messages()).contains("there is no 2");
        assertThat(run("reset-offsets", "bank", "--topic", "orders:", "--to-latest"))
                .isEqualTo(2);
        assertThat(run("reset-offsets", "bank", "--topic", "orders")).isEqualTo(2);
        assertThat(run("reset-offsets", "bank", "--to-latest")).isEqualTo(2);
        assertThat(run("reset-offsets", "bank", "--topic", "orders", "--to-latest", "--to-earliest"))
                .isEqualTo(2);
        assertThat(run("reset-offsets", "bank", "--topic", "orders", "--all-topics", "--to-latest"))
                .isEqualTo(2);
        assertThat(run("reset-offsets", "bank", "--topic", "orders", "--to-offset", "-1"))
                .isEqualTo(2);
        assertThat(millrace.messages()).contains("is not an offset");
        assertThat(run("reset-offsets", "bank", "--topic", "orders", "--to-datetime", "noon"))
                .isEqualTo(2);
        assertThat(committed("bank")).isEqualTo(Map.of(ORDERS, 3L, ORDERS_1, 0L));
    }

    @Test
    void offsetsThatWaitForAPreparedTransactionAreTakenFromItByNothingAndADryRunSaysSo() {
        fill();
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("waiting"))) {
            producer.begin();
            producer.sendOffsets(Map.of(ORDERS, 4L), new GroupMetadata("bank", "", -1));
            producer.prepare();
        }
        for (List<String> more : List.of(List.<String>of(), List.of("--execute"))) {
            assertThat(run(words(more, "reset-offsets", "bank", "--topic", "orders", "--to-latest")))
                    .isNotIn(0, NOT_DONE);
            assertThat(millrace.messages()).contains("orders-0 waits", "millrace transactions list");
        }
        for (List<String> more : List.of(List.<String>of(), List.of("--yes"))) {
            assertThat(run(words(more, "delete", "bank"))).isNotIn(0, NOT_DONE);
            assertThat(millrace.messages()).contains("of it in orders-0", "millrace transactions list");
        }
        assertThat(run("reset-offsets", "bank", "--topic", "orders:1", "--to-latest", "--execute"))
                .isZero();

        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.transactions().commitPrepared("waiting");
        }
        assertThat(committed("bank")).isEqualTo(Map.of(ORDERS, 4L, ORDERS_1, 1L));
        assertThat(run("delete", "bank", "--yes")).isZero();
    }

    @Test
    void aGroupThatHasNothingButAPendingOffsetIsShownWithIt() {
        fill();
        long producerId;
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("waiting"))) {
            producer.begin();
            producer.sendOffsets(Map.of(ORDERS, 4L), new GroupMetadata("new", "", -1));
            producer.prepare();
            producerId = log.transactions().describe("waiting").orElseThrow().producerId();
        }
        assertThat(run("list", "--json")).isZero();
        assertThat(millrace.out())
                .contains("{\"group\":\"new\",\"state\":null,\"partitions\":0,\"lag\":5,\"pending\":1}");
        assertThat(run("describe", "new", "--json")).isZero();
        assertThat(millrace.out())
                .isEqualTo(
                        "{\"group\":\"new\",\"state\":null,\"topic\":\"orders\",\"partition\":0,\"committed\":null,\"end\":5,"
                                + "\"lag\":5,\"pending\":" + producerId + ",\"member\":null}\n");
    }

    private static String[] words(List<String> last, String... first) {
        return Stream.concat(Stream.of(first), last.stream()).toArray(String[]::new);
    }

    @Test
    void aPartitionWhoseDirectoryIsGoneHidesNoOther() throws IOException {
        fill();
        try (Stream<Path> files = Files.list(directory.resolve("orders-1"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory.resolve("orders-1"));
        String fault = "The directory of partition orders-1 is gone: ";

        assertThat(run("describe", "--json")).isEqualTo(1);
        assertThat(millrace.out().replaceAll("\"state\":[^,]*", "\"state\":?")).isEqualTo("""
                {"group":"audit","state":?,"topic":"orders","partition":0,"committed":0,"end":5,"lag":5,"pending":null,"member":null}
                {"group":"bank","state":?,"topic":"orders","partition":0,"committed":3,"end":5,"lag":2,"pending":null,"member":null}
                {"group":"bank","state":?,"topic":"orders","partition":1,"committed":0,"end":null,"lag":null,"pending":null,"member":null}
                """);
        assertThat(millrace.messages()).contains(fault).contains("log repair");
        assertThat(run("describe", "audit")).isZero();

        assertThat(run("list")).isEqualTo(1);
        assertThat(millrace.out()).containsPattern("audit +- +1 +5 +0\n").containsPattern("bank +- +2 +- +0\n");
        assertThat(millrace.messages()).containsOnlyOnce(fault);

        assertThat(run("reset-offsets", "bank", "--all-topics", "--to-earliest"))
                .isEqualTo(1);
        assertThat(millrace.out()).isEmpty();
        assertThat(millrace.messages()).startsWith(fault);
        assertThat(run("reset-offsets", "bank", "--topic=orders:0", "--to-earliest"))
                .isEqualTo(NOT_DONE);
    }

    // --- delete

    @Test
    void aDeletionSaysWhatWouldBeLostAndDoesItWhenToldTo() {
        fill();
        assertThat(run("delete", "bank")).isEqualTo(NOT_DONE);
        assertThat(millrace.out()).contains("COMMITTED").contains("orders");
        assertThat(millrace.messages()).isEqualTo("Dry run: nothing was changed. With --yes it is done.\n");
        assertThat(committed("bank")).isNotEmpty();
        assertThat(run("delete", "bank", "--json")).isEqualTo(NOT_DONE);
        assertThat(millrace.out().lines())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("{\"group\":\"bank\",\"topic\":"));

        millrace.answering("n\n");
        assertThat(run("delete", "bank")).isEqualTo(NOT_DONE);
        assertThat(committed("bank")).isNotEmpty();

        millrace.answering("y\n");
        assertThat(run("delete", "bank")).isZero();
        assertThat(committed("bank")).isEmpty();
        assertThat(run("delete", "audit", "--yes")).isZero();
        assertThat(millrace.messages()).contains("Deleted audit.");
        assertThat(committed("audit")).isEmpty();
    }

    private int run(String... arguments) {
        String[] line = new String[arguments.length + 3];
        line[0] = "groups";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        line[arguments.length + 1] = "--data";
        line[arguments.length + 2] = directory.toString();
        return arguments.length == 0 ? millrace.run("groups") : millrace.run(line);
    }

    private Map<TopicPartition, Long> committed(String group) {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            return log.admin().committedOffsets(group);
        }
    }

    /** Five records at 1000 ms and on in one partition, one in the other. */
    private void fill() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("orders", 2, TopicSettings.defaults());
            try (LogProducer producer = log.producer()) {
                for (int i = 0; i < 5; i++) {
                    producer.send(ORDERS, 1000 + i, null, BytesView.ofUtf8("v" + i), List.of());
                }
                producer.send(ORDERS_1, 1000, null, BytesView.ofUtf8("v"), List.of());
            }
            commit(log, "bank", Map.of(ORDERS, 3L, ORDERS_1, 0L));
            commit(log, "audit", Map.of(ORDERS, 0L));
        }
    }

    private static void commit(EmbeddedLog log, String group, Map<TopicPartition, Long> offsets) {
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group(group))) {
            consumer.assign(offsets.keySet());
            consumer.commit(offsets);
        }
    }
}
