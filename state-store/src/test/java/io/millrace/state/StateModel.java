package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * The state of two partitions beside a model of it: sorted maps, and changelogs in memory from which a crashed incarnation is replayed.
 * Every step of a list of steps is legal at any time, and every answer is compared.
 */
final class StateModel {
    private static final List<SortedSpec<Long, String>> STORES = List.of(
            StoreSpec.sorted("balances", OrderedSerdes.int64(), Serdes.string()),
            StoreSpec.sorted("names", OrderedSerdes.int64(), Serdes.string()));
    private static final int PARTITIONS = 2;
    private static final int RESTORE_STEP = 3;

    enum Action {
        PUT(30),
        PUT_IF_ABSENT(4),
        DELETE(8),
        GET(20),
        SCAN(3),
        RANGE(6),
        COMMIT(10),
        ABORT(3),
        RUN_ONCE(8),
        RUN_LATER(4),
        FLUSH(1),
        MOVE_PARTITION(1),
        CRASH(2),
        VIEW(4),
        CHECK_VIEWS(4),
        CLOSE_VIEW(2),
        FAIL_BEFORE(1),
        FAIL_AFTER(1);

        private final int weight;

        Action(int weight) {
            this.weight = weight;
        }
    }

    record Step(Action action, int partition, int store, long key, int size) {}

    /** A record of a changelog; a null value is a deletion. */
    private record Change(long key, String value) {}

    /** What is expected of one store of one partition. */
    private static final class Expected {
        private final List<Change> changelog = new ArrayList<>();
        private TreeMap<Long, String> committed = new TreeMap<>();
        private TreeMap<Long, String> staged = new TreeMap<>();

        TreeMap<Long, String> foldTo(long position) {
            TreeMap<Long, String> fold = new TreeMap<>();
            changelog.subList(0, (int) position).forEach(change -> {
                if (change != null && change.value == null) {
                    fold.remove(change.key);
                } else if (change != null) {
                    fold.put(change.key, change.value);
                }
            });
            return fold;
        }
    }

    /** A view, and what was committed in each store when it was opened. */
    private record Opened(StateView view, List<TreeMap<Long, String>> committed) {}

    private final Expected[][] expected = new Expected[PARTITIONS][STORES.size()];
    private final PartitionState[] partitions = new PartitionState[PARTITIONS];
    private final UnaryOperator<StateBackend> crash;
    private final StateStoreConfig config;
    private FailingBackend backend;
    private StateDatabase database;
    private long nowNanos;
    private int crashes;
    private final Deque<Opened> views = new ArrayDeque<>();

    /** @param crash what becomes of a backend when its process dies: the one that the next process opens */
    StateModel(StateBackend backend, UnaryOperator<StateBackend> crash, StateStoreConfig config) {
        this.crash = crash;
        this.config = config;
        for (Expected[] stores : expected) {
            for (int store = 0; store < stores.length; store++) {
                stores[store] = new Expected();
            }
        }
        this.backend = new FailingBackend(backend);
        this.backend.duringScans(this::writeLater);
        this.database = StateDatabase.open(this.backend, config);
        openAll();
    }

    static Arbitrary<List<Step>> steps(int most) {
        @SuppressWarnings("unchecked") // An array of a generic type cannot be made otherwise.
        Tuple.Tuple2<Integer, Action>[] weighted = Arrays.stream(Action.values())
                .map(action -> Tuple.of(action.weight, action))
                .toArray(Tuple.Tuple2[]::new);
        return Combinators.combine(
                        Arbitraries.frequency(weighted),
                        Arbitraries.integers().between(0, PARTITIONS - 1),
                        Arbitraries.integers().between(0, STORES.size() - 1),
                        Arbitraries.longs().between(-6, 6),
                        Arbitraries.integers().between(0, 40))
                .as(Step::new)
                .list()
                .ofMaxSize(most)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    void run(List<Step> steps) {
        for (Step step : steps) {
            run(step);
            assertThat(database.committedBytes()).isNotNegative();
        }
        crashAndReplay();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (int store = 0; store < STORES.size(); store++) {
                checkScan(partition, store);
            }
        }
        views.forEach(opened -> opened.view.close());
        database.close();
    }

