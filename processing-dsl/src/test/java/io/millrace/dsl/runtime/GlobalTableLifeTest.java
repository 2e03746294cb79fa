package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.metrics.Metric;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.MemoryBudget;
import io.millrace.state.StateException;
import io.millrace.state.StoreSpec;
import io.millrace.state.StoredPartition;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A global table over starts, while it is read for the first time, and where its topic is not what it was. */
class GlobalTableLifeTest {
    private static final int PARTITIONS = 2;
    private static final Topic<Long, Long> LEVELS = levels("levels");
    private static final Topic<Long, Long> IN =
            Topic.of("in", Serdes.int64(), Serdes.int64()).withPartitions(1);
    private static final Topic<Long, Long> OUT =
            Topic.of("out", Serdes.int64(), Serdes.int64()).withPartitions(1);

    private static final Topic<String, String> NAMES =
            Topic.of("names", Serdes.string(), Serdes.string()).withPartitions(PARTITIONS);

    private final Simulation simulation = new Simulation(3, EmbeddedLogConfig.defaults(), settings -> settings);

    private static Topic<Long, Long> levels(String name) {
        return Topic.of(name, OrderedSerdes.int64(), Serdes.int64()).withPartitions(PARTITIONS);
    }

    private static Pipeline pipeline(Topic<Long, Long> levels) {
        Pipeline.Builder builder = Pipeline.named("game");
        builder.stream(IN)
                .leftJoin(
                        builder.globalTable(levels, "players"),
                        (game, score) -> game,
                        (score, level) -> level == null ? -1L : level)
                .withValueSerde(Serdes.int64())
                .to(OUT);
        return builder.build();
    }

    private void create(Topic<Long, Long> topic, TopicSettings settings) {
        simulation.log().admin().createTopic(topic.name(), topic.partitions().orElseThrow(), settings);
    }

    private void send(Topic<Long, Long> topic, long from, long to, @Nullable Long value) {
        try (LogProducer producer = simulation.log().producer()) {
            for (long key = from; key < to; key++) {
                var ignored = producer.send(new ProducerRecord(
                        topic.name(),
                        null,
                        null,
                        bytes(topic, key),
                        value == null ? null : bytes(OUT, value),
                        List.of()));
            }
        }
    }

    private static BytesView bytes(Topic<Long, Long> topic, long value) {
        BytesWriter writer = new BytesWriter();
        topic.keySerde().write(value, writer);
        return writer.viewInto(new BytesView());
    }

    private List<Long> results() {
        return LogReading.read(simulation.log(), OUT, 0).stream()
                .map(LogReading.Seen::value)
                .toList();
    }

    private long rows(Application app) {
        List<Long> keys = new ArrayList<>();
        app.queries()
                .keyValue("players", LEVELS.keySerde(), LEVELS.valueSerde())
                .all()
                .forEach((key, value) -> keys.add(key));
        return keys.size();
    }

    private static double metric(Application app, String name) {
        return app.metrics().all().stream()
                .filter(metric -> metric.id().name().equals(name))
                .map(Metric.Gauge.class::cast)
                .findFirst()
                .orElseThrow()
                .value()
                .getAsDouble();
    }

    @Test
    void tasksBeginWhenAllOfABigTopicIsReadAndItsProgressIsTold() {
        create(LEVELS, TopicSettings.compacted());
        send(LEVELS, 0, 200_000, 5L);
        create(IN, TopicSettings.defaults());
        send(IN, 199_990, 200_010, 0L);
        Application app = simulation.start(pipeline(LEVELS));
        List<Double> fractions = new ArrayList<>();
        simulation
                .world()
                .runUntil(
                        () -> {
                            AppStatus status = app.status();
                            if (status.state() == AppStatus.State.RESTORING) {
                                assertThat(status.recordsConsumed()).isZero();
                                fractions.add(status.restoring().fraction());
                                assertThatThrownBy(() -> rows(app))
                                        .isInstanceOf(StateException.class)
                                        .hasMessageContaining("RESTORING");
                            }
                            return status.state() == AppStatus.State.RUNNING;
                        },
                        Duration.ofHours(1));
        assertThat(fractions).isSorted().anyMatch(fraction -> fraction > 0.1 && fraction < 0.9);
        simulation.runUntilDrained(app);
        assertThat(app.status().restoring().recordsRestored()).isEqualTo(200_000);
        assertThat(app.status().restoring().fraction()).isEqualTo(1);
        assertThat(rows(app)).isEqualTo(200_000);
        assertThat(metric(app, "millrace.global.table.rows")).isBetween(150_000.0, 250_000.0);
        assertThat(metric(app, "millrace.global.table.lag")).isZero();
        app.close();
    }

