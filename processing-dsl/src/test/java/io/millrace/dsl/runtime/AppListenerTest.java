package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.dsl.AppListener;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.AppStatus.State;
import io.millrace.dsl.Application;
import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.StoreRestore;
import io.millrace.dsl.StoreRestore.Phase;
import io.millrace.dsl.Topic;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of an application's states, and of how it restores. */
class AppListenerTest {
    private static final Pipeline PIPELINE = Totals.pipeline(Totals.items(3_000));

    private final Simulation simulation = new Simulation(3);
    private final Heard heard = new Heard();

    /** Notes what it is told. */
    private static final class Heard implements AppListener {
        private final List<State> states = new ArrayList<>();
        /** Each state comes of the one before; no assertion in a listener would be heard of. */
        private boolean isChain = true;

        private final List<AppStatus.Restoring> progress = new ArrayList<>();
        private final List<StoreRestore> restores = new ArrayList<>();

        @Override
        public void stateChanged(State before, State now) {
            isChain &= before == (states.isEmpty() ? now : states.get(states.size() - 1));
            states.add(now);
        }

        @Override
        public void restoring(AppStatus.Restoring now) {
            progress.add(now);
        }

        @Override
        public void storeRestoring(StoreRestore restore) {
            restores.add(restore);
        }

        private List<StoreRestore> of(int partition) {
            return restores.stream()
                    .filter(restore -> restore.topicPartition().partition() == partition)
                    .toList();
        }

        private List<Phase> phases(int partition) {
            return of(partition).stream().map(StoreRestore::phase).toList();
        }
    }

    @AfterEach
    void everyStateComesOfTheOneBefore() {
        assertThat(heard.isChain).as("%s", heard.states).isTrue();
    }

    /** Without state: all of it is in the changelogs. */
    private Application startEmpty(int loops) {
        return PIPELINE.start(
                simulation.log(),
                AppSettings.of(simulation.world().world(), MemoryBackend::new).withLoops(loops));
    }

