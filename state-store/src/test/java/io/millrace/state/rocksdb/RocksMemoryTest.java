package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.Serdes;
import io.millrace.state.CacheStatistics;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.MemoryBudget;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateMemory;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.StoreSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksMemoryTest {
    private static final int STORES = 64;
    private static final int PARTITIONS = 4;
    private static final MemoryBudget BUDGET = new MemoryBudget(64 << 20);
    private static final int ROUNDS = 8;
    private static final int CHANGES = 40;
    private static final int KEYS = 10_000;
    private static final String VALUE = "v".repeat(500);

    @TempDir
    private Path parent;

    @Test
    void sixtyFourStoresOfSeveralPartitionsStayWithinOneBudget() {
        List<StoreSpec<?>> specs = new ArrayList<>();
        for (int i = 0; i < STORES; i++) {
            specs.add(StoreSpec.keyValue("store-" + i, Serdes.int64(), Serdes.string()));
        }
        StateMemory most = new StateMemory(0, 0, 0, 0, StateMemory.BackendMemory.UNKNOWN);
        RocksBackend backend = RocksBackend.open(parent.resolve("state"), "log", RocksConfig.within(BUDGET));
        try (StateDatabase database = StateDatabase.open(backend, StateStoreConfig.within(BUDGET))) {
            List<PartitionState> partitions = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                partitions.add(database.partition(partition, specs));
            }
            SplittableRandom random = new SplittableRandom(7);
            for (int round = 0; round < ROUNDS; round++) {
                for (PartitionState partition : partitions) {
                    change(partition, specs, random);
                    commit(partition, specs, round + 1);
                    most = largest(most, database.memory());
                }
                // A second later, so that the cache is divided anew.
                database.runOnce(round * 1_000_000_000L);
                most = largest(most, database.memory());
                assertThat(database.caches().stream()
                                .mapToLong(CacheStatistics::limitBytes)
                                .sum())
                        .isLessThanOrEqualTo(BUDGET.cacheBytes());
            }
            assertThat(database.caches())
                    .hasSize(STORES * PARTITIONS)
                    .allSatisfy(cache -> assertThat(cache.misses()).isPositive());
            partitions.forEach(PartitionState::close);
        }

        StateMemory.BackendMemory nativeMemory = most.backend();
        assertThat(nativeMemory.limitBytes()).isEqualTo(BUDGET.backendBytes());
        // 45 MB were written through write buffers of 4.
        assertThat(nativeMemory.writeBufferBytes()).isPositive();
        assertThat(nativeMemory.writeBufferBytes())
                .isLessThanOrEqualTo(BUDGET.writeBufferBytes() + BUDGET.committedBytes());
        assertThat(nativeMemory.totalBytes())
                .as(most.toString())
                .isBetween(BUDGET.backendBytes() / 4, BUDGET.backendBytes());
        assertThat(most.cacheBytes()).isBetween(BUDGET.cacheBytes() / 2, BUDGET.cacheBytes());
        assertThat(most.committedBytes()).isLessThanOrEqualTo(BUDGET.committedBytes());
        assertThat(most.spareBytes()).isLessThanOrEqualTo(BUDGET.committedBytes());
        assertThat(most.totalBytes()).isLessThanOrEqualTo(BUDGET.bytes());
    }

    private static void change(PartitionState partition, List<StoreSpec<?>> specs, SplittableRandom random) {
        for (StoreSpec<?> spec : specs) {
            @SuppressWarnings("unchecked") // All were made alike.
            var store = partition.store((KeyValueSpec<Long, String>) spec);
            for (int i = 0; i < CHANGES; i++) {
                long key = random.nextInt(KEYS);
                store.get((long) random.nextInt(KEYS));
                store.put(key, VALUE);
            }
        }
    }

    private static void commit(PartitionState partition, List<StoreSpec<?>> specs, long position) {
        Map<String, Long> positions = new HashMap<>();
        specs.forEach(spec -> positions.put(spec.name(), position));
        partition.commit(positions);
    }

    private static StateMemory largest(StateMemory first, StateMemory second) {
        return new StateMemory(
                Math.max(first.cacheBytes(), second.cacheBytes()),
                Math.max(first.committedBytes(), second.committedBytes()),
                Math.max(first.spareBytes(), second.spareBytes()),
                Math.max(first.viewedBytes(), second.viewedBytes()),
                new StateMemory.BackendMemory(
                        Math.max(first.backend().totalBytes(), second.backend().totalBytes()),
                        Math.max(first.backend().pinnedBytes(), second.backend().pinnedBytes()),
                        Math.max(
                                first.backend().writeBufferBytes(),
                                second.backend().writeBufferBytes()),
                        second.backend().limitBytes()));
    }
}
