package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StateException;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** State that is not this log's, or ahead of it, is refused; state that is behind is brought up. */
class StateOwnershipTest {
    private static final Pipeline PIPELINE = Totals.pipeline(Totals.items(20));

    private final Simulation simulation = new Simulation(11);

    @Test
    void stateOfAnotherLogIsRefused() {
        AppSettings settings =
                AppSettings.of(simulation.world().world(), logId -> new MemoryBackend("another than " + logId));
        assertThatThrownBy(() -> PIPELINE.start(simulation.log(), settings))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("The state belongs to log another");
    }

    @Test
    void stateAheadOfItsChangelogIsRefused() {
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        int store = backend.openStore(Totals.TOTALS.name());
        backend.write(sink -> sink.position(store, 1, 1_000_000));
        assertThatThrownBy(() -> simulation.start(PIPELINE))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("store 'totals', partition 1, stands at offset 1000000")
                .hasMessageContaining("the log has lost acknowledged records");
    }

    /** Of a partition that the store has no more, as when its topic was made anew with fewer, nothing is asked. */
    @Test
    void stateOfAPartitionThatIsNotThereIsNoHindrance() {
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        int store = backend.openStore(Totals.TOTALS.name());
        backend.write(sink -> sink.position(store, Totals.PARTITIONS, 1_000_000));
        backend.write(sink -> sink.position(backend.openStore("another"), 0, 1_000_000));
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        app.close();
    }

    @Test
    void stateThatAnotherSerdeWroteIsRefusedWithWhatWasAndWhatIs() {
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        backend.pin(
                backend.openStore(Totals.TOTALS.name()),
                StoreSpec.keyValue("totals", Serdes.string(), Serdes.int32()).manifest());
        assertThatThrownBy(() -> simulation.start(PIPELINE))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("Store 'totals' holds what was written otherwise")
                .hasMessageContaining("the value was int32 and is int64");
        assertThat(simulation.log().admin().topics())
                .as("nothing is recorded of what was not started")
                .extracting(TopicDescription::name)
                .noneMatch(name -> name.startsWith("totals-"));
    }

