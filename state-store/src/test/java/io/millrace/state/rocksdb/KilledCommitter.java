package io.millrace.state.rocksdb;

import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that is killed: it commits transactions that stand for many offsets of every changelog, and nobody writes behind for it. Says
 * on standard output what it has committed.
 */
final class KilledCommitter {
    /** Offsets of each changelog that a transaction takes. */
    static final long STRIDE = 700;

    private KilledCommitter() {}

    public static void main(String[] arguments) {
        StateDatabase database = StateDatabase.open(
                KilledWriter.open(Path.of(arguments[0]), new RocksBackends()),
                StateStoreConfig.defaults().withWriteBehind(1 << 30, Duration.ofHours(1)));
        PartitionState partition = database.partition(0, List.copyOf(KilledWriter.STORES));
        // Whoever started this reads each line: when it is gone, printing fails.
        while (!System.out.checkError()) {
            long transaction =
                    partition.position(KilledWriter.STORES.get(0).name()).orElse(0) / STRIDE;
            for (KilledWriter.Change change : KilledWriter.changes(0, transaction)) {
                if (change.value() == null) {
                    partition.store(KilledWriter.STORES.get(change.store())).delete(change.key());
                } else {
                    partition.store(KilledWriter.STORES.get(change.store())).put(change.key(), change.value());
                }
            }
            Map<String, Long> positions = new HashMap<>();
            KilledWriter.STORES.forEach(store -> positions.put(store.name(), (transaction + 1) * STRIDE));
            partition.commit(positions);
            System.out.println((transaction + 1) * STRIDE + KilledWriter.END_OF_LINE);
        }
    }
}
