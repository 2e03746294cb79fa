package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.operator.WatermarkFormat.Mark;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An input whose writers say how far they are: what holds event time back there, and what does not. */
class ToldWatermarksTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();

    private static Watermarks of(int writers) {
        return of(writers, Optional.of(TIMEOUT));
    }

    private static Watermarks of(int writers, Optional<Duration> timeout) {
        Watermarks watermarks = new Watermarks(1, timeout);
        watermarks.assignTold(0, "between", writers, START);
        return watermarks;
    }

    private static long at(long seconds) {
        return START + TimeUnit.SECONDS.toNanos(seconds);
    }

    private static void active(Watermarks watermarks, int writer, long time, long seconds) {
        watermarks.told(0, new Mark(writer, time, false, Watermarks.NEVER), at(seconds));
    }

    private static void idle(Watermarks watermarks, int writer, long time, long until, long seconds) {
        watermarks.told(0, new Mark(writer, time, true, until), at(seconds));
    }

    private static void look(Watermarks watermarks, long seconds) {
        watermarks.look(at(seconds), input -> 0);
    }

    private static Map<String, Long> kept(Watermarks watermarks) {
        Map<String, Long> kept = new TreeMap<>();
        watermarks.forEachKept(watermarks.current(), kept::put);
        return kept;
    }

    @Test
    void itIsTheLeastThatTheWritersSayAndNotTheRecords() {
        Watermarks watermarks = of(2);
        watermarks.advance(0, 9_000);
        active(watermarks, 0, 1_000, 0);
        assertThat(watermarks.current()).isEqualTo(Watermarks.UNKNOWN);
        active(watermarks, 1, 400, 0);
        assertThat(watermarks.current()).isEqualTo(400);
        watermarks.advance(0, 9_500);
        active(watermarks, 1, 2_000, 1);
        assertThat(watermarks.current()).isEqualTo(1_000);
    }

    @Test
    void oneThatWasHeardIsWaitedForHoweverLongItIsSilent() {
        Watermarks watermarks = of(2);
        active(watermarks, 0, 1_000, 0);
        active(watermarks, 1, 400, 0);
        active(watermarks, 0, 9_000, 100);
        look(watermarks, 3_600);
        assertThat(watermarks.current()).isEqualTo(400);
        assertThat(watermarks.isQuiet()).isFalse();
        assertThat(watermarks.nanosUntil(401, at(3_600))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void oneThatWasNeverHeardIsWaitedForUntilTheTimeout() {
        Watermarks watermarks = of(2);
        active(watermarks, 0, 1_000, 0);
        look(watermarks, 29);
        assertThat(watermarks.current()).isEqualTo(Watermarks.UNKNOWN);
        assertThat(watermarks.nanosUntil(1_000, at(29))).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        look(watermarks, 30);
        assertThat(watermarks.current()).isEqualTo(1_000);
        assertThat(watermarks.isQuiet()).isFalse();
    }

    @Test
    void oneThatIsIdleHoldsNothingBackUntilItSaysMore() {
        Watermarks watermarks = of(2);
        active(watermarks, 0, 1_000, 0);
        active(watermarks, 1, 400, 0);
        idle(watermarks, 1, 400, Watermarks.NEVER, 5);
        assertThat(watermarks.current()).isEqualTo(1_000);
        active(watermarks, 1, 1_200, 6);
        active(watermarks, 0, 5_000, 6);
        assertThat(watermarks.current()).isEqualTo(1_200);
    }

    @Test
    void whenAllAreIdleTheClockGoesOnFromWhatTheySaidWithoutAnotherTimeout() {
        Watermarks watermarks = of(2);
        idle(watermarks, 0, 1_000, Watermarks.NEVER, 31);
        idle(watermarks, 1, Watermarks.UNKNOWN, Watermarks.NEVER, 33);
        look(watermarks, 33);
        assertThat(watermarks.isQuiet()).isTrue();
        assertThat(watermarks.current()).isEqualTo(1_000);
        assertThat(watermarks.nanosUntil(5_000, at(33))).isEqualTo(TimeUnit.SECONDS.toNanos(4));
        look(watermarks, 37);
        assertThat(watermarks.current()).isEqualTo(5_000);
    }

    @Test
    void theClockDoesNotPassWhatIsDueInAWriter() {
        Watermarks watermarks = of(2);
        idle(watermarks, 0, 1_000, Watermarks.NEVER, 31);
        idle(watermarks, 1, 900, 4_000, 31);
        look(watermarks, 100);
        assertThat(watermarks.current()).isEqualTo(3_999);
        assertThat(watermarks.until()).isEqualTo(4_000);
        assertThat(watermarks.nanosUntil(4_000, at(100))).isEqualTo(Long.MAX_VALUE);
        idle(watermarks, 1, 4_000, 9_000, 101);
        look(watermarks, 102);
        assertThat(watermarks.current()).isEqualTo(5_000);
    }

    @Test
    void aBacklogIsNeverIdle() {
        Watermarks watermarks = of(1);
        idle(watermarks, 0, 1_000, Watermarks.NEVER, 31);
        watermarks.look(at(100), input -> 7);
        assertThat(watermarks.current()).isEqualTo(1_000);
        assertThat(watermarks.isQuiet()).isFalse();
    }

    @Test
    void whatIsUnreadIsNoReasonToSayThatItIsNotQuiet() {
        Watermarks watermarks = of(1);
        idle(watermarks, 0, 1_000, Watermarks.NEVER, 31);
        look(watermarks, 31);
        watermarks.look(at(32), input -> 1);
        watermarks.advance(0, 1_100);
        assertThat(watermarks.isQuiet()).isTrue();
        active(watermarks, 0, 1_200, 33);
        assertThat(watermarks.isQuiet()).isFalse();
    }

    @Test
    void oneThatBeganAnewDoesNotTakeBackWhatTheOneBeforeItSaid() {
        Watermarks watermarks = of(2);
        active(watermarks, 0, 1_000, 0);
        active(watermarks, 1, 700, 0);
        active(watermarks, 0, Watermarks.UNKNOWN, 1);
        active(watermarks, 0, 400, 2);
        active(watermarks, 1, 2_000, 3);
        assertThat(watermarks.current()).isEqualTo(1_000);
    }

    @Test
    void writersOfAnotherVersionOfTheProgramAreNone() {
        Watermarks watermarks = of(1);
        active(watermarks, 3, 400, 0);
        active(watermarks, -1, 400, 0);
        active(watermarks, 0, 1_000, 0);
        assertThat(watermarks.current()).isEqualTo(1_000);
    }

    @Test
    void withoutATimeoutTheOneThatWasNeverHeardIsWaitedForAlways() {
        Watermarks watermarks = of(2, Optional.empty());
        active(watermarks, 0, 1_000, 0);
        look(watermarks, 1_000_000);
        assertThat(watermarks.current()).isEqualTo(Watermarks.UNKNOWN);
        assertThat(watermarks.nanosUntil(400, at(1_000_000))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void itIsKeptWhoWasHeardWhoIsIdleUntilWhenAndWhoIsAhead() {
        Watermarks watermarks = of(4);
        active(watermarks, 0, 1_000, 0);
        active(watermarks, 1, 400, 0);
        idle(watermarks, 2, 5_000, 7_000, 0);
        watermarks.advance(0, 300);
        look(watermarks, 30);
        assertThat(watermarks.current()).isEqualTo(400);
        assertThat(kept(watermarks))
                .isEqualTo(Map.of(
                        "between#0 until", Long.MIN_VALUE,
                        "between#0", 1_000L,
                        "between#1 until", Long.MIN_VALUE,
                        "between#2 until", 7_000L,
                        "between#2", 5_000L));

        Watermarks next = of(4);
        next.resumeAt(400);
        kept(watermarks).forEach(next::resumeInput);
        look(next, 100);
        assertThat(next.current()).isEqualTo(400);
        active(next, 1, 2_000, 101);
        assertThat(next.current()).isEqualTo(1_000);
        idle(next, 0, 1_000, Watermarks.NEVER, 102);
        idle(next, 1, 2_000, Watermarks.NEVER, 102);
        look(next, 103);
        assertThat(next.current()).isEqualTo(6_000);
    }

    @Test
    void theClockGoesOnFromTheGreatestRecordThatCameAlsoInTheNextLife() {
        Watermarks watermarks = of(1);
        active(watermarks, 0, 400, 0);
        watermarks.advance(0, 9_000);
        assertThat(kept(watermarks)).isEqualTo(Map.of("between#0 until", Long.MIN_VALUE, "between", 9_000L));
        Watermarks next = of(1);
        next.resumeAt(400);
        kept(watermarks).forEach(next::resumeInput);
        for (Watermarks life : List.of(watermarks, next)) {
            idle(life, 0, 400, Watermarks.NEVER, 40);
            look(life, 41);
            assertThat(life.current()).isEqualTo(10_000);
        }
    }

    @Test
    void aRollBackTakesBackWhatWasTold() {
        Watermarks watermarks = of(1);
        active(watermarks, 0, 1_000, 0);
        watermarks.committed();
        idle(watermarks, 0, 2_000, Watermarks.NEVER, 1);
        look(watermarks, 5);
        watermarks.rolledBack();
        look(watermarks, 50);
        assertThat(watermarks.current()).isEqualTo(1_000);
        assertThat(kept(watermarks)).isEqualTo(Map.of("between#0 until", Long.MIN_VALUE));
    }

    @Test
    void anotherInputIsWaitedForAsWell() {
        Watermarks watermarks = new Watermarks(2, Optional.of(TIMEOUT));
        watermarks.assignTold(0, "between", 1, START);
        watermarks.assign(1, "other", START);
        active(watermarks, 0, 1_000, 0);
        assertThat(watermarks.current()).isEqualTo(Watermarks.UNKNOWN);
        watermarks.advance(1, 700);
        assertThat(watermarks.current()).isEqualTo(700);
        watermarks.advance(1, 3_000);
        assertThat(watermarks.current()).isEqualTo(1_000);
    }
}
