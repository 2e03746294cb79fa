package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.runtime.TimeMeter.Times;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeMeterTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TimeMeter meter = new TimeMeter();

    @Test
    void theLongestIsForgottenAfterTwoMinutesAndTheSumIsNot() {
        meter.took(9, 0);
        meter.took(5, 30 * SECOND);
        assertThat(meter.times()).isEqualTo(new Times(2, 14, 9));
        meter.took(3, 61 * SECOND);
        assertThat(meter.times().maxNanos()).as("of the minute before").isEqualTo(9);
        meter.took(4, 122 * SECOND);
        assertThat(meter.times()).isEqualTo(new Times(4, 21, 4));
        meter.took(1, 183 * SECOND);
        assertThat(meter.times().maxNanos()).isEqualTo(4);
    }

    @Test
    void timesOfOldEventsDoNotOverflow() {
        meter.took(Long.MAX_VALUE - 1, 0);
        meter.took(Long.MAX_VALUE - 1, 1);
        assertThat(meter.times().totalNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(meter.times().plus(meter.times())).isEqualTo(new Times(4, Long.MAX_VALUE, Long.MAX_VALUE - 1));
    }
}
