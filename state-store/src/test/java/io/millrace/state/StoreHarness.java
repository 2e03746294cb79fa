package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Stores of one partition, whatever their kinds, with changelogs in memory. Each opening checks that the backend alone is the fold of the
 * changelog before its position (S1), and replays the rest.
 */
public final class StoreHarness {
    private static final int PARTITION = 3;

    private record Change(BytesView key, BytesView value) {}

    private final List<StoreSpec<?>> specs;
    private final StateStoreConfig config;
    private final UnaryOperator<StateBackend> crash;
    private final Map<String, List<Change>> changelogs = new HashMap<>();
    private FailingBackend backend;
    private StateDatabase database;
    private PartitionState partition;
    private long nowNanos;
    private boolean isWritingDuringScans;

    /** @param crash what becomes of a backend when its process dies: the one that the next process opens */
    public StoreHarness(
            StateBackend backend,
            UnaryOperator<StateBackend> crash,
            StateStoreConfig config,
            List<StoreSpec<?>> specs) {
        this.backend = new FailingBackend(backend);
        this.crash = crash;
        this.config = config;
        this.specs = specs;
        specs.forEach(spec -> changelogs.put(spec.name(), new ArrayList<>()));
        openDatabase();
    }

    public <S> S store(StoreSpec<S> spec) {
        return partition.store(spec);
    }

    public PartitionState partition() {
        return partition;
    }

    /** @return the number of changes */
    public int commit() {
        int[] changes = {0};
        partition.forEachChange((store, key, value) -> {
            changes[0]++;
            changelogs.get(specs.get(store).name()).add(new Change(key.copy(), value == null ? null : value.copy()));
        });
        Map<String, Long> positions = new HashMap<>();
        changelogs.forEach((store, changelog) -> positions.put(store, (long) changelog.size()));
        tolerating(() -> partition.commit(positions));
        return changes[0];
    }

    public void abort() {
        partition.abort();
    }

    /** The background writer takes what is committed. */
    public void writeBehind() {
        tolerating(() -> database.runOnce(nowNanos));
        nowNanos += config.writeBehindDelay().toNanos();
        tolerating(() -> database.runOnce(nowNanos));
    }

    public void flush() {
        tolerating(database::flush);
    }

    /** The next write fails, before it is applied or after: nobody can tell. */
    public void failNextWrite(boolean isApplied) {
        backend.failNext(isApplied ? FailingBackend.Failure.AFTER_APPLYING : FailingBackend.Failure.BEFORE_APPLYING);
    }

    /** From now on, the background writer takes what is committed in the middle of scans too. */
    public void writeDuringScans() {
        isWritingDuringScans = true;
        backend.duringScans(this::writeBehind);
    }

    /** The process dies, another one begins; what was open is gone. */
    public void crash() {
        backend = new FailingBackend(crash.apply(backend.inner()));
        openDatabase();
    }

    /** Another owner takes the partition over. */
    public void move() {
        tolerating(partition::close);
        openPartition();
    }

    /** Opens a store of this partition, after the others were closed, and closes it when it is opened the next time. */
    public void openInstead(StoreSpec<?> spec) {
        partition.close();
        partition = database.partition(PARTITION, List.of(spec));
    }

    public void close() {
        database.close();
    }

    /** What is in the backend and not in the layers above. */
    public Map<BytesView, BytesView> contentOfBackend(StoreSpec<?> spec) {
        Map<BytesView, BytesView> content = new TreeMap<>();
        try (StateBackend.Reader reader = backend.inner().newReader(PARTITION)) {
            reader.scan(backend.openStore(spec.name()), (key, value) -> {
                content.put(key.copy(), value.copy());
                return true;
            });
        }
        return content;
    }

    private void openDatabase() {
        if (isWritingDuringScans) {
            writeDuringScans();
        }
        database = StateDatabase.open(backend, config);
        openPartition();
    }

    private void openPartition() {
        partition = database.partition(PARTITION, specs);
        for (StoreSpec<?> spec : specs) {
            List<Change> changelog = changelogs.get(spec.name());
            int position = (int) partition.position(spec.name()).orElse(0);
            assertThat(contentOfBackend(spec)).isEqualTo(fold(changelog.subList(0, position)));
            changelog
                    .subList(position, changelog.size())
                    .forEach(change -> partition.restore(spec.name(), change.key, change.value));
            tolerating(() -> partition.restored(spec.name(), changelog.size()));
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

    private static Map<BytesView, BytesView> fold(List<Change> changes) {
        Map<BytesView, BytesView> fold = new TreeMap<>();
        for (Change change : changes) {
            if (change.value == null) {
                fold.remove(change.key);
            } else {
                fold.put(change.key, change.value);
            }
        }
        return fold;
    }
}