    int crashes() {
        return crashes;
    }

    private void run(Step step) {
        SortedStore<Long, String> store = partitions[step.partition].store(STORES.get(step.store));
        Expected model = expected[step.partition][step.store];
        switch (step.action) {
            case PUT -> {
                String value = step.size + "v".repeat(step.size);
                store.put(step.key, value);
                model.staged.put(step.key, value);
            }
            case PUT_IF_ABSENT -> {
                assertThat(store.putIfAbsent(step.key, "first")).isEqualTo(model.staged.get(step.key));
                model.staged.putIfAbsent(step.key, "first");
            }
            case DELETE -> {
                store.delete(step.key);
                model.staged.remove(step.key);
            }
            case GET -> assertThat(store.get(step.key)).isEqualTo(model.staged.get(step.key));
            case SCAN -> checkScan(step.partition, step.store);
            case RANGE -> checkRange(store, model.staged, step.key, step.key + step.size % 8, step.size % 5);
            case COMMIT -> commit(step.partition, step.size);
            case ABORT -> {
                partitions[step.partition].abort();
                forgetStaged(step.partition);
            }
            case RUN_ONCE -> tolerating(() -> database.runOnce(nowNanos));
            case RUN_LATER -> writeLater();
            case FLUSH -> tolerating(database::flush);
            case MOVE_PARTITION -> {
                tolerating(partitions[step.partition]::close);
                forgetStaged(step.partition);
                reopen(step.partition);
            }
            case CRASH -> crashAndReplay();
            case VIEW -> openView(step.partition);
            case CHECK_VIEWS -> views.forEach(StateModel::checkView);
            case CLOSE_VIEW -> {
                if (!views.isEmpty()) {
                    views.poll().view.close();
                }
            }
            case FAIL_BEFORE -> backend.failNext(FailingBackend.Failure.BEFORE_APPLYING);
            case FAIL_AFTER -> backend.failNext(FailingBackend.Failure.AFTER_APPLYING);
        }
    }

    /** The background writer finds that what is committed is old enough; in the middle of scans, too. */
    private void writeLater() {
        nowNanos += config.writeBehindDelay().toNanos();
        tolerating(() -> database.runOnce(nowNanos));
    }

    private void commit(int partition, int markers) {
        List<List<Change>> changes = List.of(new ArrayList<>(), new ArrayList<>());
        partitions[partition].forEachChange((store, key, value) -> changes.get(store)
                .add(new Change(OrderedSerdes.int64().read(key), value == null ? null : value.toUtf8())));
        Map<String, Long> positions = new HashMap<>();
        for (int store = 0; store < STORES.size(); store++) {
            Expected model = expected[partition][store];
            model.changelog.addAll(changes.get(store));
            // Offsets that hold no record: markers, and what was aborted.
            for (int i = 0; i < markers % 3; i++) {
                model.changelog.add(null);
            }
            model.committed = new TreeMap<>(model.staged);
            if (!changes.get(store).isEmpty() || markers % 3 > 0) {
                positions.put(STORES.get(store).name(), (long) model.changelog.size());
            }
            assertThat(model.foldTo(model.changelog.size())).isEqualTo(model.committed);
        }
        tolerating(() -> partitions[partition].commit(positions));
        assertThat(partitions[partition].isDirty()).isFalse();
    }

    private void openView(int partition) {
        List<TreeMap<Long, String>> committed = new ArrayList<>();
        for (Expected store : expected[partition]) {
            committed.add(new TreeMap<>(store.committed));
        }
        views.add(new Opened(database.view(partition, STORES.get(0).name()), committed));
    }

