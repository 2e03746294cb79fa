package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppListener;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus.State;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.StoreRestore;
import io.millrace.dsl.StoreRestore.Phase;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A restore that is overtaken by the compaction of what it reads. */
class RestoreDeletionsTest {
    private static final Topic<String, String> IN = Topic.of("in", Serdes.string(), Serdes.string());
    private static final KeyValueSpec<String, String> ROWS =
            StoreSpec.keyValue("rows", Serdes.string(), Serdes.string());
    private static final String CHANGELOG = "app-rows-changelog";
    /** More than one poll brings. */
    private static final int ROWS_OF_THREE_MEBIBYTES = 100;

    private final Simulation simulation =
            new Simulation(5, EmbeddedLogConfig.defaults(), settings -> settings.withTransactionRecords(10));

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .process(
                        "keep",
                        stores -> {
                            KeyValueStore<String, String> rows = stores.get(ROWS);
                            return (key, value, context) -> {
                                if (value.isEmpty()) {
                                    rows.delete(key);
                                } else {
                                    rows.put(key, value);
                                }
                            };
                        },
                        ROWS);
        return builder.build();
    }

    private void fillChangelog() {
        simulation.log().admin().createTopic("in", 1, TopicSettings.defaults());
        String large = "x".repeat(30 << 10);
        try (LogProducer producer = simulation.log().producer()) {
            send(producer, "a", "first");
            for (int row = 0; row < ROWS_OF_THREE_MEBIBYTES; row++) {
                send(producer, "row" + row, large);
            }
            send(producer, "a", "");
            for (int row = 0; row < 10; row++) {
                send(producer, "more" + row, large);
            }
        }
        Application app = simulation.start(pipeline());
        simulation
                .log()
                .admin()
                .alterTopic(
                        CHANGELOG,
                        TopicSettings.compacted()
                                .withSegmentBytes(100 << 10)
                                .withCompaction(TopicSettings.Compaction.defaults()
                                        .withDeleteRetention(Duration.ofMinutes(1))
                                        .withMinDirtyRatio(0)));
        simulation.runUntilDrained(app);
        app.close();
    }

    private static void send(LogProducer producer, String key, String value) {
        producer.send(ProducerRecord.of("in", BytesView.ofUtf8(key), BytesView.ofUtf8(value)));
    }

    /** It has read the row, and stands still for longer than a deletion that it has yet to read is kept once it was compacted. */
    @Test
    void aRestoreThatACompactionMayHaveOvertakenIsDoneOnceMore() {
        fillChangelog();
        Application app = pipeline()
                .start(
                        simulation.log(),
                        AppSettings.of(simulation.world().world(), MemoryBackend::new)
                                .withMaxPollInterval(Duration.ofHours(2)));
        List<StoreRestore> told = new ArrayList<>();
        app.listen(new AppListener() {
            @Override
            public void stateChanged(State before, State now) {}

            @Override
            public void storeRestoring(StoreRestore restore) {
                told.add(restore);
            }
        });
        Duration longTime = Duration.ofMinutes(30);
        assertThat(simulation.world().runUntil(() -> app.status().restoring().recordsRestored() > 0, longTime))
                .isTrue();
        assertThat(app.status().restoring().offsetsLeft()).isPositive();
        simulation.world().scheduler().standStill(name -> name.equals("app-0"), longTime);
        simulation.world().runFor(longTime);
        assertThat(simulation.world().runUntil(() -> app.status().state() == State.RUNNING, longTime))
                .isTrue();
        KeyValueStore<String, String> rows = app.queries().keyValue("rows", Serdes.string(), Serdes.string());
        assertThat(rows.get("row7")).isNotNull();
        assertThat(rows.get("a")).isNull();
        assertThat(told.stream().map(StoreRestore::phase).filter(phase -> phase != Phase.GOING_ON))
                .containsExactly(Phase.BEGUN, Phase.SUSPENDED, Phase.BEGUN, Phase.ENDED);
        app.close();
    }
}