    @Test
    void aRestoreIsToldFromItsBeginToItsEndHoweverShort() {
        Application first = simulation.start(PIPELINE);
        simulation.runUntilDrained(first);
        first.close();
        Application app = startEmpty(1);
        app.listen(heard);
        simulation.runUntilDrained(app);
        app.close();
        assertThat(heard.restores).extracting(StoreRestore::store).containsOnly("totals");
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            List<StoreRestore> told = heard.of(partition);
            assertThat(heard.phases(partition))
                    .startsWith(Phase.BEGUN, Phase.GOING_ON)
                    .endsWith(Phase.ENDED);
            assertThat(told).extracting(StoreRestore::position).isSorted();
            StoreRestore begun = told.get(0);
            assertThat(begun.records()).isZero();
            assertThat(begun.position()).isEqualTo(begun.startOffset()).isLessThan(begun.endOffset());
            StoreRestore ended = told.get(told.size() - 1);
            assertThat(ended.position()).isGreaterThanOrEqualTo(ended.endOffset());
            assertThat(ended.records()).isPositive();
        }
        assertThat(heard.progress)
                .extracting(AppStatus.Restoring::tasks)
                .contains(1)
                .endsWith(0);
        assertThat(heard.progress.get(0).fraction()).isLessThan(1);
        assertThat(heard.progress.get(heard.progress.size() - 1).fraction()).isEqualTo(1);
    }

    @Test
    void aRestoreOfNothingIsToldToo() {
        Application app = simulation.start(PIPELINE);
        app.listen(heard);
        simulation.runUntilDrained(app);
        app.close();
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            assertThat(heard.phases(partition)).containsExactly(Phase.BEGUN, Phase.ENDED);
        }
        assertThat(heard.progress).as("of nothing there is no progress").isEmpty();
        assertThat(app.status().restoring().fraction()).isEqualTo(1);
    }

    /** One of two loops restores, and the other one has yet to take its first step. */
    @Test
    void aRestoreIsAStateAlsoWhileLoopsHaveYetToJoin() {
        for (int seed = 0; seed < 20; seed++) {
            Simulation world = new Simulation(seed);
            Application before = world.start(PIPELINE);
            world.runUntilDrained(before);
            before.close();
            Application app = PIPELINE.start(
                    world.log(),
                    AppSettings.of(world.world().world(), MemoryBackend::new).withLoops(4));
            List<State> statesOfRestores = new ArrayList<>();
            List<AppStatus.Restoring> told = new ArrayList<>();
            app.listen(new AppListener() {
                @Override
                public void stateChanged(State past, State now) {}

                @Override
                public void restoring(AppStatus.Restoring now) {
                    told.add(now);
                    if (now.offsets() > 0) {
                        statesOfRestores.add(app.status().state());
                    }
                }
            });
            world.runUntilDrained(app);
            app.close();
            assertThat(statesOfRestores).as("seed %d", seed).isNotEmpty().doesNotContain(State.CREATED);
            assertThat(told).allMatch(progress -> progress.tasks() > 0 || progress.fraction() == 1);
        }
    }

    @Test
    void aRestoreThatIsBrokenOffIsToldAsSuspended() {
        Application first = simulation.start(PIPELINE);
        simulation.runUntilDrained(first);
        first.close();
        try (TransactionalProducer predecessor = openTransactions(0)) {
            Application app = startEmpty(1);
            app.listen(heard);
            simulation.world().runFor(Duration.ofSeconds(20));
            app.close();
            predecessor.abort();
        }
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            assertThat(heard.phases(partition)).startsWith(Phase.BEGUN).endsWith(Phase.SUSPENDED);
        }
    }

    /** Of two loops one is done long before the other one can be. */
    @Test
    void progressIsThatOfAllLoopsAndNeverGoesBack() {
        Application first = simulation.start(PIPELINE);
        simulation.runUntilDrained(first);
        first.close();
        try (TransactionalProducer predecessor = openTransactions(1)) {
            Application app = startEmpty(2);
            app.listen(heard);
            simulation.world().runFor(Duration.ofSeconds(20));
            AppStatus.Restoring half = app.status().restoring();
            assertThat(half.tasks()).isEqualTo(1);
            assertThat(half.offsetsLeft()).isEqualTo(1);
            assertThat(half.fraction()).isEqualTo((double) (half.offsets() - 1) / half.offsets());
            assertThat(app.metrics().value("millrace.restore.progress")).isEqualTo(half.fraction());
            assertThat(app.status().tasks()).isEqualTo(new AppStatus.Tasks(1, 1, 0));
            predecessor.commit();
            simulation.runUntilDrained(app);
            app.close();
        }
        double before = 0;
        for (AppStatus.Restoring now : heard.progress) {
            assertThat(now.fraction()).as("%s", heard.progress).isGreaterThanOrEqualTo(before);
            // A partition that goes from a loop to another is nobody's for a moment: what comes then is another phase.
            before = now.tasks() == 0 ? 0 : now.fraction();
        }
    }

    /** Whoever waits for global tables has begun, and a source whose turn is not known yet does not undo that. */
    @Test
    void noStateIsFollowedByCreated() {
        for (int seed = 0; seed < 20; seed++) {
            Simulation world = new Simulation(seed);
            Pipeline.Builder builder = Pipeline.named("tables");
            GlobalTable<String, Long> table = builder.globalTable(
                    Topic.of("table", Serdes.string(), Serdes.int64()).withPartitions(1), "table");
            builder.ingest(
                    "items",
                    () -> RecordSource.of(Totals.items(10)),
                    (item, out) -> out.send(Totals.IN, "k", item, item));
            builder.stream(Totals.IN)
                    .join(table, (key, value) -> key, (value, row) -> value)
                    .forEach((key, value) -> {});
            Application app = world.start(builder.build());
            Heard told = new Heard();
            app.listen(told);
            world.runUntilDrained(app);
            app.close();
            assertThat(told.isChain).isTrue();
            assertThat(told.states.subList(told.states.lastIndexOf(State.CREATED) + 1, told.states.size()))
                    .as("seed %d", seed)
                    .hasSize(told.states.size() - 1);
        }
    }

    @Test
    void aLifeIsToldFromItsCreationToItsEnd() {
        Application app = simulation.start(PIPELINE);
        app.listen(heard);
        assertThat(heard.states).containsExactly(State.CREATED);
        simulation.runUntilDrained(app);
        assertThat(app.status().state()).isEqualTo(State.RUNNING);
        app.close();
        assertThat(heard.states)
                .startsWith(State.CREATED)
                .endsWith(State.RUNNING, State.STOPPING, State.STOPPED)
                .doesNotContain(State.FAILED);
    }

    /** A predecessor has a transaction open in all changelogs but the first, so that they can be read to their ends only when it is decided. */
    @Test
    void whatIsReplayedIsToldUntilAllOfItIs() {
        Application first = simulation.start(PIPELINE);
        simulation.runUntilDrained(first);
        first.close();
        try (TransactionalProducer predecessor = openTransactions(1)) {
            Application app = startEmpty(1);
            app.listen(heard);
            simulation.world().runFor(Duration.ofSeconds(20));
            assertThat(heard.states).endsWith(State.RESTORING);
            AppStatus.Restoring half = heard.progress.get(heard.progress.size() - 1);
            assertThat(half.tasks()).isEqualTo(Totals.PARTITIONS - 1);
            assertThat(half.fraction()).isStrictlyBetween(0.0, 1.0);
            assertThat(half.offsetsLeft()).isEqualTo(Totals.PARTITIONS - 1);
            predecessor.commit();
            simulation.runUntilDrained(app);
            assertThat(heard.states).containsSubsequence(State.CREATED, State.RESTORING, State.RUNNING);
            assertThat(heard.progress).extracting(AppStatus.Restoring::fraction).isSorted();
            AppStatus.Restoring last = heard.progress.get(heard.progress.size() - 1);
            assertThat(last.tasks()).isZero();
            assertThat(last.fraction()).isEqualTo(1);
            assertThat(last.recordsRestored()).isGreaterThan(Totals.PARTITIONS);
            assertThat(last.time()).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
            app.close();
        }
    }

    /** Of a predecessor, in the changelogs from this partition on: their ends can be read when it is decided. */
    private TransactionalProducer openTransactions(int from) {
        TransactionalProducer predecessor = simulation
                .log()
                .transactionalProducer(
                        TransactionalProducerConfig.of("predecessor").withTransactionTimeout(Duration.ofHours(1)));
        predecessor.begin();
        for (int partition = from; partition < Totals.PARTITIONS; partition++) {
            predecessor.send(
                    new TopicPartition("totals-totals-changelog", partition),
                    0,
                    BytesView.ofUtf8("left"),
                    BytesView.of(new byte[Long.BYTES]),
                    List.of());
        }
        predecessor.flush();
        return predecessor;
    }

    @Test
    void aFailureIsTold() {
        Application app = simulation.start(PIPELINE);
        app.listen(heard);
        simulation.runUntilDrained(app);
        Application newer = simulation.start(PIPELINE);
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        newer.close();
        app.close();
        assertThat(app.failure()).isPresent();
        assertThat(heard.states).endsWith(State.FAILED);
    }

    @Test
    void aTaskThatWaitsForItsStoresIsRebalanced() {
        Application app = simulation.start(PIPELINE);
        app.listen(heard);
        simulation.runUntilDrained(app);
        Application other = PIPELINE.start(
                simulation.log(), AppSettings.of(simulation.world().world(), MemoryBackend::new), "other");
        simulation.world().runFor(Duration.ofSeconds(30));
        assertThat(heard.states).containsSubsequence(State.RUNNING, State.REBALANCING, State.RUNNING);
        other.close();
        app.close();
    }

    @Test
    void whatAListenerChangesIsToldToTheOthersAfterwards() {
        Application app = simulation.start(PIPELINE);
        app.listen((before, now) -> {
            if (now == State.RUNNING) {
                app.stop();
            }
        });
        app.listen(heard);
        simulation.world().runUntil(() -> app.status().state() == State.STOPPING, Duration.ofHours(1));
        app.close();
        assertThat(heard.states).endsWith(State.RUNNING, State.STOPPING, State.STOPPED);
    }

    /** What it throws is nobody's affair, also if it is no exception; but where the machine fails nothing goes on as if it did not. */
    @Test
    void anErrorOfAListenerIsLoggedAndNothingElse() {
        for (Error error : List.of(new AssertionError("no"), new NoClassDefFoundError("com/acme/Gone"))) {
            Simulation world = new Simulation(5);
            Application app = world.start(PIPELINE);
            app.listen((before, now) -> {
                throw error;
            });
            Heard told = new Heard();
            app.listen(told);
            world.runUntilDrained(app);
            app.close();
            assertThat(app.failure()).isEmpty();
            assertThat(told.states).endsWith(State.STOPPING, State.STOPPED);
            assertThat(told.isChain).isTrue();
        }
    }

    /** Whoever closes hears of it, and all is released. */
    @Test
    void memoryThatAListenerDoesNotHaveIsNobodysAffairButAllIsReleasedAllTheSame() {
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        app.listen((before, now) -> {
            if (now == State.STOPPING || now == State.STOPPED) {
                throw new OutOfMemoryError("none");
            }
        });
        assertThatThrownBy(app::close).isInstanceOf(OutOfMemoryError.class);
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
        assertThatThrownBy(() -> app.view(Totals.TOTALS, 0)).isInstanceOf(StateException.class);
        app.close();
    }

    @Test
    void aMissingListenerIsRefusedAndTheApplicationCloses() {
        Application app = simulation.start(PIPELINE);
        assertThatThrownBy(() -> app.listen(null))
                .isInstanceOf(PipelineException.class)
                .hasMessage("A listener is missing: null was given where one is needed");
        simulation.runUntilDrained(app);
        app.close();
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aBackendThatIsNotThereIsRefusedInWords() {
        AppSettings settings = AppSettings.of(simulation.world().world(), (String logId) -> (StateBackend) null);
        assertThatThrownBy(() -> PIPELINE.start(simulation.log(), settings))
                .isInstanceOf(PipelineException.class)
                .hasMessage("A state backend is missing: null was given where one is needed");
    }

    @Test
    void aListenerThatClosesIsToldToStopInstead() {
        Application app = simulation.start(PIPELINE);
        List<Throwable> thrown = new ArrayList<>();
        app.listen((before, now) -> {
            if (now == State.CREATED || now == State.RUNNING) {
                thrown.add(catchThrowable(app::close));
            }
        });
        simulation.runUntilDrained(app);
        assertThat(thrown)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(refused -> assertThat(refused)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Application 'totals' cannot be closed by its own listener")
                        .hasMessageContaining("call stop() there"));
        app.close();
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void codeOfThePipelineThatClosesIsToldToStopInstead() {
        List<Application> started = new ArrayList<>();
        List<Throwable> thrown = new ArrayList<>();
        Pipeline.Builder builder = Pipeline.named("closing");
        builder.ingest(
                "items", () -> RecordSource.of(Totals.items(1)), (item, out) -> out.send(Totals.IN, "k", item, item));
        builder.stream(Totals.IN).forEach((key, value) -> thrown.add(catchThrowable(started.get(0)::close)));
        Application app = simulation.start(builder.build());
        started.add(app);
        simulation.runUntilDrained(app);
        assertThat(thrown)
                .singleElement()
                .satisfies(refused -> assertThat(refused)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("cannot be closed by code of its own pipeline"));
        app.close();
    }

    @Test
    void aListenerThatThrowsDisturbsNobodyAndOneThatIsClosedHearsNothing() {
        Application app = simulation.start(PIPELINE);
        app.listen((before, now) -> {
            throw new IllegalStateException("not my day");
        });
        Application.Listening listening = app.listen(heard);
        listening.close();
        simulation.runUntilDrained(app);
        assertThat(heard.states).containsExactly(State.CREATED);
        app.close();
    }
}
