package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** W11: a commit is seen in all its partitions from one instant on, whatever happens to each of them meanwhile. */
class HeldCommitsTest {
    private static final long FIRST = 1;
    private static final long SECOND = 2;

    private final World world = new SimulatedWorld(5).world();
    private final PartitionLog left = open("orders-0", 0);
    private final PartitionLog right = open("orders-1", 1);
    private final CommitHold hold = new CommitHold();

    @Test
    void aCommitIsSeenInBothPartitionsFromItsReleaseOn() {
        write(left, FIRST, 0);
        write(right, FIRST, 0);
        commit(left, FIRST, hold);
        PartitionView before = left.view();
        commit(right, FIRST, hold);
        assertThat(stable(left)).isZero();
        assertThat(stable(right)).isZero();

        hold.release();

        assertThat(stable(left)).isEqualTo(2);
        assertThat(stable(right)).isEqualTo(2);
        assertThat(before.endOffset(Isolation.READ_COMMITTED))
                .as("a view of before")
                .isEqualTo(2);
    }

    @Test
    void whatIsCommittedBehindItWaitsForItAndWhatIsBeforeItIsSeen() {
        write(left, SECOND, 0);
        commit(left, SECOND, released());
        write(left, FIRST, 0);
        commit(left, FIRST, hold);
        write(left, SECOND, 1);
        left.appendMarker(SECOND, (short) 2, true, 0);
        assertThat(stable(left)).isEqualTo(2);

        hold.release();

        assertThat(stable(left)).isEqualTo(6);
    }

    @Test
    void aForceOrARollChangesNothingOfIt() {
        write(left, FIRST, 0);
        commit(left, FIRST, hold);
        left.checkpoint();
        assertThat(left.rollIf(active -> true)).isTrue();
        assertThat(stable(left)).isZero();
        assertThat(left.durableStableOffset()).as("nothing held is cleaned").isZero();

        hold.release();
        left.checkpoint();

        assertThat(stable(left)).isEqualTo(2);
        assertThat(left.durableStableOffset()).isEqualTo(2);
    }

    @Test
    void anAbortWithAHoldHoldsNobodyUpAndTellsThoseWhoWait() {
        AtomicInteger woken = new AtomicInteger();
        write(left, FIRST, 0);
        left.onAppend(woken::incrementAndGet);

        left.appendDecidedMarker(FIRST, (short) 1, false, 0, hold);

        assertThat(stable(left)).isEqualTo(2);
        assertThat(woken).hasValue(1);
    }

    @Test
    void thoseWhoWaitAreToldOfTheReleaseAndNotOfTheMarker() {
        AtomicInteger woken = new AtomicInteger();
        write(left, FIRST, 0);
        left.onAppend(woken::incrementAndGet);
        commit(left, FIRST, hold);
        assertThat(woken).hasValue(0);
        hold.release();
        left.released();
        assertThat(woken).hasValue(1);
    }

    /** Each number is a hold's place among all, in the order of their markers. */
    @Property(tries = 500)
    void theFirstThatIsNotReleasedIsTheBound(
            @ForAll @Size(max = 6) List<@IntRange(max = 20) Integer> firstOffsets,
            @ForAll @IntRange(max = 63) int releasedMask,
            @ForAll @IntRange(max = 63) int prunedMask) {
        HeldCommits held = HeldCommits.NONE;
        List<CommitHold> holds = new ArrayList<>();
        long expected = 15;
        for (int i = 0; i < firstOffsets.size(); i++) {
            CommitHold next = new CommitHold();
            holds.add(next);
            held = held.with(firstOffsets.get(i), next);
            if ((releasedMask >> i & 1) == 1) {
                next.release();
            } else {
                expected = Math.min(expected, firstOffsets.get(i));
            }
            if ((prunedMask >> i & 1) == 1) {
                held = held.unreleased();
            }
        }
        assertThat(held.bound(15)).isEqualTo(expected);
        assertThat(held.unreleased().bound(15)).isEqualTo(expected);
        holds.forEach(CommitHold::release);
        assertThat(held.bound(15)).isEqualTo(15);
        assertThat(held.unreleased()).isSameAs(HeldCommits.NONE);
    }

    private PartitionLog open(String directory, int partition) {
        return PartitionLog.open(
                world,
                directory,
                new TopicPartition("orders", partition),
                PartitionSettings.of(TopicSettings.defaults(), Durability.PROCESS_CRASH),
                true);
    }

    private static void write(PartitionLog log, long producer, int epoch) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(producer, (short) epoch, true);
        builder.append(1000, null, BytesView.ofUtf8("value"), List.of());
        log.append(builder.finish(0), AppendOrigin.CLIENT);
    }

    private static void commit(PartitionLog log, long producer, CommitHold hold) {
        log.appendDecidedMarker(producer, (short) 1, true, 0, hold);
    }

    private static CommitHold released() {
        CommitHold released = new CommitHold();
        released.release();
        return released;
    }

    private static long stable(PartitionLog log) {
        return log.view().lastStableOffset();
    }
}