    @Test
    void emptyStateIsFilledFromTheChangelog() {
        Application app = simulation.start(PIPELINE);
        simulation.runUntilDrained(app);
        app.close();
        MemoryBackend fresh = new MemoryBackend(simulation.log().logId());
        AppSettings settings = AppSettings.of(simulation.world().world(), logId -> fresh);
        Application again = PIPELINE.start(simulation.log(), settings);
        simulation.runUntilDrained(again);
        assertThat(again.status().restoring().recordsRestored()).isGreaterThan(2);
        assertThat(again.status().recordsConsumed()).isZero();
        again.close();
        for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
            Map<String, Long> expected = Totals.totals(LogReading.texts(simulation.log(), Totals.IN, partition));
            assertThat(Simulation.stored(fresh, Totals.TOTALS, partition)).isEqualTo(expected);
        }
    }

    @Test
    void stateThatWasElsewhereForAWhileIsCaughtUp() {
        assertThat(totalsAfterBeingElsewhere(Duration.ofHours(1), true)).containsKey("ghost");
    }

    /** What was deleted meanwhile would come back: the changelog may not know of it any more. */
    @Test
    void stateThatWasElsewhereForLongIsBuiltAnewIfItsChangelogWasCompacted() {
        assertThat(totalsAfterBeingElsewhere(Duration.ofDays(3), true)).doesNotContainKey("ghost");
    }

    /** As of an application that was killed, and stood still for a weekend: nothing is compacted then. */
    @Test
    void stateThatIsBehindIsCaughtUpHoweverOldItIsIfItsChangelogWasNotCompacted() {
        assertThat(totalsAfterBeingElsewhere(Duration.ofDays(3), false)).containsKey("ghost");
    }

    /** It lacks nothing, so nothing can have been forgotten. */
    @Test
    void stateOfAnApplicationThatWasStoppedIsThereHoweverLongItStood() {
        MemoryBackend here = simulation.backend(simulation.log().logId());
        run(here, 20);
        haunt(here);
        simulation.world().advance(Duration.ofDays(3));
        run(here, 20);
        assertThat(Simulation.stored(here, Totals.TOTALS, 0)).containsKey("ghost");
    }

    /** The state has a key that the changelog does not know, as if its deletion were compacted away. */
    private Map<String, Long> totalsAfterBeingElsewhere(Duration time, boolean isCompacted) {
        LogAdmin admin = simulation.log().admin();
        TopicPartition changelog = new TopicPartition("totals-totals-changelog", 0);
        TopicSettings.Compaction eager = TopicSettings.Compaction.defaults().withMinDirtyRatio(0);
        admin.createTopic(
                changelog.topic(),
                Totals.PARTITIONS,
                TopicSettings.compacted().withSegmentBytes(1).withCompaction(eager));
        if (!isCompacted) {
            admin.alterTopic(changelog.topic(), TopicSettings.compacted());
        }
        run(simulation.backend(simulation.log().logId()), 20);
        MemoryBackend here = simulation.backend(simulation.log().logId());
        haunt(here);
        long position = here.position(here.openStore(Totals.TOTALS.name()), 0).orElseThrow();
        simulation.world().advance(time);
        run(new MemoryBackend(simulation.log().logId()), 60);
        simulation.world().runFor(Duration.ofMinutes(2));
        assertThat(admin.compactedOffset(changelog).orElseThrow() > position).isEqualTo(isCompacted);
        run(here, 60);
        Map<String, Long> totals = Simulation.stored(here, Totals.TOTALS, 0);
        assertThat(totals).containsAllEntriesOf(Totals.totals(LogReading.texts(simulation.log(), Totals.IN, 0)));
        return totals;
    }

    private static void haunt(MemoryBackend state) {
        state.write(sink -> sink.put(
                state.openStore(Totals.TOTALS.name()), 0, bytes(Serdes.string(), "ghost"), bytes(Serdes.int64(), 1L)));
    }

    @Test
    void stateThatNobodyOpensIsKeptAsLongAsTheSettingsSay() {
        MemoryBackend backend = simulation.backend(simulation.log().logId());
        int store = backend.openStore(Totals.TOTALS.name());
        backend.write(sink -> sink.position(store, 7, 1));
        AppSettings settings = AppSettings.of(simulation.world().world(), simulation::backend)
                .withStateCleanupDelay(Duration.ofMinutes(30));
        Application app = PIPELINE.start(simulation.log(), settings);
        simulation.world().runFor(Duration.ofMinutes(29));
        assertThat(backend.position(store, 7)).hasValue(1);
        simulation.world().runFor(Duration.ofMinutes(3));
        assertThat(backend.position(store, 7)).isEmpty();
        app.close();

        assertThatThrownBy(() -> settings.withStateCleanupDelay(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stateCleanupDelay is more than zero");
    }

    private static <T> BytesView bytes(Serde<T> serde, T value) {
        BytesWriter bytes = new BytesWriter();
        serde.write(value, bytes);
        return bytes.viewInto(new BytesView());
    }

    private void run(MemoryBackend backend, int items) {
        AppSettings settings = AppSettings.of(simulation.world().world(), logId -> backend);
        try (Application app = Totals.pipeline(Totals.items(items)).start(simulation.log(), settings)) {
            simulation.runUntilDrained(app);
        }
    }

    /** R3: the read-committed end would be too early, because what a predecessor has under way may yet be committed. */
    @Test
    void aTaskWaitsForWhatItsPredecessorsHaveUnderWay() {
        String changelog = "totals-totals-changelog";
        simulation.log().admin().createTopic(changelog, Totals.PARTITIONS, TopicSettings.compacted());
        try (TransactionalProducer predecessor = simulation
                .log()
                .transactionalProducer(
                        TransactionalProducerConfig.of("predecessor").withTransactionTimeout(Duration.ofHours(1)))) {
            predecessor.begin();
            for (int partition = 0; partition < Totals.PARTITIONS; partition++) {
                predecessor.send(
                        new TopicPartition(changelog, partition),
                        0,
                        BytesView.ofUtf8("left"),
                        BytesView.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 42}),
                        List.of());
            }
            predecessor.flush();
            Application app = simulation.start(PIPELINE);
            simulation.world().runFor(Duration.ofSeconds(20));
            assertThat(app.status().state()).isEqualTo(AppStatus.State.RESTORING);
            assertThat(app.status().recordsConsumed()).isZero();
            assertThat(predecessor.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            simulation.runUntilDrained(app);
            app.close();
        }
        assertThat(simulation.stored(Totals.TOTALS, 0)).containsEntry("left", 42L);
        assertThat(simulation.stored(Totals.TOTALS, 1)).containsEntry("left", 42L);
    }
}
