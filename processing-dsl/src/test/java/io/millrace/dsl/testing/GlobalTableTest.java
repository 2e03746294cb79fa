package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Joins with a global table as a user's test sees them: any key, any partition, every instance. */
class GlobalTableTest {
    private static final Topic<String, Long> PLAYERS = Topic.of("players", Serdes.string(), Serdes.int64())
            .withPartitions(3)
            .withSettings(TopicSettings.compacted());
    private static final Topic<String, String> SCORES =
            Topic.of("scores", Serdes.string(), Serdes.string()).withPartitions(2);
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(2);
    private static final Topic<String, String> ALL =
            Topic.of("all", Serdes.string(), Serdes.string()).withPartitions(2);

    /** A score's value is the player's name; {@code -} for none. */
    private static Pipeline.Builder builder(ErrorPolicy policy) {
        Pipeline.Builder builder = Pipeline.named("game");
        GlobalTable<String, Long> players =
                builder.globalTable(PLAYERS, "players").onError(policy);
        builder.stream(SCORES)
                .join(players, (game, player) -> player.equals("-") ? null : player, (player, level) -> player + level)
                .withValueSerde(Serdes.string())
                .to(OUT);
        builder.stream(SCORES)
                .leftJoin(
                        builder.globalTable(PLAYERS, "players"),
                        (game, player) -> player.equals("-") ? null : player,
                        (player, level) -> player + level)
                .withValueSerde(Serdes.string())
                .to(ALL);
        return builder;
    }

    private static Pipeline game() {
        return builder(ErrorPolicy.stop()).build();
    }

    @Test
    void aRowIsFoundByAnyKeyAndTheResultIsTheRecords() {
        try (PipelineTest test = PipelineTest.of(game())) {
            Map<Object, Object> expected = new HashMap<>();
            for (long i = 0; i < 20; i++) {
                test.input(PLAYERS).send("p" + i, i, 900 + i);
                expected.put("p" + i, i);
            }
            test.run();
            for (int i = 0; i < 20; i++) {
                test.input(SCORES).send("g" + i, "p" + (i * 7 % 20), i);
            }
            test.run();
            List<TestRecord<String, String>> results = test.output(OUT).readAll();
            assertThat(results).hasSize(20);
            for (TestRecord<String, String> result : results) {
                int game = (int) result.timestamp();
                assertThat(result.key()).isEqualTo("g" + game);
                assertThat(result.value()).isEqualTo("p" + (game * 7 % 20) + (game * 7 % 20));
            }
            assertThat(test.state("players")).isEqualTo(expected);
        }
    }

    @Test
    void whatHasNoRowNoKeyOrNoValueIsTreatedAsInATableOfItsOwnPartition() {
        try (PipelineTest test = PipelineTest.of(game())) {
            test.input(PLAYERS).send("ann", 1L);
            test.run();
            test.input(SCORES).send("g", "bob");
            test.input(SCORES).send("g", "-");
            test.input(SCORES).send("g", null);
            test.input(SCORES).send(null, "ann");
            test.run();
            assertThat(test.output(OUT).readAll()).singleElement().satisfies(result -> {
                assertThat(result.key()).isNull();
                assertThat(result.value()).isEqualTo("ann1");
            });
            assertThat(test.output(ALL).readValues()).containsExactlyInAnyOrder("bobnull", "-null", "ann1");
        }
    }

    @Test
    void aTombstoneTakesTheRowAway() {
        try (PipelineTest test = PipelineTest.of(game())) {
            test.input(PLAYERS).send("ann", 1L);
            test.run();
            test.input(PLAYERS).sendTombstone("ann");
            test.run();
            test.input(SCORES).send("g", "ann");
            test.run();
            assertThat(test.output(OUT).isEmpty()).isTrue();
            assertThat(test.state("players")).isEmpty();
        }
    }

    @Test
    void aRowIsFoundInWhateverPartitionItWasWrittenTo() {
        try (PipelineTest test = PipelineTest.of(game())) {
            for (int partition = 0; partition < 3; partition++) {
                test.input(PLAYERS).toPartition(partition).send("in" + partition, (long) partition);
            }
            test.run();
            for (int partition = 0; partition < 3; partition++) {
                test.input(SCORES).send("g" + partition, "in" + partition);
            }
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactlyInAnyOrder("in00", "in11", "in22");
        }
    }

    /** Whatever order they came in: so that a table that is built again is the same. */
    @Test
    void ofAKeyInSeveralPartitionsTheOneOfThePartitionerCounts() {
        try (PipelineTest test = PipelineTest.of(game())) {
            test.input(PLAYERS).send("bob", 5L);
            int home = Partitioner.partitionOf(BytesView.ofUtf8("bob"), 3);
            for (int partition = 0; partition < 3; partition++) {
                if (partition != home) {
                    test.input(PLAYERS).toPartition(partition).send("bob", 10L + partition);
                }
            }
            test.run();
            test.input(SCORES).send("g", "bob");
            test.run();
            assertThat(test.output(OUT).readValues()).containsExactly("bob5");
        }
    }