    private static void checkView(Opened opened) {
        for (int store = 0; store < STORES.size(); store++) {
            SortedStore<Long, String> viewed = opened.view.store(STORES.get(store));
            TreeMap<Long, String> committed = opened.committed.get(store);
            assertThat(viewed.all().toList()).containsExactlyElementsOf(committed.entrySet());
            assertThat(viewed.all().reversed().toList())
                    .containsExactlyElementsOf(committed.descendingMap().entrySet());
            checkRange(viewed, committed, -2, 3, 2);
        }
    }

    private void crashAndReplay() {
        crashes++;
        // Of a process that died nobody asks anything.
        views.clear();
        backend = new FailingBackend(crash.apply(backend.inner()));
        backend.duringScans(this::writeLater);
        database = StateDatabase.open(backend, config);
        openAll();
    }

    private void openAll() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            forgetStaged(partition);
            reopen(partition);
        }
    }

    private void reopen(int partition) {
        partitions[partition] = database.partition(partition, List.copyOf(STORES));
        for (int store = 0; store < STORES.size(); store++) {
            String name = STORES.get(store).name();
            Expected model = expected[partition][store];
            long position = partitions[partition].position(name).orElse(0);
            // S1: the backend alone, before anything is replayed, is the fold of exactly what is before the position.
            assertThat(contentOfBackend(partition, name)).isEqualTo(model.foldTo(position));
            replay(partition, name, model, position);
            assertThat(partitions[partition].position(name).orElse(0)).isEqualTo(model.changelog.size());
            checkScan(partition, store);
        }
        partitions[partition].restoredAll();
    }

    private void replay(int partition, String store, Expected model, long from) {
        BytesWriter key = new BytesWriter();
        for (int offset = (int) from; offset < model.changelog.size(); offset++) {
            Change change = model.changelog.get(offset);
            if (change != null) {
                OrderedSerdes.int64().write(change.key, key.clear());
                partitions[partition].restore(
                        store,
                        key.viewInto(new BytesView()),
                        change.value == null ? null : BytesView.ofUtf8(change.value));
            }
            if (offset % RESTORE_STEP == 0 || offset == model.changelog.size() - 1) {
                long position = offset + 1L;
                tolerating(() -> partitions[partition].restored(store, position));
            }
        }
    }

    private TreeMap<Long, String> contentOfBackend(int partition, String store) {
        TreeMap<Long, String> content = new TreeMap<>();
        try (StateBackend.Reader reader = backend.inner().newReader(partition)) {
            reader.scan(backend.openStore(store), (key, value) -> {
                content.put(OrderedSerdes.int64().read(key), value.toUtf8());
                return true;
            });
        }
        return content;
    }

    private void checkScan(int partition, int store) {
        Map<Long, String> seen = new TreeMap<>();
        List<Long> order = new ArrayList<>();
        partitions[partition].store(STORES.get(store)).forEach((key, value) -> {
            order.add(key);
            seen.put(key, value);
        });
        assertThat(order).isSorted().doesNotHaveDuplicates();
        assertThat(seen).isEqualTo(expected[partition][store].staged);
    }

    private static void checkRange(
            SortedStore<Long, String> store, TreeMap<Long, String> model, long from, long to, int most) {
        assertThat(store.range(from, to).toList())
                .containsExactlyElementsOf(model.subMap(from, to).entrySet());
        assertThat(store.range(from, to).reversed().toList())
                .containsExactlyElementsOf(
                        model.subMap(from, true, to, false).descendingMap().entrySet());
        assertThat(store.atLeast(from).limited(most))
                .containsExactlyElementsOf(
                        model.tailMap(from).entrySet().stream().limit(most).toList());
        assertThat(store.before(to).reversed().first()).isEqualTo(Optional.ofNullable(model.lowerEntry(to)));
    }

    private void forgetStaged(int partition) {
        for (Expected model : expected[partition]) {
            model.staged = new TreeMap<>(model.committed);
        }
    }

    /** A failure that was asked for must change nothing that is seen. */
    private static void tolerating(Runnable action) {
        try {
            action.run();
        } catch (StateException e) {
            assertThat(e).hasMessage("A failure was asked for");
        }
    }
}
