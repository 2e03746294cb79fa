package io.millrace.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandHarness;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandTest {
    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @Test
    void topicsAreListedWithWhatTheyHold() {
        fill(directory);
        assertThat(millrace.run("topics", "list", "--data", directory.toString()))
                .isZero();
        // Where the record without a key goes is random, and so is the size.
        assertThat(millrace.out().replaceAll("[0-9]+ B", "?").replaceAll(" +", " "))
                .isEqualTo("""
                TOPIC PARTITIONS OFFSETS SIZE CLEANUP
                balances 1 0 ? compact
                orders 3 2 ? delete
                """);
        assertThat(millrace.messages()).isEmpty();
    }

    @Test
    void internalTopicsAreListedWhenAskedFor() {
        fill(directory);
        assertThat(millrace.run("topics", "list", "--internal", "--json", "--data", directory.toString()))
                .isZero();
        assertThat(millrace.out())
                .containsPattern(
                        "\\{\"topic\":\"orders\",\"partitions\":3,\"offsets\":2,\"size\":[0-9]+,\"cleanup\":\"delete\"}\n")
                .contains("{\"topic\":\"__consumer_offsets\"");
    }

    @Test
    void aPartitionWhoseDirectoryIsGoneHidesNoOther() throws IOException {
        fill(directory);
        Path gone = directory.resolve("balances-0");
        try (Stream<Path> files = Files.list(gone)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(gone);
        assertThat(millrace.run("topics", "list", "--data", directory.toString()))
                .isEqualTo(1);
        assertThat(millrace.out())
                .containsPattern("balances +1 +- +0 B +compact\n")
                .containsPattern("orders +3 +2 .*\n");
        assertThat(millrace.messages())
                .startsWith("The directory of partition balances-0 is gone")
                .contains("millrace log repair --data " + directory);
        assertThat(millrace.run("topics", "describe", "--data", directory.toString()))
                .isEqualTo(1);
        assertThat(millrace.out()).containsPattern("\n +0 +- +- +- +0 B\n").containsPattern("\n +2 +0 +[0-9] +[0-9] ");
        assertThat(millrace.run("topics", "describe", "balances", "--json", "--data", directory.toString()))
                .isEqualTo(1);
        assertThat(millrace.out())
                .contains("{\"partition\":0,\"start\":null,\"end\":null,\"lastStable\":null,\"size\":0}");
        assertThat(millrace.run("topics", "describe", "orders", "--data", directory.toString()))
                .isZero();
    }

    @Test
    void theLogInsideAnApplicationsDirectoryIsFound() {
        fill(directory.resolve("log"));
        assertThat(millrace.run("topics", "list", "--data", directory.toString()))
                .isZero();
        assertThat(millrace.out()).contains("orders");
    }

    @Test
    void aDirectoryWithoutLogIsRefusedAndNothingIsCreatedInIt() {
        assertThat(millrace.run("topics", "list", "--data", directory.toString()))
                .isEqualTo(2);
        assertThat(millrace.messages())
                .isEqualTo("There is no log in " + directory + ". Name the directory of one with --data.\n");
        assertThat(directory).isEmptyDirectory();

        Path nowhere = directory.resolve("nowhere");
        assertThat(millrace.run("topics", "list", "--data", nowhere.toString())).isEqualTo(2);
        assertThat(millrace.messages()).contains("There is no directory " + nowhere);
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void whatIsMistypedIsAnsweredInALineWithWhatWasMeant() {
        assertThat(millrace.run("topics", "list", "--intrenal")).isEqualTo(2);
        assertThat(millrace.messages()).contains("--intrenal").contains("--internal");
        assertThat(millrace.run("topics", "lsit")).isEqualTo(2);
        assertThat(millrace.messages()).contains("list");
        assertThat(millrace.run("topics")).isEqualTo(2);
        assertThat(millrace.messages()).startsWith("Say what to do with topics, such as: millrace topics list");
        assertThat(millrace.run("topisc")).isEqualTo(2);
        assertThat(millrace.messages()).contains("topics");
    }

    private static void fill(Path directory) {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("orders", 3, TopicSettings.defaults());
            log.admin().createTopic("balances", 1, TopicSettings.compacted());
            try (var producer = log.producer()) {
                producer.send(ProducerRecord.of("orders", null, BytesView.ofUtf8("one")));
                producer.send(ProducerRecord.of("orders", BytesView.ofUtf8("key"), BytesView.ofUtf8("two")));
            }
        }
    }
}
