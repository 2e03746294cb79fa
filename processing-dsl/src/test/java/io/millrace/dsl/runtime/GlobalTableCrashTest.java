package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.StoredPartition;
import io.millrace.state.memory.MemoryBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run in which rows of a global table change while records look them up. Each record has one result,
 * with a row that the topic had, and no later record of a player meets an older row; what the state has is what the topic says before its position.
 */
class GlobalTableCrashTest {
    private static final int PARTITIONS = 3;
    private static final String NOTHING = "nothing";

    /** A player's new level, or with a {@code ?} a score. */
    private static final List<String> ITEMS = List.of(
            "ann=1", "ann?", "bob=1", "bob?", "ann=2", "cid=1", "ann?", "bob=", "bob?", "ann=3", "cid?", "ann?",
            "bob=2", "bob?", "cid=", "ann=4", "cid?", "ann?");

    private static final Topic<String, String> LEVELS =
            Topic.of("levels", Serdes.string(), Serdes.string()).withPartitions(PARTITIONS);
    /** Levels as they are told: empty for none, which is a tombstone in the table's topic. */
    private static final Topic<String, String> CHANGES =
            Topic.of("changes", Serdes.string(), Serdes.string()).withPartitions(1);

    private static final Topic<String, String> IN =
            Topic.of("in", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final KeyValueSpec<String, String> ROWS =
            StoreSpec.keyValue("players", Serdes.string(), Serdes.string());

    private static final CrashSweep SWEEP =
            new CrashSweep(pipeline(), "out", GlobalTableCrashTest::assertPrefix, (simulation, when) -> {
                assertPrefix(simulation, when);
                assertThat(LogReading.texts(simulation.log(), OUT, 0)).as(when).hasSize((int)
                        ITEMS.stream().filter(item -> item.endsWith("?")).count());
                assertThat(simulation.backend(simulation.log().logId()).stored())
                        .as(when)
                        .extracting(StoredPartition::partition)
                        .hasSizeGreaterThan(1);
            });

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("game");
        builder.ingest("items", () -> RecordSource.of(ITEMS), (item, out) -> {
            String player = item.substring(0, 3);
            if (item.endsWith("?")) {
                out.send(IN, "game", player);
            } else {
                out.send(CHANGES, player, item.substring(4));
            }
        });
        builder.stream(CHANGES)
                .mapValues(level -> level.isEmpty() ? null : level)
                .withValueSerde(Serdes.string())
                .to(LEVELS);
        builder.stream(IN)
                .leftJoin(
                        builder.globalTable(LEVELS, "players"),
                        (key, player) -> player,
                        (player, level) -> player + "=" + (level == null ? NOTHING : level))
                .withValueSerde(Serdes.string())
                .to(OUT);
        return builder.build();
    }

    private static void assertPrefix(Simulation simulation, String when) {
        List<String> results = LogReading.read(simulation.log(), OUT, 0).stream()
                .map(LogReading.Seen::value)
                .toList();
        long committed =
                simulation.log().admin().committedOffsets("game").getOrDefault(new TopicPartition("in", 0), 0L);
        List<String> scores = LogReading.read(simulation.log(), IN, 0).stream()
                .filter(seen -> seen.offset() < committed)
                .map(LogReading.Seen::value)
                .toList();
        assertThat(results)
                .as(when)
                .extracting(result -> result.substring(0, 3))
                .containsExactlyElementsOf(scores);
        assertRowsGoOn(simulation, results, when);
        assertStateIsThatOfItsPosition(simulation, when);
    }

    private static void assertRowsGoOn(Simulation simulation, List<String> results, String when) {
        for (String player : List.of("ann", "bob", "cid")) {
            List<String> levels = new ArrayList<>(List.of(NOTHING));
            int partition = Partitioner.partitionOf(BytesView.ofUtf8(player), PARTITIONS);
            LogReading.read(simulation.log(), LEVELS, partition).stream()
                    .filter(seen -> player.equals(seen.key()))
                    .forEach(seen -> levels.add(seen.value() == null ? NOTHING : seen.value()));
            int reached = 0;
            for (String result : results) {
                if (result.startsWith(player)) {
                    int found = levels.subList(reached, levels.size()).indexOf(result.substring(4));
                    assertThat(found)
                            .as("%s, after level %d of %s: %s", result, reached, levels, when)
                            .isNotNegative();
                    reached += found;
                }
            }
        }
    }

    private static void assertStateIsThatOfItsPosition(Simulation simulation, String when) {
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        for (StoredPartition stored : backend.stored()) {
            Map<String, String> fold = new HashMap<>();
            LogReading.read(simulation.log(), LEVELS, stored.partition()).stream()
                    .filter(seen -> seen.offset() < stored.position())
                    .forEach(seen -> {
                        if (seen.value() == null) {
                            fold.remove(seen.key());
                        } else {
                            fold.put(seen.key(), seen.value());
                        }
                    });
            assertThat(Simulation.stored(backend, ROWS, stored.partition()))
                    .as("partition %d: %s", stored.partition(), when)
                    .isEqualTo(fold);
        }
    }

    @Test
    void aKilledProcessNeitherLosesNorRepeatsNorGoesBack() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossNeitherLosesNorRepeatsNorGoesBack() {
        SWEEP.cuttingThePower();
    }
}
