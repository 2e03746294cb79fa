package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Sizes, durations and times, read and shown. */
class HumanValuesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "4096,4096",
        "64MiB,67108864",
        "64M,67108864",
        "64 mib,67108864",
        "1.5k,1536",
        "10MB,10000000",
        "7B,7",
        "1p,1125899906842624"
    })
    void sizesAreReadWithTheUnitsOfBothSystems(String text, long bytes) {
        assertThat(HumanSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "64 MeB", "1.5", "9999999P", "1e3", "k"})
    void whatIsNoSizeIsRefused(String text) {
        assertThatThrownBy(() -> HumanSize.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not a");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,1 KiB",
        "1500,1.5 KiB",
        "67108864,64 MiB",
        "1048575,1.0 MiB",
        "9223372036854775807,8192.0 PiB"
    })
    void sizesAreShownWithAUnit(long bytes, String text) {
        assertThat(HumanSize.show(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "7d,604800000",
        "1w,604800000",
        "36h,129600000",
        "1d12h,129600000",
        "90s,90000",
        "500ms,500",
        "1m 30s,90000",
        "PT90S,90000",
        "0,0"
    })
    void durationsAreRead(String text, long millis) {
        assertThat(HumanDuration.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "d", "-7d", "7 days", "99999999999999999999d", "999999999999d", "PX", "PT-5S"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> HumanDuration.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is");
    }

    @Property
    void aDurationThatIsShownIsReadAgain(@ForAll @LongRange(min = 0) long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(HumanDuration.parse(HumanDuration.show(duration))).isEqualTo(duration);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T13:00:00Z,2026-11-21T13:00:00Z",
        "2026-11-21T13:00:00.250+01:00,2026-11-21T12:00:00.250Z",
        "2026-11-21T13:00-05:00,2026-11-21T18:00:00Z",
        "2026-11-21 13:00,2026-11-21T13:00:00Z",
        "2026-11-21,2026-11-21T00:00:00Z",
        "@1700000000000,2023-11-14T22:13:20Z"
    })
    void timesAreRead(String text, Instant time) {
        assertThat(HumanTime.parse(text)).isEqualTo(time.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-13-01", "@x", "@-5", "13:00", "2026-11-21T25:00Z"})
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> HumanTime.parse(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void timesAreShownToTheMillisecondInUtc() {
        assertThat(HumanTime.show(1_700_000_000_001L)).isEqualTo("2023-11-14T22:13:20.001Z");
        assertThat(HumanTime.show(-1)).isEqualTo("@-1");
    }
}
