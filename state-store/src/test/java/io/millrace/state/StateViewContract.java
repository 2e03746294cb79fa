package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StateException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a view shows, on every backend. */
public abstract class StateViewContract {
    private static final int PARTITION = 3;
    private static final int KEYS = 30;
    private static final SortedSpec<Long, Long> LEFT = StoreSpec.sorted("left", OrderedSerdes.int64(), Serdes.int64());
    private static final SortedSpec<Long, Long> RIGHT =
            StoreSpec.sorted("right", OrderedSerdes.int64(), Serdes.int64());

    private FailingBackend backend;
    private StateDatabase database;
    private PartitionState partition;
    private SortedStore<Long, Long> left;
    private SortedStore<Long, Long> right;
    private long position;
    private Thread beside;

    protected abstract StateBackend newBackend();

    @BeforeEach
    void open() {
        backend = new FailingBackend(newBackend());
        database = StateDatabase.open(backend, StateStoreConfig.defaults().withWriteBehind(4_000, Duration.ofHours(1)));
        openPartition();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void showsWhatIsCommittedInEveryLayerAndNothingStaged() {
        left.put(1L, 10L);
        left.put(2L, 20L);
        left.put(3L, 30L);
        commit();
        database.flush();
        left.delete(2L);
        left.put(4L, 40L);
        commit();
        left.put(1L, 11L);
        left.put(5L, 50L);

        try (StateView view = view()) {
            assertThat(view.store(LEFT).get(1L)).isEqualTo(10L);
            assertThat(view.store(LEFT).get(2L)).isNull();
            assertThat(view.store(LEFT).get(5L)).isNull();
            assertThat(content(view.store(LEFT))).isEqualTo(Map.of(1L, 10L, 3L, 30L, 4L, 40L));
            assertThat(view.store(LEFT).range(3L, 5L).toList()).hasSize(2);
            assertThat(view.store(LEFT).atLeast(2L).reversed().toList().get(0).getKey())
                    .isEqualTo(4L);
            assertThat(view.range(LEFT, KeyRange.all()).toList())
                    .isEqualTo(view.store(LEFT).all().toList());
            assertThat(view.position("left")).hasValue(position);
            assertThat(view.position("right")).hasValue(position);
            assertThat(view.partition()).isEqualTo(PARTITION);
        }
    }

    @Test
    void staysAsItIsWhateverIsCommittedAndWrittenLater() {
        left.put(1L, 10L);
        commit();
        try (StateView first = view()) {
            left.put(1L, 11L);
            right.put(1L, 11L);
            commit();
            try (StateView second = view()) {
                left.put(1L, 12L);
                left.put(2L, 12L);
                commit();
                database.flush();
                left.delete(1L);
                commit();
                database.flush();
                partition.close();

                assertThat(content(first.store(LEFT))).isEqualTo(Map.of(1L, 10L));
                assertThat(content(first.store(RIGHT))).isEmpty();
                assertThat(first.position("left")).hasValue(1);
                assertThat(content(second.store(LEFT))).isEqualTo(Map.of(1L, 11L));
                assertThat(content(second.store(RIGHT))).isEqualTo(Map.of(1L, 11L));
                assertThat(second.position("left")).hasValue(2);
            }
        }
        openPartition();
        try (StateView last = view()) {
            assertThat(content(last.store(LEFT))).isEqualTo(Map.of(2L, 12L));
        }
    }

    @Test
    void aViewOfNothingDoesNotSeeWhatIsStagedNext() {
        try (StateView empty = view()) {
            // What is staged lies in an overlay that was committed, and empty, when the view was opened.
            left.put(1L, 10L);
            commit();
            left.put(2L, 20L);
            assertThat(content(empty.store(LEFT))).isEmpty();
            commit();
            assertThat(content(empty.store(LEFT))).isEmpty();
            assertThat(empty.position("left")).isEmpty();
        }
    }

    @Test
    void isForReadingAlone() {
        try (StateView view = view()) {
            SortedStore<Long, Long> store = view.store(LEFT);
            assertThatThrownBy(() -> store.put(1L, 1L))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("read only");
            assertThatThrownBy(() -> store.delete(1L)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> view.store(StoreSpec.keyValue("left", Serdes.int64(), Serdes.string())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Store 'left' was declared otherwise: the key was ordered-int64 and is int64, the value was int64 and is utf8");
        }
    }

    /** However they were declared, keys have ranges by their bytes; of other bytes there is no range. */
    @Test
    void hasRangesOfWhatItsBytesAre() {
        try (StateView view = view()) {
            assertThat(view.range(StoreSpec.sorted("left", OrderedSerdes.int64(), Serdes.int64()), KeyRange.all())
                            .toList())
                    .isEmpty();
            assertThatThrownBy(() -> view.range(
                            StoreSpec.sorted("left", OrderedSerdes.inByteOrder(Serdes.int64()), Serdes.int64()),
                            KeyRange.all()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Store 'left' was declared otherwise: the key was ordered-int64 and is int64");
            assertThatThrownBy(() ->
                            view.range(StoreSpec.sorted("nope", OrderedSerdes.int64(), Serdes.int64()), KeyRange.all()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Store 'nope' is not one of those");
        }
    }

    @Test
    void isRefusedWhereThePartitionIsNotOpenAndWhileItIsRestored() {
        assertThatThrownBy(() -> database.view(PARTITION + 1, "left")).satisfies(StateViewContract::isNotHere);
        assertThatThrownBy(() -> database.view(PARTITION, "another")).satisfies(StateViewContract::isNotHere);

        partition.restore("left", bytes(OrderedSerdes.int64(), 1), bytes(Serdes.int64(), 10));
        partition.restored("left", 1);
        assertThatThrownBy(this::view).as("left is ahead of right").satisfies(StateViewContract::isNotHere);
        partition.restored("right", 1);
        assertThatThrownBy(this::view).satisfies(StateViewContract::isNotHere);
        partition.restoredAll();
        try (StateView view = view()) {
            assertThat(view.store(LEFT).get(1L)).isEqualTo(10L);
            assertThat(view.position("left")).hasValue(1);
        }
    }

    @Test
    void aClosedViewSaysSo() {
        StateView view = view();
        SortedStore<Long, Long> store = view.store(LEFT);
        view.close();
        view.close();
        assertThatThrownBy(() -> store.get(1L))
                .isInstanceOfSatisfying(
                        StateException.class,
                        closed -> assertThat(closed.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void whatIsCommittedAndWrittenWhileItIsOpenedIsInAllStoresOfItOrInNone() throws InterruptedException {
        left.put(1L, 10L);
        right.put(1L, 10L);
        commit();
        backend.beforeNextSnapshot(() -> besides(() -> {
            left.put(1L, 11L);
            right.put(2L, 11L);
            commit();
            database.flush();
        }));
        try (StateView view = view()) {
            assertThat(content(view.store(LEFT))).isEqualTo(Map.of(1L, 11L));
            assertThat(content(view.store(RIGHT))).isEqualTo(Map.of(1L, 10L, 2L, 11L));
            assertThat(view.position("left")).hasValue(2);
        }
    }

    @Test
    void isOpenedHoweverOftenABatchBeginsMeanwhile() throws InterruptedException {
        backend.beforeNextSnapshot(this::commitWriteAndDoItAgain);
        try (StateView view = view()) {
            backend.beforeNextSnapshot(() -> {});
            beside.join();
            assertThat(view.position("left").orElseThrow()).isGreaterThan(1);
            assertThat(content(view.store(LEFT)))
                    .isEqualTo(Map.of(0L, view.position("left").orElseThrow()));
            assertThat(content(view.store(RIGHT))).isEqualTo(content(view.store(LEFT)));
        }
    }

    private void commitWriteAndDoItAgain() {
        backend.beforeNextSnapshot(this::commitWriteAndDoItAgain);
        besides(() -> {
            left.put(0L, position + 1);
            right.put(0L, position + 1);
            commit();
            database.flush();
        });
    }

    @Test
    void doesNotWaitForABatchThatIsOnItsWayToTheBackend() throws Exception {
        left.put(1L, 10L);
        commit();
        database.flush();
        left.put(1L, 11L);
        right.put(2L, 11L);
        commit();
        backend.hold();
        Thread writer = new Thread(database::flush);
        try {
            writer.start();
            while (!backend.isWriting()) {
                Thread.onSpinWait();
            }
            try (StateView view = CompletableFuture.supplyAsync(this::view).get(1, TimeUnit.MINUTES)) {
                assertThat(content(view.store(LEFT))).isEqualTo(Map.of(1L, 11L));
                assertThat(content(view.store(RIGHT))).isEqualTo(Map.of(2L, 11L));
                assertThat(view.position("right")).hasValue(2);
            }
        } finally {
            backend.go();
            writer.join();
        }
    }

    @Test
    void isRefusedWhereThePartitionIsGivenUpOrBeginsAnewMeanwhile() {
        left.put(1L, 10L);
        commit();
        backend.beforeNextSnapshot(() -> {
            partition.close();
            openPartition();
            left.put(1L, 11L);
            commit();
            database.flush();
        });
        assertThatThrownBy(this::view)
                .satisfies(StateViewContract::isNotHere)
                .hasMessageContaining("has just been given up here");

        partition.close();
        openPartition();
        backend.beforeNextSnapshot(() -> partition.beginAnew("left"));
        assertThatThrownBy(this::view)
                .satisfies(StateViewContract::isNotHere)
                .hasMessageContaining("is being restored");
    }

    /** Views opened, read and closed at random moments among commits, aborts, writes and moves show what was committed at their opening. */
    @Test
    void everyViewShowsTheMomentOfItsOpening() {
        for (long seed = 0; seed < 40; seed++) {
            runRandomly(new Random(seed), seed);
        }
    }

    private void runRandomly(Random random, long seed) {
        record Opened(StateView view, Map<Long, Long> left, Map<Long, Long> right, long position) {}
        List<Opened> views = new ArrayList<>();
        for (int step = 0; step < 150; step++) {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> {
                    for (int change = random.nextInt(12); change >= 0; change--) {
                        SortedStore<Long, Long> store = random.nextBoolean() ? left : right;
                        long key = random.nextInt(KEYS);
                        if (random.nextInt(4) == 0) {
                            store.delete(key);
                        } else {
                            store.put(key, random.nextLong());
                        }
                    }
                }
                case 3, 4 -> commit();
                case 5 -> partition.abort();
                case 6 -> {
                    if (random.nextBoolean()) {
                        database.runOnce(0);
                    } else {
                        database.flush();
                    }
                }
                case 7 -> {
                    partition.abort();
                    views.add(new Opened(view(), content(left), content(right), position));
                }
                default -> {
                    if (!views.isEmpty()) {
                        views.remove(random.nextInt(views.size())).view.close();
                    }
                }
            }
            for (Opened opened : views) {
                SortedStore<Long, Long> viewed = opened.view.store(LEFT);
                for (long key = 0; key < KEYS; key++) {
                    assertThat(viewed.get(key)).as("seed %d", seed).isEqualTo(opened.left.get(key));
                }
                assertThat(content(opened.view.store(LEFT))).as("seed %d", seed).isEqualTo(opened.left);
                assertThat(content(opened.view.store(RIGHT)))
                        .as("seed %d", seed)
                        .isEqualTo(opened.right);
            }
        }
        views.forEach(opened -> opened.view.close());
        partition.abort();
    }

    /** Each transaction writes its number under the same key of both stores, and drops an older key from both. */
    @Test
    void readersBesideTheOwnerAndTheWriterSeeEachTransactionInBothStoresOrInNone() throws Exception {
        int transactions = 4_000;
        int keys = 50;
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                readers.add(threads.submit(() -> {
                    long seen = 0;
                    long last = 0;
                    while (!isOver.get()) {
                        try (StateView view = view()) {
                            Map<Long, Long> mine = content(view.store(LEFT));
                            assertThat(content(view.store(RIGHT))).isEqualTo(mine);
                            long newest = mine.values().stream()
                                    .mapToLong(value -> value)
                                    .max()
                                    .orElse(0);
                            assertThat(newest).isEqualTo(view.position("left").orElse(0));
                            assertThat(newest).isGreaterThanOrEqualTo(last);
                            last = newest;
                            seen++;
                        }
                    }
                    return seen;
                }));
            }
            Future<?> writer = threads.submit(() -> {
                while (!isOver.get()) {
                    database.runOnce(0);
                }
            });
            for (long number = 1; number <= transactions; number++) {
                if (number % 10 == 0) {
                    left.put(0L, Long.MAX_VALUE);
                    partition.abort();
                }
                for (SortedStore<Long, Long> store : List.of(left, right)) {
                    store.put(number % keys, number);
                    store.delete((number + keys / 2) % keys);
                }
                commit();
            }
            isOver.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
            writer.get();
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
    }

    protected final StateView view() {
        return database.view(PARTITION, "left");
    }

    /** Does something in another thread until it is over, or waits for the view to be open. */
    private void besides(Runnable action) {
        beside = new Thread(action);
        beside.start();
        while (beside.isAlive() && beside.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private void openPartition() {
        partition = database.partition(PARTITION, List.of(LEFT, RIGHT));
        left = partition.store(LEFT);
        right = partition.store(RIGHT);
    }

    private void commit() {
        position++;
        Map<String, Long> positions = new HashMap<>();
        positions.put("left", position);
        positions.put("right", position);
        partition.commit(positions);
    }

    private static Map<Long, Long> content(SortedStore<Long, Long> store) {
        Map<Long, Long> content = new TreeMap<>();
        store.forEach(content::put);
        return content;
    }

    private static BytesView bytes(Serde<Long> serde, long value) {
        BytesWriter bytes = new BytesWriter();
        serde.write(value, bytes);
        return bytes.viewInto(new BytesView());
    }

    private static void isNotHere(Throwable refused) {
        assertThat(refused)
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_HERE));
    }
}
