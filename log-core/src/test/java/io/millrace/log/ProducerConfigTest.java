package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.log.ProducerConfig.Acks;
import io.millrace.log.ProducerConfig.LagPolicy;
import io.millrace.log.ProducerConfig.LagPolicy.Action;
import io.millrace.log.ProducerConfig.Partitioning;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProducerConfigTest {
    private static final ProducerConfig DEFAULTS = ProducerConfig.defaults();

    @Test
    void theDefaultsAreThoseThatAreDocumented() {
        assertThat(DEFAULTS)
                .isEqualTo(new ProducerConfig(
                        Optional.empty(),
                        Duration.ZERO,
                        67_108_864,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(120),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void eachSettingChangesItselfAlone() {
        Partitioning last = (record, partitions) -> partitions - 1;
        LagPolicy policy = LagPolicy.block(7, "billing");
        assertThat(DEFAULTS.withAcks(Acks.FORCED)
                        .withLinger(Duration.ofMillis(1))
                        .withBufferBytes(2)
                        .withMaxBlock(Duration.ofMillis(3))
                        .withDeliveryTimeout(Duration.ofMillis(4))
                        .withPartitioning(last)
                        .withLagPolicy(policy))
                .isEqualTo(new ProducerConfig(
                        Optional.of(Acks.FORCED),
                        Duration.ofMillis(1),
                        2,
                        Duration.ofMillis(3),
                        Duration.ofMillis(4),
                        Optional.of(last),
                        Optional.of(policy)));
    }

    static Stream<Arguments> durations() {
        return Stream.of(
                duration("linger", DEFAULTS::withLinger),
                duration("maxBlock", DEFAULTS::withMaxBlock),
                duration("deliveryTimeout", DEFAULTS::withDeliveryTimeout));
    }

    private static Arguments duration(String name, Consumer<Duration> setting) {
        return Arguments.of(name, setting);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("durations")
    void aNegativeDurationIsRefusedByItsNameAndZeroIsNot(String name, Consumer<Duration> setting) {
        setting.accept(Duration.ZERO);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.accept(Duration.ofNanos(-1)))
                .withMessage(name + " is not negative, got PT-0.000000001S");
    }

    @Test
    void aBufferOfNothingIsRefused() {
        assertThat(DEFAULTS.withBufferBytes(1).bufferBytes()).isEqualTo(1);
        for (int wrong : new int[] {0, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DEFAULTS.withBufferBytes(wrong))
                    .withMessage("bufferBytes is at least 1, got " + wrong);
        }
    }

    @Test
    void aLagPolicySaysWhatBecomesOfASend() {
        assertThat(LagPolicy.block(0, "a", "b")).isEqualTo(new LagPolicy(Set.of("b", "a"), 0, Action.BLOCK));
        assertThat(LagPolicy.reject(9, "a")).isEqualTo(new LagPolicy(Set.of("a"), 9, Action.REJECT));
    }

    @Test
    void aLagPolicyThatCouldNeverHoldIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LagPolicy.block(1))
                .withMessage("A lag policy names at least one group");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LagPolicy.reject(-1, "a"))
                .withMessage("maxLag is at least 0, got -1");
    }

    @Test
    void whoeverMadeALagPolicyDoesNotChangeItsGroups() {
        Set<String> groups = new HashSet<>(Set.of("a"));
        LagPolicy policy = new LagPolicy(groups, 1, Action.BLOCK);
        groups.add("b");
        assertThat(policy.groups()).containsExactly("a");
    }
}
