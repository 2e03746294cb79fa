package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.BytesView;
import io.millrace.state.MemoryBudget;
import io.millrace.state.StateBackend;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The device of the state has no room, that of the log has: what is committed is kept, and goes on. */
class FullStateTest {
    private static final int RECORDS = 4_000;
    private static final int TASKS = 4;
    private static final Topic<String, Long> IN = Totals.IN.withPartitions(TASKS);
    private static final Topic<String, Long> OUT = Totals.OUT.withPartitions(TASKS);
    private static final BytesView ONE = BytesView.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 1});

    private final Simulation simulation = new Simulation(13);
    private int refused;
    private long firstRefusalNanos;

    @Test
    void aShortTimeWithoutRoomHoldsUpNothing() {
        boolean[] isFull = {true};
        Application app = start(Totals.pipeline(Totals.items(40)), () -> isFull[0]);
        simulation.runUntilDrained(app);
        simulation.world().runFor(Duration.ofMinutes(1));
        assertThat(refused).isGreaterThan(1);
        assertThat(app.failure()).isEmpty();

        isFull[0] = false;
        simulation.world().runFor(Duration.ofMinutes(1));
        assertStoredIsFolded(Totals.PARTITIONS);
        app.close();
    }

    /** R2: the log has committed, and only some of the tasks have followed, when the state says that it has no room. */
    @Test
    void whenTooMuchIsUnwrittenTheLoopBeginsAnewAndLosesNoCommittedChange() {
        sendLargeKeys();
        Application app = start(pipeline(), () -> refused == 0 || nanos() - firstRefusalNanos < 1_000_000_000);
        simulation.runUntilDrained(app);
        assertThat(refused).isGreaterThan(1);
        assertThat(app.status().recordsConsumed()).isEqualTo(RECORDS);
        app.close();

        assertStoredIsFolded(TASKS);
        assertOutputsAreFolded();
    }

    @Test
    void aDeviceThatStaysFullEndsTheApplicationSayingWhatToDoAndTheNextStartGoesOn() {
        sendLargeKeys();
        Application app = start(pipeline(), () -> true);
        simulation.world().runUntil(() -> app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure().orElseThrow())
                .hasMessageContaining("everything committed is intact")
                .hasMessageContaining("make room");
        app.close();

        Application next = start(pipeline(), () -> false);
        simulation.runUntilDrained(next);
        next.close();
        assertStoredIsFolded(TASKS);
        assertOutputsAreFolded();
    }

    /** All tasks have something unwritten, and staged more, when their loop is fenced. */
    @Test
    void aLoopThatIsFencedWhileThereIsNoRoomKeepsNothingUncommitted() {
        boolean[] isFull = {true};
        sendLargeKeys();
        Application app = start(
                pipeline(),
                () -> isFull[0],
                settings ->
                        settings.withStateMemory(new MemoryBudget(256 << 20)).withCommitInterval(Duration.ofHours(1)));
        simulation.runUntilDrained(app);
        sendLargeKeys();
        simulation.world().runUntil(() -> app.status().recordsConsumed() > RECORDS, Duration.ofHours(1));
        assertThat(app.isDrained()).as("the transaction is over").isFalse();
        // Who takes its transactional id fences the loop.
        simulation
                .log()
                .transactionalProducer(TransactionalProducerConfig.of("totals-0"))
                .close();
        simulation.runUntilDrained(app);
        isFull[0] = false;
        app.close();
        assertThat(refused).isPositive();
        assertStoredIsFolded(TASKS);
        assertOutputsAreFolded();
    }

    private Application start(Pipeline pipeline, BooleanSupplier isFull) {
        return start(pipeline, isFull, settings -> settings.withStateMemory(new MemoryBudget(16 << 20)));
    }

    private Application start(Pipeline pipeline, BooleanSupplier isFull, UnaryOperator<AppSettings> settings) {
        return pipeline.start(
                simulation.log(),
                settings.apply(AppSettings.of(
                        simulation.world().world(), logId -> refusing(simulation.backend(logId), isFull))));
    }

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("totals");
        Totals.addSteps(builder, IN, OUT);
        return builder.build();
    }

    /** Four megabytes of state, of which one may be unwritten. */
    private void sendLargeKeys() {
        if (simulation.log().admin().describeTopic(IN.name()).isEmpty()) {
            simulation.log().admin().createTopic(IN.name(), TASKS, IN.settings());
        }
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < RECORDS; i++) {
                BytesView key = BytesView.ofUtf8(i + "k".repeat(1_000));
                var ignored = producer.send(ProducerRecord.of(IN.name(), key, ONE));
            }
            producer.flush();
        }
    }

    private void assertStoredIsFolded(int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            // Thousands of large entries: a message with all of them helps nobody.
            assertThat(simulation
                            .stored(Totals.TOTALS, partition)
                            .equals(Totals.totals(LogReading.texts(simulation.log(), IN, partition))))
                    .as("partition %d stands for all input, once", partition)
                    .isTrue();
        }
    }

    private void assertOutputsAreFolded() {
        for (int partition = 0; partition < TASKS; partition++) {
            assertThat(LogReading.texts(simulation.log(), OUT, partition)
                            .equals(Totals.fold(LogReading.texts(simulation.log(), IN, partition))))
                    .as("output %d is that of all input, once", partition)
                    .isTrue();
        }
    }

    private long nanos() {
        return simulation.world().world().ticker().nanos();
    }

    private StateBackend refusing(StateBackend backend, BooleanSupplier isFull) {
        return RefusingBackend.of(backend, () -> {
            boolean isRefused = isFull.getAsBoolean();
            if (isRefused) {
                firstRefusalNanos = refused++ == 0 ? nanos() : firstRefusalNanos;
            }
            return isRefused;
        });
    }
}
