package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppListener;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.AppStatus.State;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of an application's states, and of how it restores. */
class AppListenerTest {
    private static final Pipeline PIPELINE = Totals.pipeline(Totals.items(3_000));

    private final Simulation simulation = new Simulation(3);
    private final Heard heard = new Heard();

    /** Notes what it is told. */
    private static final class Heard implements AppListener {
        private final List<State> states = new ArrayList<>();
        private final List<AppStatus.Restoring> progress = new ArrayList<>();

        @Override
        public void stateChanged(State before, State now) {
            assertThat(before).isEqualTo(states.isEmpty() ? now : states.get(states.size() - 1));
            states.add(now);
        }

        @Override
        public void restoring(AppStatus.Restoring now) {
            progress.add(now);
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
        try (TransactionalProducer predecessor = simulation
                .log()
                .transactionalProducer(
                        TransactionalProducerConfig.of("predecessor").withTransactionTimeout(Duration.ofHours(1)))) {
            predecessor.begin();
            for (int partition = 1; partition < Totals.PARTITIONS; partition++) {
                predecessor.send(
                        new TopicPartition("totals-totals-changelog", partition),
                        0,
                        BytesView.ofUtf8("left"),
                        BytesView.of(new byte[Long.BYTES]),
                        List.of());
            }
            predecessor.flush();
            Application app = PIPELINE.start(
                    simulation.log(), AppSettings.of(simulation.world().world(), MemoryBackend::new));
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
