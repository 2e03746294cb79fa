package io.millrace.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.bank.RecentOrders.ChunkKey;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RecentOrdersTest {
    private static final long ACCOUNT = 5;

    private final MapStore<ChunkKey, OrderIds> ring = new MapStore<>("ring");
    private final RecentOrders recent = new RecentOrders(ring);

    @Test
    void theThousandthOrderBackIsADuplicateAndTheOneBeforeIsNot() {
        Account account = Account.NONE;
        for (long id = 1; id <= 3_007; id++) {
            account = recent.add(ACCOUNT, account, id);
        }
        assertThat(recent.contains(ACCOUNT, account, 3_007)).isTrue();
        assertThat(recent.contains(ACCOUNT, account, 2_008)).isTrue();
        assertThat(recent.contains(ACCOUNT, account, 2_007)).isFalse();
        assertThat(recent.contains(ACCOUNT, account, 3_008)).isFalse();
    }

    @Test
    void whatIsKeptIsBounded() {
        Account account = Account.NONE;
        for (long id = 0; id < 10_000; id++) {
            account = recent.add(ACCOUNT, account, id);
            assertThat(account.newest().size()).isLessThan(OrderIds.CHUNK);
        }
        assertThat(ring.size()).isEqualTo(RecentOrders.RING);
    }

    @Test
    void theSmallestIdThereIsCountsToo() {
        assertThat(recent.contains(ACCOUNT, Account.NONE, Long.MIN_VALUE)).isFalse();
        Account account = recent.add(ACCOUNT, Account.NONE, Long.MIN_VALUE);
        assertThat(recent.contains(ACCOUNT, account, Long.MIN_VALUE)).isTrue();
    }

    /** Ids from a small range, so that they repeat at every distance; compared with a queue of the last thousand. */
    @Property(tries = 30)
    void agreesWithAQueueOfTheLastThousand(@ForAll long seed, @ForAll @IntRange(min = 10, max = 4_000) int ids) {
        SplittableRandom random = new SplittableRandom(seed);
        RecentOrders subject = new RecentOrders(new MapStore<>("ring"));
        ArrayDeque<Long> model = new ArrayDeque<>();
        Account account = Account.NONE;
        for (int i = 0; i < 3_000; i++) {
            long id = random.nextInt(ids);
            assertThat(subject.contains(ACCOUNT, account, id)).isEqualTo(model.contains(id));
            account = subject.add(ACCOUNT, account, id);
            model.addLast(id);
            if (model.size() > RecentOrders.WINDOW) {
                model.removeFirst();
            }
        }
    }
}
