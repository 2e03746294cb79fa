package io.millrace.cli.state;

import static io.millrace.cli.state.StateOnDisk.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Said;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of a global table on the disk: what they follow is its topic. */
class GlobalTableStateTest {
    private static final Topic<String, String> PLAYERS =
            Topic.of("players", Serdes.string(), Serdes.string()).withPartitions(2);

    @TempDir
    private Path data;

    private EmbeddedLog openLog() {
        return EmbeddedLog.open(data.resolve("log"));
    }

    /** Runs the application until it has read everything. */
    private void runOnce(EmbeddedLog log) {
        Pipeline.Builder builder = Pipeline.named("game");
        builder.globalTable(PLAYERS, "rows");
        AppSettings settings = AppSettings.of(
                SystemWorld.open(data.resolve("log")),
                (id, memory) -> RocksBackend.open(data.resolve("state"), id, RocksConfig.within(memory)));
        try (Application app = builder.build().start(log, settings)) {
            assertThat(app.awaitDrained(Duration.ofSeconds(60))).isTrue();
        }
    }

    private static void send(EmbeddedLog log, int from, int to) {
        try (LogProducer producer = log.producer()) {
            for (int i = from; i < to; i++) {
                send(producer, "p" + i, "level " + i);
            }
            send(producer, null, "no row");
        }
    }

    private static void send(LogProducer producer, @Nullable String key, String value) {
        var ignored = producer.send(new ProducerRecord(
                "players", null, null, key == null ? null : BytesView.ofUtf8(key), BytesView.ofUtf8(value), List.of()));
    }

    private Said command(String... arguments) {
        String[] all = new String[arguments.length + 4];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = data.resolve("log").toString();
        all[arguments.length + 2] = "--state";
        all[arguments.length + 3] = data.resolve("state").toString();
        return run(all);
    }

    @Test
    void isListedReadMeasuredAndComparedWithItsTopic() {
        try (EmbeddedLog log = openLog()) {
            log.admin().createTopic("players", 2, TopicSettings.defaults());
            send(log, 0, 100);
            runOnce(log);
            send(log, 50, 120);
        }
        assertThat(command("list").out()).contains("global table of players");
        assertThat(command("get", "rows", "p7").out()).contains("level 7");
        assertThat(command("scan", "rows").lines()).hasSize(100);
        assertThat(command("stats", "--json").lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("\"store\":\"rows\"")
                        .containsPattern("\"stable\":[1-9][0-9]*,\"lag\":[1-9][0-9]*"));
        Said verified = command("verify");
        assertThat(verified.status()).as(verified.toString()).isZero();
        assertThat(verified.messages()).isEqualTo("Nothing is wrong with 2 partitions.\n");
    }

    @Test
    void aRowThatIsNotOfTheTopicIsFound() {
        try (EmbeddedLog log = openLog()) {
            log.admin().createTopic("players", 2, TopicSettings.defaults());
            send(log, 0, 100);
            runOnce(log);
        }
        StateOnDisk.tamper(
                data,
                "rows",
                (store, sink) -> sink.put(store, 0, BytesView.ofUtf8("more"), BytesView.ofUtf8("surplus")));
        Said verified = command("verify");
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out()).contains("surplus");
    }

    /** Offsets of both may be alike, and mean nothing to each other. */
    @Test
    void aTopicThatOnlyHasTheNameIsNotComparedWith() {
        try (EmbeddedLog log = openLog()) {
            log.admin().createTopic("players", 2, TopicSettings.defaults());
            send(log, 0, 100);
            runOnce(log);
            log.admin().deleteTopic("players");
            log.admin().createTopic("players", 2, TopicSettings.defaults());
            send(log, 0, 200);
        }
        Said verified = command("verify");
        assertThat(verified.status()).isEqualTo(1);
        assertThat(verified.out()).contains("it has no changelog in this log");
    }
}
