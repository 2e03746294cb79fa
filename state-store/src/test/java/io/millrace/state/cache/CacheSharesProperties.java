package io.millrace.state.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.cache.CacheShares.Demand;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class CacheSharesProperties {
    private static final long TOTAL = 1_000_000;

    @Property
    void theLimitsAreTheBudgetAtMostAndNobodyIsStarved(
            @ForAll("demands") List<Demand> demands, @ForAll @LongRange(max = 1L << 40) long total) {
        long[] limits = CacheShares.divide(total, demands);

        assertThat(Arrays.stream(limits).sum()).isBetween(total - total / 100 - 8L * limits.length * 2, total);
        assertThat(Arrays.stream(limits).min().orElse(0)).isGreaterThanOrEqualTo(total / limits.length / 8);
    }

    @Example
    void withoutAnyUseTheSharesAreEven() {
        long[] limits = CacheShares.divide(TOTAL, List.of(new Demand(0, 0, 0), new Demand(0, 0, 0)));

        assertThat(limits).containsExactly(TOTAL / 2, TOTAL / 2);
    }

    @Example
    void whoNeedsLittleKeepsThatHoweverOftenItIsUsed() {
        long[] limits = CacheShares.divide(
                TOTAL, List.of(new Demand(100_000, 500_000, 1_000_000), new Demand(500_000, 500_000, 10)));

        assertThat(limits[0]).isBetween(100_000L, 125_000L);
        assertThat(limits[1]).isBetween(870_000L, 880_000L);
    }

    @Example
    void fullCachesShareByUse() {
        long[] limits = CacheShares.divide(
                TOTAL, List.of(new Demand(500_000, 500_000, 300), new Demand(500_000, 500_000, 100)));

        assertThat(limits[0]).isBetween(700_000L, 750_000L);
        assertThat(limits[1]).isBetween(250_000L, 300_000L);
    }

    @Provide
    Arbitrary<List<Demand>> demands() {
        Arbitrary<Long> bytes = Arbitraries.longs().between(0, 1L << 40);
        Arbitrary<Double> use =
                Arbitraries.oneOf(Arbitraries.of(0.0), Arbitraries.doubles().between(0, 1e12));
        return Combinators.combine(bytes, bytes, use)
                .as(Demand::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(300);
    }
}
