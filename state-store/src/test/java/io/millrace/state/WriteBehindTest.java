package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class WriteBehindTest {
    private static final KeyValueSpec<Long, Long> STORE = StoreSpec.keyValue("store", Serdes.int64(), Serdes.int64());
    private static final Duration DELAY = Duration.ofMillis(500);

    private final MemoryBackend backend = new MemoryBackend("log");
    private final FailingBackend failing = new FailingBackend(backend);
    private StateDatabase database;
    private PartitionState partition;
    private KeyValueStore<Long, Long> store;
    private long position;

    @Test
    void aCommitIsWrittenWhenItIsOldEnoughAndNotBefore() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000_000, DELAY));
        commit(1, 1);

        assertThat(database.runOnce(1_000)).isZero();
        assertThat(database.runOnce(DELAY.toNanos() + 999)).isZero();
        assertThat(positionInBackend()).isEqualTo(0);
        assertThat(database.runOnce(DELAY.toNanos() + 1_000)).isEqualTo(1);
        assertThat(positionInBackend()).isEqualTo(position);
        assertThat(database.committedBytes()).isZero();
        assertThat(database.runOnce(Long.MAX_VALUE)).isZero();
    }

    @Test
    void enoughBytesAreWrittenAtOnceAndTheLoopIsWoken() {
        open(StateStoreConfig.defaults().withWriteBehind(500, DELAY));
        AtomicInteger wakes = new AtomicInteger();
        database.onEnough(wakes::incrementAndGet);
        commit(1, 1);
        assertThat(wakes).hasValue(0);
        for (int key = 2; key < 30; key++) {
            commit(key, key);
        }

        assertThat(wakes).hasPositiveValue();
        assertThat(database.runOnce(0)).isEqualTo(29);
        assertThat(positionInBackend()).isEqualTo(position);
    }

    @Test
    void aHotKeyIsWrittenOnceForManyCommits() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000_000, DELAY));
        for (int i = 0; i < 1_000; i++) {
            commit(7, i);
        }
        database.flush();

        assertThat(database.statistics()).isEqualTo(new StateStatistics(1, 1, 1));
    }

    @Test
    void withoutALoopACommitWritesWhatIsAboveTheLimit() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000, DELAY).withCommittedLimitBytes(2_000));
        for (int key = 0; key < 500; key++) {
            commit(key, key);
            assertThat(database.committedBytes()).isLessThanOrEqualTo(2_000);
        }

        assertThat(database.statistics().batches()).isPositive();
        for (long key = 0; key < 500; key++) {
            assertThat(store.get(key)).isEqualTo(key);
        }
    }

    @Test
    void withoutALoopACommitWritesWhatARestartWouldReplayTooLongFor() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000_000, DELAY));
        long step = StateDatabase.REPLAY_LIMIT_OFFSETS / 10;
        commit(0, 0);
        for (int key = 1; key < 35; key++) {
            position += step - 1;
            commit(key, key);
            assertThat(database.replayOffsets())
                    .isEqualTo(position - Math.max(1, positionInBackend()))
                    .isLessThanOrEqualTo(StateDatabase.REPLAY_LIMIT_OFFSETS);
        }

        assertThat(database.statistics().batches()).isEqualTo(3);
    }

    @Test
    void whatIsWrittenAndWouldBeLostCountsForTheNextRestart() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000_000, DELAY));
        commit(1, 1);
        failing.unflushed(StateDatabase.REPLAY_LIMIT_OFFSETS);
        assertThat(database.replayOffsets()).isEqualTo(StateDatabase.REPLAY_LIMIT_OFFSETS);
        commit(2, 2);

        assertThat(database.statistics().batches()).isEqualTo(1);
    }

    @Test
    void aRestoreWritesWhatIsAboveTheLimitOfMemoryAndIsNoCommitThatARestartWouldReplay() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000, DELAY).withCommittedLimitBytes(10_000));
        restore(2 * StateDatabase.REPLAY_LIMIT_OFFSETS, 100);
        assertThat(database.committedBytes()).isBetween(5_000L, 10_000L);
        assertThat(database.statistics().batches()).isZero();

        restore(3 * StateDatabase.REPLAY_LIMIT_OFFSETS, 1_000);
        assertThat(database.committedBytes()).isLessThanOrEqualTo(10_000);
        assertThat(database.statistics().batches()).isPositive();
    }

    @Test
    void aFailedWriteKeepsEverythingReadableAndIsRepeated() {
        open(StateStoreConfig.defaults().withCacheBytes(0).withWriteBehind(0, Duration.ZERO));
        commit(1, 1);
        failing.failNext(FailingBackend.Failure.BEFORE_APPLYING);
        assertThatThrownBy(() -> database.runOnce(0)).isInstanceOf(StateException.class);
        commit(1, 2);
        commit(2, 2);

        assertThat(store.get(1L)).isEqualTo(2L);
        assertThat(positionInBackend()).isEqualTo(0);
        database.flush();
        assertThat(positionInBackend()).isEqualTo(position);
        assertThat(store.get(1L)).isEqualTo(2L);
        assertThat(store.get(2L)).isEqualTo(2L);
        assertThat(database.committedBytes()).isZero();
    }

    @Test
    void aPartitionWhoseLastWriteFailedStandsForWhatTheBackendHolds() {
        open(StateStoreConfig.defaults());
        commit(1, 1);
        database.flush();
        commit(1, 2);
        failing.failNext(FailingBackend.Failure.BEFORE_APPLYING);
        assertThatThrownBy(partition::close).isInstanceOf(StateException.class);

        PartitionState next = database.partition(0, List.of(STORE));
        assertThat(next.position("store")).hasValue(1);
        assertThat(next.store(STORE).get(1L)).isEqualTo(1L);
        assertThat(database.committedBytes()).isZero();
    }

    @Test
    void anOwnerAndAWriterInTwoThreadsNeverDisagree() throws InterruptedException {
        open(StateStoreConfig.defaults().withCacheBytes(2_000).withWriteBehind(0, Duration.ZERO));
        AtomicBoolean isDone = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try {
                while (!isDone.get()) {
                    database.runOnce(0);
                }
            } catch (RuntimeException e) {
                failure.set(e);
            }
        });
        writer.start();
        Map<Long, Long> model = new HashMap<>();
        try {
            ownerWorks(model);
        } finally {
            isDone.set(true);
            writer.join();
        }

        assertThat(failure).hasNullValue();
        assertThat(database.statistics().batches()).isGreaterThan(10);
        database.flush();
        StateDatabase reopened = StateDatabase.open(backend, StateStoreConfig.defaults());
        Map<Long, Long> content = new HashMap<>();
        reopened.partition(0, List.of(STORE)).store(STORE).forEach(content::put);
        assertThat(content).isEqualTo(model);
    }

    @Test
    void whileTheDeviceHangsEverythingIsReadAndCommittedUpToTheLimit() throws InterruptedException {
        open(StateStoreConfig.defaults().withCacheBytes(0).withWriteBehind(1_000, DELAY));
        commit(1, 1);
        commit(2, 2);
        failing.hold();
        Thread writer = new Thread(database::flush);
        writer.start();
        await(failing::isWriting);

        commit(1, 10);
        commit(3, 30);
        store.delete(2L);
        partition.abort();
        assertThat(store.get(1L)).isEqualTo(10);
        assertThat(store.get(2L)).isEqualTo(2);
        assertThat(store.get(3L)).isEqualTo(30);
        assertThat(positionInBackend()).isZero();

        failing.go();
        writer.join();
        database.flush();
        assertThat(positionInBackend()).isEqualTo(position);
        assertThat(database.committedBytes()).isZero();
        assertThat(store.get(1L)).isEqualTo(10);
    }

    @Test
    void aDeviceThatDoesNotKeepUpHoldsUpTheCommitThatPassesTheLimitAndNothingIsLost() throws InterruptedException {
        long limit = 5_000;
        open(StateStoreConfig.defaults().withWriteBehind(1_000, DELAY).withCommittedLimitBytes(limit));
        commit(0, 0);
        failing.hold();
        Thread writer = new Thread(() -> database.runOnce(DELAY.toNanos()));
        database.runOnce(0);
        writer.start();
        await(failing::isWriting);
        int commits = 1_000;
        AtomicLong largest = new AtomicLong();
        Thread owner = new Thread(() -> {
            for (int key = 1; key < commits; key++) {
                commit(key, key);
                largest.set(Math.max(largest.get(), database.committedBytes()));
            }
        });
        owner.start();
        await(() -> owner.getState() == Thread.State.WAITING || !owner.isAlive());
        assertThat(owner.isAlive()).isTrue();
        long whenHeldUp = database.committedBytes();
        assertThat(whenHeldUp).isBetween(limit, limit + 100);

        failing.go();
        owner.join();
        writer.join();
        assertThat(largest.get()).isLessThanOrEqualTo(limit);
        for (long key = 0; key < commits; key++) {
            assertThat(store.get(key)).isEqualTo(key);
        }
        database.flush();
        assertThat(positionInBackend()).isEqualTo(position);
    }

    @Test
    void memoryIsToldByPart() {
        open(StateStoreConfig.defaults().withWriteBehind(1_000_000, DELAY));
        commit(1, 1);
        assertThat(database.memory().committedBytes()).isPositive();
        assertThat(database.memory().cacheBytes()).isPositive();

        database.flush();
        assertThat(database.memory().committedBytes()).isZero();
        assertThat(database.memory().spareBytes()).isPositive();
        partition.close();
        assertThat(database.memory().totalBytes()).isZero();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private void ownerWorks(Map<Long, Long> model) {
        Random random = new Random(7);
        for (int transaction = 0; transaction < 20_000; transaction++) {
            Map<Long, Long> staged = new HashMap<>();
            for (int i = 0; i < 5; i++) {
                long key = random.nextInt(100);
                Long expected = staged.getOrDefault(key, model.get(key));
                assertThat(store.get(key)).isEqualTo(expected);
                store.put(key, (long) transaction);
                staged.put(key, (long) transaction);
            }
            if (random.nextInt(10) == 0) {
                partition.abort();
            } else {
                partition.commit(Map.of("store", ++position));
                model.putAll(staged);
            }
        }
    }

    private void open(StateStoreConfig config) {
        database = StateDatabase.open(failing, config);
        partition = database.partition(0, List.of(STORE));
        store = partition.store(STORE);
    }

    private void restore(long offsets, int keys) {
        for (long key = 0; key < keys; key++) {
            partition.restore(
                    "store", new BytesWriter().putLong(key).viewInto(new BytesView()), BytesView.of(new byte[8]));
            position = Math.max(position, 1 + key * offsets / keys);
            partition.restored("store", position);
        }
        partition.restoredAll();
    }

    private void commit(long key, long value) {
        store.put(key, value);
        partition.commit(Map.of("store", ++position));
    }

    private long positionInBackend() {
        return backend.position(backend.openStore("store"), 0).orElse(0);
    }
}
