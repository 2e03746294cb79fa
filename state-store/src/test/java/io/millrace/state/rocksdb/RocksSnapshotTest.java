package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateException;
import io.millrace.state.StateSnapshot;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import io.millrace.state.StoredPartition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RocksSnapshotTest {
    private static final KeyValueSpec<Long, Long> LEFT = StoreSpec.keyValue("left", Serdes.int64(), Serdes.int64());
    private static final KeyValueSpec<Long, Long> RIGHT = StoreSpec.keyValue("right", Serdes.int64(), Serdes.int64());
    private static final StateStoreConfig CONFIG =
            StateStoreConfig.defaults().withWriteBehind(10_000, Duration.ofHours(1));

    @RegisterExtension
    final RocksBackends backends = new RocksBackends();

    @TempDir
    private Path parent;

    @Test
    void isOneMomentOfAllStoresWhileAnotherThreadWrites() throws InterruptedException {
        RocksBackend backend = open("state");
        StateDatabase database = StateDatabase.open(backend, CONFIG);
        PartitionState state = database.partition(0, List.of(LEFT, RIGHT));
        Thread owner = new Thread(() -> {
            for (long number = 1; number <= 3_000; number++) {
                state.store(LEFT).put(number % 100, number);
                state.store(RIGHT).put(number % 100, number);
                state.commit(Map.of("left", number, "right", number));
                database.runOnce(0);
            }
        });
        List<StateSnapshot> taken = new ArrayList<>();
        owner.start();
        for (int i = 0; i < 3; i++) {
            taken.add(database.snapshot(parent.resolve("snapshot-" + i)));
        }
        owner.join();
        database.close();

        long last = 0;
        for (int i = 0; i < 3; i++) {
            StateDatabase snapshot = StateDatabase.open(open("snapshot-" + i), CONFIG);
            try (PartitionState copy = snapshot.partition(0, List.of(LEFT, RIGHT))) {
                long position = copy.position("left").orElse(0);
                assertThat(copy.position("right").orElse(0)).isEqualTo(position).isGreaterThanOrEqualTo(last);
                last = position;
                assertThat(taken.get(i).partitions())
                        .extracting(StoredPartition::store, StoredPartition::position)
                        .containsExactlyElementsOf(
                                position == 0 ? List.of() : List.of(tuple("left", position), tuple("right", position)));
                for (KeyValueSpec<Long, Long> store : List.of(LEFT, RIGHT)) {
                    for (long number = Math.max(1, position - 99); number <= position; number++) {
                        assertThat(copy.store(store).get(number % 100)).isEqualTo(number);
                    }
                }
            }
            snapshot.close();
        }
    }

    /** What was left behind by a partition that moved away stands still: nobody is to take it for what was committed. */
    @Test
    void namesThePartitionsThatAreOpenAlone() {
        StateDatabase database = StateDatabase.open(open("state"), CONFIG);
        PartitionState kept = database.partition(0, List.of(LEFT));
        PartitionState moved = database.partition(1, List.of(LEFT));
        for (PartitionState state : List.of(kept, moved)) {
            state.store(LEFT).put(1L, 1L);
            state.commit(Map.of("left", 7L));
        }
        moved.close();
        assertThat(database.stored()).hasSize(2);
        assertThat(database.snapshot(parent.resolve("snapshot")).partitions())
                .extracting(StoredPartition::partition)
                .containsExactly(0);
        kept.close();
        database.close();
    }

    @Test
    void leavesNoHandleAndIsRefusedWhereSomethingIs() {
        RocksBackend backend = open("state");
        int before = backend.openHandles();
        backend.snapshot(parent.resolve("snapshot"));
        assertThat(backend.openHandles()).isEqualTo(before);
        assertThatThrownBy(() -> backend.snapshot(parent.resolve("snapshot")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("choose a directory that does not exist")
                .hasMessageContaining(parent.resolve("snapshot").toString());
        assertThat(backend.openStore("still usable")).isZero();
        backend.close();
    }

    private RocksBackend open(String directory) {
        return backends.open(parent.resolve(directory), "log", RocksConfig.defaults());
    }
}
