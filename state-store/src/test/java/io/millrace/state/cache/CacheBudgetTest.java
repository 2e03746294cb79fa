package io.millrace.state.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CacheBudgetTest {
    private static final long BYTES = 4_000_000;
    private static final int ENTRY_BYTES = 232;
    private static final long SECOND = 1_000_000_000;

    private final CacheBudget budget = new CacheBudget(BYTES);
    private final ValueCache<Integer, Integer> busy = cache();
    private final ValueCache<Integer, Integer> idle = cache();
    private final SplittableRandom random = new SplittableRandom(5);
    private long now = 100;

    @Test
    void memoryGoesWhereItIsUsedAndComesBackASixteenthASecond() {
        budget.add(List.of(busy, idle));
        budget.runOnce(now);
        assertThat(busy.limitBytes()).isEqualTo(BYTES / 2);
        fill(idle, 20_000);

        int keys = (int) (BYTES * 3 / 4 / ENTRY_BYTES);
        for (int second = 0; second < 20; second++) {
            long before = busy.limitBytes();
            use(busy, keys, 30_000);
            passASecond();
            assertThat(busy.limitBytes() - before).isLessThanOrEqualTo(BYTES / 16);
        }

        assertThat(busy.limitBytes()).isGreaterThan(BYTES * 3 / 4);
        assertThat(idle.limitBytes()).isBetween(BYTES / 2 / 8 - 8, BYTES / 4);
        assertThat(idle.bytes()).isLessThanOrEqualTo(idle.limitBytes());
        long misses = busy.misses();
        long hits = busy.hits();
        use(busy, keys, 30_000);
        assertThat(busy.hits() - hits).isBetween(28_500L, 31_500L);
        assertThat(busy.misses() - misses).as("all of it fits now").isLessThan(300);
    }

    @Test
    void newCachesGetTheirShareAtOnceAndLeaveItToTheOthers() {
        budget.add(List.of(busy));
        assertThat(busy.limitBytes()).isGreaterThan(BYTES - 10);
        fill(busy, 20_000);
        List<ValueCache<?, ?>> more = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            more.add(cache());
            budget.add(List.of(more.get(i)));
            assertLimits(more);
        }
        assertThat(more).allSatisfy(cache -> assertThat(cache.limitBytes()).isGreaterThanOrEqualTo(BYTES / 100 / 8));

        budget.remove(more);
        assertThat(busy.limitBytes()).isGreaterThan(BYTES - 10);
    }

    @Test
    void timeThatPassesWithoutAnyUseMovesNothing() {
        budget.add(List.of(busy, idle));
        for (int second = 0; second < 100; second++) {
            passASecond();
        }

        assertThat(busy.limitBytes()).isEqualTo(BYTES / 2);
        assertThat(idle.limitBytes()).isEqualTo(BYTES / 2);
    }

    private void assertLimits(List<ValueCache<?, ?>> others) {
        long sum = busy.limitBytes();
        for (ValueCache<?, ?> other : others) {
            sum += other.limitBytes();
        }
        assertThat(sum).isLessThanOrEqualTo(BYTES);
    }

    private void passASecond() {
        now += SECOND;
        budget.runOnce(now);
        assertLimits(List.of(idle));
    }

    private void use(ValueCache<Integer, Integer> cache, int keys, int times) {
        for (int i = 0; i < times; i++) {
            Integer key = random.nextInt(keys);
            if (cache.find(key) == null) {
                cache.read(key, key, ENTRY_BYTES - 168, true);
            }
        }
    }

    private static void fill(ValueCache<Integer, Integer> cache, int keys) {
        for (int key = 0; key < keys; key++) {
            cache.read(key, key, ENTRY_BYTES - 168, true);
        }
    }

    private static ValueCache<Integer, Integer> cache() {
        return new ValueCache<>(new AbortedTransactions(), 0);
    }
}
