package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.overlay.Overlay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CommittedLayersTest {
    private static final int STORE_NUMBER = 5;
    private static final long ENOUGH = 10_000_000;
    private static final int MANY = 10_000;

    private final CommittedTotals totals = new CommittedTotals();
    private final SpareMemory spareMemory = new SpareMemory(50_000_000);
    private final CommittedLayers layers = new CommittedLayers(
            0, new int[] {STORE_NUMBER}, new long[] {CommittedLayers.NO_POSITION}, totals, ENOUGH, spareMemory);
    private Overlay staged = new Overlay();
    private long position;

    /** What a writer was fed. */
    private static final class Fed implements StateBackend.Batch.Sink {
        private final Map<Long, Long> changes = new TreeMap<>();
        private final List<Long> positions = new ArrayList<>();
        private int count;

        @Override
        public void put(int store, int partition, BytesView key, BytesView value) {
            changes.put(key.getLong(0), value.getLong(0));
            count++;
        }

        @Override
        public void delete(int store, int partition, BytesView key) {
            changes.put(key.getLong(0), null);
            count++;
        }

        @Override
        public void used(int store, int partition, long millis) {
            throw new AssertionError("no time was given");
        }

        @Override
        public void drop(int store, int partition) {
            throw new AssertionError("nothing was dropped");
        }

        @Override
        public void position(int store, int partition, long newPosition) {
            positions.add(newPosition);
        }
    }

    @Test
    void aLargeCommitIsTakenAsItIsAndNotCopied() {
        commit(0, MANY, 1);
        commit(MANY, 2 * MANY, 2);

        assertThat(layers.layers().newestFirst()).hasSize(2);
        assertThat(find(1)).isEqualTo(1);
        assertThat(find(MANY + 1)).isEqualTo(2);
    }

    @Test
    void smallCommitsAndThoseOfTheSameKeysShareALayer() {
        commit(0, MANY, 1);
        commit(MANY, MANY + 10, 2);
        commit(0, MANY, 3);

        assertThat(layers.layers().newestFirst()).hasSize(1);
        assertThat(layers.layers().newestFirst()[0].size()).isEqualTo(MANY + 10);
        assertThat(find(0)).isEqualTo(3);
    }

    @Test
    void layersAreNoMoreThanAFew() {
        for (long i = 0; i < 50; i++) {
            commit(i * MANY, (i + 1) * MANY, i);
        }

        assertThat(layers.layers().newestFirst()).hasSizeLessThanOrEqualTo(8);
        for (long i = 0; i < 50; i++) {
            assertThat(find(i * MANY)).isEqualTo(i);
        }
    }

    @Test
    void theNewestChangeOfAKeyIsFedAloneAndWithTheNewestPosition() {
        commit(0, MANY, 1);
        commit(MANY - 10, 2 * MANY, 2);
        staged.put(0, key(MANY - 1), Overlay.hash(0, key(MANY - 1)), null);
        commit(2 * MANY, 3 * MANY, 3);
        assertThat(layers.layers().newestFirst()).hasSize(3);

        assertThat(layers.freeze()).isTrue();
        commit(0, 5, 4);
        Fed fed = new Fed();
        layers.feed(fed, OptionalLong.empty());

        assertThat(fed.count).isEqualTo(3 * MANY);
        assertThat(fed.changes)
                .hasSize(3 * MANY)
                .containsEntry((long) MANY - 2, 2L)
                .containsEntry(MANY - 1L, null);
        assertThat(fed.changes).containsEntry(0L, 1L);
        assertThat(fed.positions).containsExactly(3L);
        assertThat(layers.release()).isEqualTo(3 * MANY);
        assertThat(find(0)).isEqualTo(4);
        assertThat(find(MANY)).isEqualTo(-1);
        assertThat(layers.isPending()).isTrue();
    }

    @Test
    void memoryIsUsedAgainAndCountedToTheLastByte() {
        for (int round = 0; round < 10; round++) {
            commit(0, MANY, round);
            commit(MANY, 2 * MANY, round);
            layers.freeze();
            layers.feed(new Fed(), OptionalLong.empty());
            layers.release();
            assertThat(totals.bytes()).isZero();
        }

        assertThat(spareMemory.bytes()).isPositive();
        // Two layers and what is staged: more were never in use at the same time.
        assertThat(spareMemory.bytes()).isLessThan(4 * 2 * MANY * 60L);
        layers.drop();
        assertThat(spareMemory.bytes()).isZero();
        assertThat(layers.isPending()).isFalse();
    }

    @Test
    void whatIsAboveTheLimitOfSpareMemoryIsNotKept() {
        SpareMemory none = new SpareMemory(0);
        CommittedLayers unkept = new CommittedLayers(
                0, new int[] {STORE_NUMBER}, new long[] {CommittedLayers.NO_POSITION}, totals, ENOUGH, none);
        put(0, MANY, 1);
        Overlay next = unkept.promote(staged, new long[] {1});
        unkept.freeze();
        unkept.feed(new Fed(), OptionalLong.empty());
        unkept.release();
        unkept.promote(next, new long[] {2});

        assertThat(none.bytes()).isZero();
    }

    @Test
    void offsetsAreCountedUntilTheyAreWritten() {
        commit(0, 1, 1);
        assertThat(totals.offsets())
                .as("where the changelog begins is not known")
                .isZero();
        commit(1, 2, 2);
        position += 1_000;
        commit(2, 3, 3);
        assertThat(totals.offsets()).isEqualTo(1_002);

        layers.freeze();
        commit(3, 4, 4);
        layers.feed(new Fed(), OptionalLong.empty());
        assertThat(totals.offsets()).isEqualTo(1_003);
        layers.release();
        assertThat(totals.offsets()).isEqualTo(1);
        layers.drop();
        assertThat(totals.offsets()).isZero();
    }

    @Test
    void whatViewsAloneStillReadIsCountedUntilTheLastOfThemIsClosed() {
        commit(0, MANY, 1);
        CommittedLayers.Viewed first = layers.beginView();
        CommittedLayers.Viewed second = layers.beginView();
        long held = layers.layers().newestFirst()[0].capacityInBytes();
        assertThat(totals.viewedBytes()).isZero();

        layers.freeze();
        layers.feed(new Fed(), OptionalLong.empty());
        layers.release();
        assertThat(totals.viewedBytes()).isEqualTo(held);
        layers.endView(first);
        assertThat(totals.viewedBytes()).isEqualTo(held);
        layers.endView(second);
        assertThat(totals.viewedBytes()).isZero();
    }

    @Test
    void whatWasReplacedOrDroppedWhileItWasViewedIsCountedToo() {
        for (long i = 0; i < 8; i++) {
            commit(i * MANY, (i + 1) * MANY, i);
        }
        CommittedLayers.Viewed view = layers.beginView();
        commit(0, 1, 9);
        long replaced = totals.viewedBytes();
        assertThat(replaced).isEqualTo(view.layers().newestFirst()[0].capacityInBytes());

        layers.drop();
        assertThat(totals.viewedBytes()).isGreaterThan(replaced);
        layers.endView(view);
        assertThat(totals.viewedBytes()).isZero();
    }

    private void commit(long from, long to, long value) {
        put(from, to, value);
        staged = layers.promote(staged, new long[] {++position});
        assertThat(staged.isEmpty()).isTrue();
    }

    private void put(long from, long to, long value) {
        for (long key = from; key < to; key++) {
            staged.put(0, key(key), Overlay.hash(0, key(key)), key(value));
        }
    }

    private long find(long userKey) {
        BytesView key = key(userKey);
        for (Overlay layer : layers.layers().newestFirst()) {
            int entry = layer.find(0, key, Overlay.hash(0, key));
            if (entry >= 0) {
                return layer.value(entry, new BytesView()).getLong(0);
            }
        }
        return -1;
    }

    private static BytesView key(long number) {
        return new BytesWriter().putLong(number).viewInto(new BytesView());
    }
}
