package io.millrace.dsl.runtime;

import io.millrace.dsl.Kept;
import io.millrace.dsl.plan.StorageNames;
import io.millrace.dsl.plan.Topology;
import io.millrace.state.StateBackend;
import io.millrace.state.StateMemory;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import io.millrace.state.StoredPartition;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A backend in which stores have other names than the program gives them ({@link StorageNames}). What is stored under a name that no store of the program has, or that another one
 * has by now, is not seen. As safe for use by several threads as what is behind it.
 */
final class RenamedStores implements StateBackend {
    private final StateBackend behind;
    private final Map<String, String> storedAs = new HashMap<>();
    private final Map<String, String> calledHere = new HashMap<>();

    private RenamedStores(StateBackend behind, Topology topology) {
        this.behind = behind;
        for (StoreSpec<?> store : topology.stores()) {
            String stored = topology.storage().of(Kept.store(store.name()));
            storedAs.put(store.name(), stored);
            calledHere.put(stored, store.name());
        }
    }

    /** The same backend where every store has its name. */
    static StateBackend of(StateBackend backend, Topology topology) {
        return topology.storage().isEmpty() ? backend : new RenamedStores(backend, topology);
    }

    private String stored(String store) {
        return storedAs.getOrDefault(store, store);
    }

    private List<StoredPartition> here(List<StoredPartition> all) {
        return all.stream()
                .filter(stored -> calledHere.containsKey(stored.store()))
                .map(stored -> new StoredPartition(
                        calledHere.getOrDefault(stored.store(), stored.store()),
                        stored.partition(),
                        stored.position(),
                        stored.usedMillis()))
                .toList();
    }

    @Override
    public String logId() {
        return behind.logId();
    }

    @Override
    public boolean hasStore(String store) {
        return behind.hasStore(stored(store));
    }

    @Override
    public int openStore(String store) {
        return behind.openStore(stored(store));
    }

    @Override
    public Optional<StoreManifest> manifest(int store) {
        return behind.manifest(store);
    }

    @Override
    public void pin(int store, StoreManifest manifest) {
        behind.pin(store, manifest);
    }

    @Override
    public Reader newReader(int partition) {
        return behind.newReader(partition);
    }

    @Override
    public Reader newSnapshot(int partition) {
        return behind.newSnapshot(partition);
    }

    @Override
    public OptionalLong position(int store, int partition) {
        return behind.position(store, partition);
    }

    @Override
    public List<StoredPartition> stored() {
        return here(behind.stored());
    }

    @Override
    public void write(Batch batch) {
        behind.write(batch);
    }

    @Override
    public void flush() {
        behind.flush();
    }

    @Override
    public List<StoredPartition> snapshot(Path target) {
        return here(behind.snapshot(target));
    }

    @Override
    public long unflushedOffsets() {
        return behind.unflushedOffsets();
    }

    @Override
    public long sizeBytes() {
        return behind.sizeBytes();
    }

    @Override
    public StateMemory.BackendMemory memory() {
        return behind.memory();
    }

    @Override
    public void close() {
        behind.close();
    }
}
