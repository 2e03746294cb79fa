package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.log.ConsumerConfig.FetchLimits;
import io.millrace.log.ConsumerConfig.OffsetReset;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConsumerConfigTest {
    private static final ConsumerConfig STANDALONE = ConsumerConfig.standalone();
    private static final FetchLimits LIMITS = FetchLimits.defaults();

    @Test
    void theDefaultsAreThoseThatAreDocumented() {
        assertThat(STANDALONE)
                .isEqualTo(new ConsumerConfig(
                        Optional.empty(),
                        Optional.empty(),
                        Isolation.READ_COMMITTED,
                        OffsetReset.EARLIEST,
                        new FetchLimits(1_048_576, 67_108_864, Integer.MAX_VALUE),
                        Duration.ofSeconds(45),
                        Duration.ofMinutes(5),
                        Optional.empty()));
    }

    @Test
    void eachSettingChangesItselfAlone() {
        ConsumerConfig changed = ConsumerConfig.group("orders")
                .withInstanceId("till-1")
                .withIsolation(Isolation.READ_UNCOMMITTED)
                .withOffsetReset(OffsetReset.ERROR)
                .withLimits(new FetchLimits(1, 2, 3))
                .withSessionTimeout(Duration.ofSeconds(4))
                .withMaxPollInterval(Duration.ofSeconds(5))
                .withAutoCommit(Duration.ofSeconds(6));
        ConsumerConfig expected = new ConsumerConfig(
                Optional.of("orders"),
                Optional.of("till-1"),
                Isolation.READ_UNCOMMITTED,
                OffsetReset.ERROR,
                new FetchLimits(1, 2, 3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Optional.of(Duration.ofSeconds(6)));
        assertThat(changed).isEqualTo(expected);
        assertThat(changed.withFetchBytes(7).limits()).isEqualTo(new FetchLimits(7, 2, 3));
        assertThat(changed.withPollRecords(8).limits()).isEqualTo(new FetchLimits(1, 2, 8));
        assertThat(changed.withFetchBytes(7).withLimits(changed.limits())).isEqualTo(expected);
        assertThat(changed.withPollRecords(8).withLimits(changed.limits())).isEqualTo(expected);
        assertThat(LIMITS.withPartitionBytes(1).withTotalBytes(2).withPollRecords(3))
                .isEqualTo(new FetchLimits(1, 2, 3));
    }

    static Stream<Arguments> durations() {
        return Stream.of(
                duration("sessionTimeout", STANDALONE::withSessionTimeout),
                duration("maxPollInterval", STANDALONE::withMaxPollInterval),
                duration("autoCommitInterval", STANDALONE::withAutoCommit));
    }

    private static Arguments duration(String name, Consumer<Duration> setting) {
        return Arguments.of(name, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("durations")
    void aDurationThatIsNotPositiveIsRefusedByItsName(String name, Consumer<Duration> setting) {
        setting.accept(Duration.ofNanos(1));
        for (Duration wrong : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setting.accept(wrong))
                    .withMessage(name + " is positive, got " + wrong);
        }
    }

    static Stream<Arguments> limits() {
        return Stream.of(
                limit("partitionBytes", LIMITS::withPartitionBytes),
                limit("partitionBytes", STANDALONE::withFetchBytes),
                limit("totalBytes", LIMITS::withTotalBytes),
                limit("pollRecords", LIMITS::withPollRecords),
                limit("pollRecords", STANDALONE::withPollRecords));
    }

    private static Arguments limit(String name, IntConsumer setting) {
        return Arguments.of(name, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void aLimitOfNothingIsRefusedByItsName(String name, IntConsumer setting) {
        setting.accept(1);
        for (int wrong : new int[] {0, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setting.accept(wrong))
                    .withMessage(name + " is at least 1, got " + wrong);
        }
    }
}