    @Test
    void rangesAreAskedWhereTheKeysAreInOrder() {
        Application app = simulation.start(pipeline(LEVELS));
        send(LEVELS, 0, 100, 5L);
        simulation.runUntilDrained(app);
        List<Long> found = new ArrayList<>();
        app.queries()
                .store(StoreSpec.sorted("players", OrderedSerdes.int64(), Serdes.int64()))
                .range(10L, 20L)
                .forEach((key, value) -> found.add(key));
        assertThat(found).containsExactlyInAnyOrder(10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L, 19L);
        app.close();
    }

    @Test
    void aTopicThatWasDeletedAndMadeAnewUnderItsNameIsAnotherOne() {
        Application app = simulation.start(pipeline(LEVELS));
        send(LEVELS, 0, 10, 5L);
        simulation.runUntilDrained(app);
        app.close();

        simulation.log().admin().deleteTopic("levels");
        create(LEVELS, TopicSettings.compacted());
        // As many as were read of the old one, and more.
        send(LEVELS, 5, 30, 6L);
        Application again = simulation.start(pipeline(LEVELS));
        create(IN, TopicSettings.defaults());
        send(IN, 3, 7, 0L);
        simulation.runUntilDrained(again);
        assertThat(results()).containsExactlyInAnyOrder(-1L, -1L, 6L, 6L);
        assertThat(rows(again)).isEqualTo(25);
        again.close();
    }

