package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An owner refuses a partition that is damaged where its last close had not forced it, and is killed: who opens the log next refuses it for
 * the same bytes, and has everything of the others.
 */
class RefusedAndKilledTest {
    private static final TopicPartition BAD = new TopicPartition("orders", 0);
    private static final TopicPartition GOOD = new TopicPartition("orders", 1);
    private static final String BAD_LOG = "orders-0/00000000000000000000.log";

    private SimulatedWorld world = new SimulatedWorld(1);
    private long damagedPosition;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoIsKilledAfterARefusalChangesNothingOfIt(boolean isLastBatch) {
        closeAndDamage(isLastBatch);
        List<String> kept = new ArrayList<>(List.of("good"));
        for (int life = 0; life < 3; life++) {
            LogEngine engine = open();
            assertRefused(engine, "in life " + life);
            assertThat(values(engine)).isEqualTo(kept);
            append(engine, GOOD, "more " + life);
            kept.add("more " + life);
            world = world.restart(CrashMode.PROCESS);
        }
    }

    /** Also where the kill comes while the partition is looked at, or what refuses it is written down. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKillMayComeAtAnyCall(boolean isLastBatch) {
        boolean isKilled = true;
        int kills = 0;
        for (int call = 0; isKilled; call++) {
            world = new SimulatedWorld(call);
            closeAndDamage(isLastBatch);
            world.storage().crashAt(world.storage().callCount() + call);
            List<String> kept = new ArrayList<>(List.of("good"));
            isKilled = isKilledWhileItRefuses(kept);
            kills += isKilled ? 1 : 0;
            world = world.restart(CrashMode.PROCESS);
            LogEngine next = open();
            assertRefused(next, "killed at call " + call);
            assertThat(values(next)).as("killed at call " + call).startsWith(kept.toArray(String[]::new));
        }
        assertThat(kills).isPositive();
    }

    /** @param kept what was acknowledged is added */
    private boolean isKilledWhileItRefuses(List<String> kept) {
        try {
            LogEngine engine = open();
            meetRefusal(engine);
            assertRefused(engine, "to be killed");
            append(engine, GOOD, "more");
            kept.add("more");
            engine.close();
            return false;
        } catch (SimulatedCrash killed) {
            return true;
        }
    }

    /** Nothing was forced by the close: both are small, and the system runs on. */
    private void closeAndDamage(boolean isLastBatch) {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            append(engine, BAD, "a");
            append(engine, BAD, "b");
            append(engine, GOOD, "good");
        }
        long size = world.storage().size(BAD_LOG);
        damagedPosition = isLastBatch ? size / 2 : 0;
        world.storage().rot(BAD_LOG, damagedPosition + size / 2 - 1, 1);
    }

    /** What was known of the end of one topic is nothing to the next of its name. */
    @Test
    void aTopicThatIsMadeAnewOwesNothingToTheOneBefore() {
        closeAndDamage(true);
        LogEngine engine = open();
        engine.admin().deleteTopic("orders");
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
        append(engine, GOOD, "new");
        world = world.restart(CrashMode.PROCESS);
        LogEngine next = open();
        assertThat(values(next)).containsExactly("new");
        assertThat(next.partition(BAD).view().logEndOffset()).isZero();
    }

    /** A process that is killed before it opens a partition leaves it as it was closed, and one that appended behind its end, the more so. */
    @Test
    void whatWasClosedAndKilledSinceIsWholeAgain() {
        try (LogEngine engine = open()) {
            engine.admin().createTopic("orders", 2, TopicSettings.defaults());
            append(engine, GOOD, "a");
        }
        for (int life = 0; life < 3; life++) {
            LogEngine engine = open();
            if (life > 0) {
                append(engine, GOOD, "b" + life);
            }
            world = world.restart(CrashMode.PROCESS);
        }
        assertThat(values(open())).containsExactly("a", "b1", "b2");
    }

    /** Writes the refusal down, which is a place to be killed at. */
    private static void meetRefusal(LogEngine engine) {
        try {
            engine.partition(BAD);
            throw new AssertionError("It is not refused");
        } catch (CorruptionException refused) {
            assertThat(refused).hasMessageContaining("No record was removed");
        }
    }

    private void assertRefused(LogEngine engine, String when) {
        long size = world.storage().size(BAD_LOG);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> engine.partition(BAD))
                    .as(when)
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(BAD.toString())
                    .hasMessageContaining(BAD_LOG)
                    .hasMessageContaining("position " + damagedPosition)
                    .hasMessageContaining("No record was removed");
        }
        assertThat(world.storage().size(BAD_LOG)).as(when).isEqualTo(size);
    }

    private static void append(LogEngine engine, TopicPartition partition, String value) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(-1, (short) -1, false);
        builder.append(1, null, BytesView.ofUtf8(value), List.of());
        engine.partition(partition).append(builder.finish(-1), AppendOrigin.CLIENT);
    }

    private static List<String> values(LogEngine engine) {
        return new ArrayList<>(Reading.values(engine, GOOD, Isolation.READ_UNCOMMITTED));
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
    }
}
