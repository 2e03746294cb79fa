package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds event time back, and what does not. */
class WatermarksTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** The ticker's zero means nothing: here it passes the greatest long on the way. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();

    private static Watermarks of(int inputs) {
        return of(inputs, Optional.of(TIMEOUT));
    }

    private static Watermarks of(int inputs, Optional<Duration> timeout) {
        Watermarks watermarks = new Watermarks(inputs, timeout);
        for (int i = 0; i < inputs; i++) {
            watermarks.assign(i, "input-" + i, START);
        }
        return watermarks;
    }

    private static void record(Watermarks watermarks, int input, long timestamp, long seconds) {
        watermarks.advance(input, timestamp);
        watermarks.came(input, at(seconds));
    }

    private static long at(long seconds) {
        return START + TimeUnit.SECONDS.toNanos(seconds);
    }

    private static void look(Watermarks watermarks, long seconds) {
        watermarks.look(at(seconds), input -> 0);
    }

    @Test
    void itIsUnknownAsLongAsAnActiveInputHadNoRecord() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 1_000, 0);
        look(watermarks, 29);
        assertThat(watermarks.current()).isEqualTo(Watermarks.UNKNOWN);
        record(watermarks, 1, 400, 29);
        assertThat(watermarks.current()).isEqualTo(400);
    }

    @Test
    void aLaggingInputHoldsTimeBack() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 1_000, 0);
        record(watermarks, 1, 400, 0);
        record(watermarks, 0, 9_000, 1);
        assertThat(watermarks.current()).isEqualTo(400);
        record(watermarks, 1, 9_500, 1);
        assertThat(watermarks.current()).isEqualTo(9_000);
    }

    @Test
    void anIdleInputHoldsNothingBackUntilItHasRecordsAgain() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 400, 0);
        record(watermarks, 1, 1_000, 20);
        look(watermarks, 29);
        assertThat(watermarks.current()).isEqualTo(400);
        look(watermarks, 30);
        assertThat(watermarks.current()).isEqualTo(1_000);
        record(watermarks, 0, 1_100, 31);
        record(watermarks, 1, 5_000, 32);
        assertThat(watermarks.current()).isEqualTo(1_100);
    }

    @Test
    void whatAnInputBringsAfterItWasIdleIsLateAndDoesNotTakeTimeBack() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 400, 0);
        record(watermarks, 1, 1_000, 20);
        look(watermarks, 30);
        record(watermarks, 0, 500, 31);
        look(watermarks, 32);
        assertThat(watermarks.current()).isEqualTo(1_000);
    }

    @Test
    void aBacklogIsNeverIdle() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 400, 0);
        record(watermarks, 1, 1_000, 0);
        watermarks.look(at(3_600), input -> input == 0 ? 7 : 0);
        assertThat(watermarks.current()).isEqualTo(400);
        record(watermarks, 1, 2_000, 3_600);
        assertThat(watermarks.current()).isEqualTo(400);
    }

    @Test
    void whenAllAreIdleTimeGoesOnWithTheClock() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 400, 0);
        record(watermarks, 1, 1_000, 20);
        look(watermarks, 50);
        assertThat(watermarks.current()).isEqualTo(1_000);
        look(watermarks, 53);
        assertThat(watermarks.current()).isEqualTo(4_000);
        record(watermarks, 1, 5_000, 54);
        assertThat(watermarks.current()).isEqualTo(5_000);
    }

    @Test
    void withoutATimeoutOnlyRecordsMoveTime() {
        Watermarks watermarks = of(1, Optional.empty());
        record(watermarks, 0, 400, 0);
        look(watermarks, 1_000_000);
        assertThat(watermarks.current()).isEqualTo(400);
        assertThat(watermarks.nanosUntil(401, at(1_000_000))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatNeverHadARecordHasNoTimeToGoOnWith() {
        Watermarks watermarks = of(2);
        look(watermarks, 1_000_000);
        assertThat(watermarks.current()).isEqualTo(Watermarks.UNKNOWN);
        assertThat(watermarks.nanosUntil(400, at(1_000_000))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNewLifeGoesOnWhereTheLastOneCommitted() {
        Watermarks watermarks = of(2);
        watermarks.resumeAt(1_000);
        record(watermarks, 0, 400, 0);
        assertThat(watermarks.current()).isEqualTo(1_000);
        look(watermarks, 32);
        assertThat(watermarks.current()).isEqualTo(3_000);
    }

    @Test
    void anInputThatSomebodyElseReadsDoesNotCount() {
        Watermarks watermarks = of(2);
        record(watermarks, 0, 1_000, 0);
        watermarks.revoke(1);
        look(watermarks, 1);
        assertThat(watermarks.current()).isEqualTo(1_000);
    }

    @Test
    void timeEndsAtTheLastMillisecond() {
        Watermarks watermarks = of(1);
        record(watermarks, 0, Long.MAX_VALUE - 1, 0);
        look(watermarks, 40);
        assertThat(watermarks.current()).isEqualTo(Long.MAX_VALUE);
    }
}