    @Test
    void whatATransactionWroteIsARowFromItsCommitOnAndNeverIfItIsAborted() {
        try (PipelineTest test = PipelineTest.of(game())) {
            TestTransaction aborted = test.beginTransaction();
            test.input(PLAYERS).in(aborted).send("ann", 666L);
            test.run();
            test.input(SCORES).send("g", "ann");
            test.run();
            aborted.abort();
            TestTransaction committed = test.beginTransaction();
            test.input(PLAYERS).in(committed).send("ann", 2L);
            test.run();
            test.input(SCORES).send("g", "ann");
            test.run();
            committed.commit();
            test.run();
            test.input(SCORES).send("g", "ann");
            test.run();
            assertThat(test.output(ALL).readValues()).containsExactly("annnull", "annnull", "ann2");
        }
    }

    @Test
    void everyInstanceHasAllOfIt() {
        for (long seed = 0; seed < 10; seed++) {
            PipelineTestSettings settings =
                    PipelineTestSettings.defaults().withSeed(seed).withInstances(2);
            try (PipelineTest test = PipelineTest.of(game(), settings)) {
                for (long i = 0; i < 20; i++) {
                    test.input(PLAYERS).send("p" + i, i);
                }
                test.run();
                TestOutputTopic<String, String> out = test.output(OUT);
                sendAll(test, out, 0);
                assertThat(test.status(0).recordsConsumed()).isPositive();
                assertThat(test.status(1).recordsConsumed()).isPositive();
                test.addInstance();
                test.crashAndRestart();
                test.input(PLAYERS).send("p3", 33L);
                test.run();
                sendAll(test, out, 30);
                test.removeInstance();
                test.removeInstance();
                test.run();
                sendAll(test, out, 30);
            }
        }
    }

    /** @param extra that the third player's level is higher by */
    private static void sendAll(PipelineTest test, TestOutputTopic<String, String> out, int extra) {
        for (int i = 0; i < 20; i++) {
            test.input(SCORES).send("g" + i, "p" + i);
        }
        test.run();
        List<TestRecord<String, String>> results = out.readAll();
        assertThat(results).as("%s", test).hasSize(20);
        for (TestRecord<String, String> result : results) {
            int player = Integer.parseInt(String.valueOf(result.key()).substring(1));
            assertThat(result.value()).as("%s", test).isEqualTo("p" + player + (player == 3 ? player + extra : player));
        }
    }

    @Test
    void aRestartReadsOnlyWhatIsNew() {
        try (PipelineTest test = PipelineTest.of(game())) {
            for (long i = 0; i < 1000; i++) {
                test.input(PLAYERS).send("p" + i, i);
            }
            test.run();
            assertThat(test.status().restoring().recordsRestored()).isEqualTo(1000);
            // Until it is written behind.
            test.advanceTime(Duration.ofSeconds(10));
            test.crashAndRestart();
            test.input(PLAYERS).send("p1", 7L);
            test.input(SCORES).send("g", "p1");
            test.run();
            assertThat(test.status().restoring().recordsRestored()).isEqualTo(1);
            assertThat(test.state("players")).hasSize(1000).containsEntry("p1", 7L);
        }
    }

    @Test
    void aRecordThatCannotBeReadEndsTheApplicationAndSaysWhatToDo() {
        try (PipelineTest test = PipelineTest.of(game())) {
            test.input(PLAYERS).send("ann", 1L);
            test.input(PLAYERS).sendBytes(BytesView.ofUtf8("bob"), BytesView.ofUtf8("no number"), 0);
            assertThat(test.runUntilFailure())
                    .hasMessageContaining("cannot be a row of global table 'players'")
                    .hasMessageContaining("GlobalTable.onError(ErrorPolicy.skip())");
            assertThat(test.status().state()).isEqualTo(AppStatus.State.FAILED);
        }
    }

    @Test
    void aRecordThatCannotBeReadIsPassedOverWhereThePolicySaysSo() {
        Pipeline skipping = builder(ErrorPolicy.skip()).build();
        try (PipelineTest test = PipelineTest.of(skipping)) {
            test.input(PLAYERS).send("bob", 1L);
            test.input(PLAYERS).sendBytes(BytesView.ofUtf8("bob"), BytesView.ofUtf8("no number"), 0);
            test.input(SCORES).send("g", "bob");
            test.run();
            assertThat(test.output(ALL).readValues()).containsExactly("bob1");
            assertThat(test.status().recordsSkipped()).isEqualTo(1);
        }
    }

    @Test
    void aPipelineMayWriteToTheTopicOfItsOwnTable() {
        Pipeline.Builder builder = Pipeline.named("levels");
        builder.stream(SCORES)
                .leftJoin(
                        builder.globalTable(PLAYERS, "players"),
                        (game, player) -> game,
                        (player, level) -> level == null ? 1L : level + 1)
                .withValueSerde(Serdes.int64())
                .to(PLAYERS);
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            for (int i = 0; i < 5; i++) {
                test.input(SCORES).send("ann", "x");
                test.run();
            }
            assertThat(test.state("players")).isEqualTo(Map.of("ann", 5L));
        }
    }

    /** A pipeline of nothing but a table is one to be asked. */
    @Test
    void aTableAloneIsKept() {
        Pipeline.Builder builder = Pipeline.named("alone");
        builder.globalTable(PLAYERS, "players");
        try (PipelineTest test = PipelineTest.of(builder.build())) {
            test.input(PLAYERS).send("ann", 1L);
            test.run();
            assertThat(test.state("players")).isEqualTo(Map.of("ann", 1L));
        }
    }
}