    @Test
    void aTopicThatIsDeletedMeanwhileEndsTheApplication() {
        Application app = simulation.start(pipeline(LEVELS));
        simulation.runUntilDrained(app);
        simulation.log().admin().deleteTopic("levels");
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow()).isInstanceOf(LogException.class).hasMessageContaining("levels");
        app.close();
    }

    @Test
    void rowsAheadOfTheirTopicAreRefused() {
        create(LEVELS, TopicSettings.compacted());
        Application app = simulation.start(pipeline(LEVELS));
        simulation.runUntilDrained(app);
        app.close();
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        int store = backend.openStore("players");
        backend.write(sink -> sink.position(store, 1, 1_000_000));
        assertThatThrownBy(() -> simulation.start(pipeline(LEVELS)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("store 'players', partition 1, stands at offset 1000000 of levels-1");
    }

    /** Its records may be gone for a compaction that took tombstones, too. */
    @Test
    void rowsThatStandBeforeTheBeginningOfTheirTopicAreBuiltAnew() {
        TopicSettings shortLived = TopicSettings.defaults()
                .withRetention(Optional.of(Duration.ofMinutes(10)))
                .withSegmentAge(Duration.ofMinutes(1));
        create(LEVELS, shortLived);
        Application app = simulation.start(pipeline(LEVELS));
        send(LEVELS, 0, 10, 5L);
        simulation.runUntilDrained(app);
        app.close();

        simulation.log();
        send(LEVELS, 0, 5, null);
        simulation.world().runFor(Duration.ofHours(1));
        send(LEVELS, 20, 30, 7L);
        simulation.world().runFor(Duration.ofMinutes(2));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition source = new TopicPartition("levels", partition);
            long start = simulation.log().admin().logStartOffset(source);
            for (StoredPartition stored :
                    simulation.backend(simulation.log().logId()).stored()) {
                if (stored.partition() == partition) {
                    assertThat(start).as("%s", source).isGreaterThan(stored.position());
                }
            }
        }
        Application again = simulation.start(pipeline(LEVELS));
        simulation.runUntilDrained(again);
        assertThat(rows(again)).isEqualTo(10);
        again.close();
    }

    /** What was deleted may have been a tombstone. */
    @Test
    void recordsThatAreDeletedBeforeTheyAreReadHaveTheTableBuiltAnewWhileTheApplicationRuns() {
        Application app = simulation.start(pipeline(LEVELS));
        send(LEVELS, 0, 10, 5L);
        simulation.runUntilDrained(app);
        send(LEVELS, 20, 30, 5L);
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition source = new TopicPartition("levels", partition);
            ends.put(source, simulation.log().admin().endOffset(source, Isolation.READ_COMMITTED));
        }
        simulation.log().admin().deleteRecords(ends);
        send(LEVELS, 40, 45, 6L);
        send(IN, 9, 11, 0L);
        send(IN, 40, 42, 0L);
        simulation.runUntilDrained(app);
        assertThat(rows(app)).isEqualTo(5);
        send(IN, 9, 11, 0L);
        send(IN, 40, 42, 0L);
        simulation.runUntilDrained(app);
        assertThat(results().subList(4, 8)).containsExactly(-1L, -1L, 6L, 6L);
        assertThat(app.status().state()).isEqualTo(AppStatus.State.RUNNING);
        app.close();
    }

    @Test
    void aTableOfAnotherTopicIsRefusedWithBoth() {
        Application app = simulation.start(pipeline(LEVELS));
        simulation.runUntilDrained(app);
        app.close();
        assertThatThrownBy(() -> simulation.start(pipeline(levels("grades"))))
                .hasMessageContaining("store 'players' is another one: the topic was levels and is grades");
        // A store of the application's own is another thing, however alike its bytes are.
        Pipeline.Builder own = Pipeline.named("game");
        own.stream(LEVELS)
                .process(
                        "keep",
                        stores -> (key, value, context) -> {},
                        StoreSpec.sorted("players", OrderedSerdes.int64(), Serdes.int64()));
        assertThatThrownBy(() -> simulation.start(own.build()))
                .hasMessageContaining("the topic was levels and is nothing");
    }

    @Test
    void aTableMayComeAndGoWhereNothingElseChanges() {
        Pipeline.Builder without = Pipeline.named("game");
        without.stream(IN).to(OUT);
        Application app = simulation.start(without.build());
        simulation.runUntilDrained(app);
        app.close();
        Application with = simulation.start(pipeline(LEVELS));
        simulation.runUntilDrained(with);
        with.close();
        Application again = simulation.start(without.build());
        simulation.runUntilDrained(again);
        again.close();
    }

    /** A thousand bytes each, of which a megabyte may be unwritten. */
    private void sendNames(String value, int count) {
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < count; i++) {
                var ignored = producer.send(ProducerRecord.of(
                        NAMES.name(), BytesView.ofUtf8("k" + i), BytesView.ofUtf8(value.repeat(1_000))));
            }
            producer.flush();
        }
    }

    private Application startRefusing(BooleanSupplier isFull) {
        Pipeline.Builder builder = Pipeline.named("names");
        builder.globalTable(NAMES, "names");
        return builder.build()
                .start(
                        simulation.log(),
                        AppSettings.of(
                                        simulation.world().world(),
                                        logId -> RefusingBackend.of(simulation.backend(logId), isFull))
                                .withStateMemory(new MemoryBudget(16 << 20)));
    }

    private void assertNamesAreStored(String value) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Map<String, String> stored =
                    simulation.stored(StoreSpec.keyValue("names", Serdes.string(), Serdes.string()), partition);
            Map<String, String> folded = new HashMap<>();
            LogReading.read(simulation.log(), NAMES, partition)
                    .forEach(seen -> folded.put(String.valueOf(seen.key()), String.valueOf(seen.value())));
            assertThat(stored.equals(folded)).as("partition %d", partition).isTrue();
            assertThat(folded.values()).allMatch(each -> each.startsWith(value));
        }
    }

    /** While the rows are read for the first time, and later: what is read stays read, and is not read again. */
    @Test
    void aShortTimeWithoutRoomCostsNothingButThat() {
        simulation.log().admin().createTopic(NAMES.name(), PARTITIONS, TopicSettings.compacted());
        sendNames("a", 4_000);
        int[] refused = {0};
        int[] toRefuse = {3};
        Application app = startRefusing(() -> toRefuse[0] > 0 && toRefuse[0]-- > 0 && refused[0]++ >= 0);
        simulation.runUntilDrained(app);
        assertThat(refused[0]).isEqualTo(3);
        assertThat(app.status().restoring().recordsRestored()).isEqualTo(4_000);
        toRefuse[0] = 3;
        sendNames("b", 4_000);
        simulation.runUntilDrained(app);
        assertThat(refused[0]).isEqualTo(6);
        assertThat(app.status().restoring().recordsRestored()).isEqualTo(8_000);
        app.close();
        assertNamesAreStored("b");
    }

    @Test
    void aDiskThatStaysFullEndsTheApplicationAndTheNextStartGoesOn() {
        simulation.log().admin().createTopic(NAMES.name(), PARTITIONS, TopicSettings.compacted());
        sendNames("a", 20_000);
        Application app = startRefusing(() -> true);
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow()).hasMessageContaining("make room");
        app.close();
        Application next = startRefusing(() -> false);
        simulation.runUntilDrained(next);
        next.close();
        assertNamesAreStored("a");
    }
}
