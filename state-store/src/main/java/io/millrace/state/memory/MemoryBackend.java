package io.millrace.state.memory;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateBackend;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoredPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Committed state in sorted maps. It outlives a simulated crash of whoever uses it: {@link #close} keeps everything, and the same object
 * may be handed to the next incarnation. {@link #losePower} plays a power loss: a suffix of the batches since the last {@link #flush}
 * is gone, never a part of one (M1). Guarded by its monitor.
 */
public final class MemoryBackend implements StateBackend {
    /** Batches that a power loss can take; older ones count as durable. */
    private static final int UNFLUSHED_BATCHES = 64;

    private final String logId;
    private final Map<String, Integer> storeNumbers = new HashMap<>();
    private final Map<Integer, StoreManifest> manifests = new HashMap<>();
    private final Deque<List<Change>> unflushed = new ArrayDeque<>();
    private final Content durable = new Content();
    private Content current = new Content();

    public MemoryBackend(String logId) {
        this.logId = logId;
    }

    @Override
    public String logId() {
        return logId;
    }

    @Override
    public synchronized boolean hasStore(String store) {
        return storeNumbers.containsKey(store);
    }

    @Override
    public synchronized int openStore(String store) {
        return storeNumbers.computeIfAbsent(store, ignored -> storeNumbers.size());
    }

    @Override
    public synchronized Optional<StoreManifest> manifest(int store) {
        return Optional.ofNullable(manifests.get(store));
    }

    @Override
    public synchronized void pin(int store, StoreManifest manifest) {
        manifests.put(store, manifest);
    }

    @Override
    public Reader newReader(int partition) {
        return new MemoryReader(partition, null);
    }

    @Override
    public synchronized Reader newSnapshot(int partition) {
        return new MemoryReader(partition, current.copyOf(partition));
    }

    @Override
    public synchronized OptionalLong position(int store, int partition) {
        Long position = current.positions.get(new Place(store, partition));
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    @Override
    public synchronized List<StoredPartition> stored() {
        List<StoredPartition> stored = new ArrayList<>();
        storeNumbers.forEach((store, number) -> current.positions.forEach((place, position) -> {
            if (place.store == number) {
                Long used = current.used.get(place);
                stored.add(new StoredPartition(
                        store, place.partition, position, used == null ? OptionalLong.empty() : OptionalLong.of(used)));
            }
        }));
        stored.sort(Comparator.comparing(StoredPartition::store).thenComparing(StoredPartition::partition));
        return stored;
    }

    @Override
    public synchronized void write(Batch batch) {
        List<Change> changes = new ArrayList<>();
        batch.feed(new Recorder(changes));
        current.apply(changes);
        unflushed.add(changes);
        if (unflushed.size() > UNFLUSHED_BATCHES) {
            durable.apply(unflushed.remove());
        }
    }

    @Override
    public synchronized void flush() {
        unflushed.forEach(durable::apply);
        unflushed.clear();
    }

    @Override
    public void close() {
        // The content outlives its users.
    }

    /** Plays a power loss: some last batches that were not flushed are gone, how many {@code random} decides. */
    public synchronized void losePower(RandomGenerator random) {
        int kept = random.nextInt(unflushed.size() + 1);
        for (int i = 0; i < kept; i++) {
            durable.apply(unflushed.remove());
        }
        unflushed.clear();
        current = durable.copy();
    }

    private synchronized byte @Nullable [] value(@Nullable Content fixed, Place place, BytesView key) {
        NavigableMap<BytesView, byte[]> entries = (fixed == null ? current : fixed).entries.get(place);
        return entries == null ? null : entries.get(key);
    }

    private synchronized NavigableMap<BytesView, byte[]> range(
            @Nullable Content fixed, Place place, KeyRange range, ScanDirection direction) {
        NavigableMap<BytesView, byte[]> entries =
                (fixed == null ? current : fixed).entries.getOrDefault(place, new TreeMap<>());
        if (range.from() != null) {
            entries = entries.tailMap(range.from(), true);
        }
        if (range.to() != null) {
            entries = entries.headMap(range.to(), false);
        }
        // A copy: what is visited is of one moment.
        NavigableMap<BytesView, byte[]> copy = new TreeMap<>(entries);
        return direction == ScanDirection.FORWARD ? copy : copy.descendingMap();
    }

    private synchronized int size(@Nullable Content fixed, Place place) {
        return (fixed == null ? current : fixed)
                .entries
                .getOrDefault(place, new TreeMap<>())
                .size();
    }

    private record Place(int store, int partition) {}

    private sealed interface Change {
        record Put(Place place, BytesView key, BytesView value) implements Change {}

        record Delete(Place place, BytesView key) implements Change {}

        record Position(Place place, long position) implements Change {}

        record Used(Place place, long millis) implements Change {}

        record Drop(Place place) implements Change {}
    }

    private static final class Content {
        private final Map<Place, NavigableMap<BytesView, byte[]>> entries = new HashMap<>();
        private final Map<Place, Long> positions = new HashMap<>();
        private final Map<Place, Long> used = new HashMap<>();

        void apply(List<Change> changes) {
            changes.forEach(this::apply);
        }

        private void apply(Change change) {
            if (change instanceof Change.Put put) {
                entries.computeIfAbsent(put.place, ignored -> new TreeMap<>()).put(put.key, put.value.toByteArray());
            } else if (change instanceof Change.Delete delete) {
                entries.computeIfAbsent(delete.place, ignored -> new TreeMap<>())
                        .remove(delete.key);
            } else if (change instanceof Change.Position position) {
                positions.put(position.place, position.position);
            } else if (change instanceof Change.Used time) {
                used.put(time.place, time.millis);
            } else if (change instanceof Change.Drop drop) {
                entries.remove(drop.place);
                positions.remove(drop.place);
                used.remove(drop.place);
            }
        }

        Content copyOf(int partition) {
            Content copy = new Content();
            entries.forEach((place, map) -> {
                if (place.partition == partition) {
                    copy.entries.put(place, new TreeMap<>(map));
                }
            });
            return copy;
        }

        Content copy() {
            Content copy = new Content();
            entries.forEach((place, map) -> copy.entries.put(place, new TreeMap<>(map)));
            copy.positions.putAll(positions);
            copy.used.putAll(used);
            return copy;
        }
    }

    private record Recorder(List<Change> changes) implements Batch.Sink {
        @Override
        public void put(int store, int partition, BytesView key, BytesView value) {
            changes.add(new Change.Put(new Place(store, partition), key.copy(), value.copy()));
        }

        @Override
        public void delete(int store, int partition, BytesView key) {
            changes.add(new Change.Delete(new Place(store, partition), key.copy()));
        }

        @Override
        public void position(int store, int partition, long position) {
            changes.add(new Change.Position(new Place(store, partition), position));
        }

        @Override
        public void used(int store, int partition, long millis) {
            changes.add(new Change.Used(new Place(store, partition), millis));
        }

        @Override
        public void drop(int store, int partition) {
            changes.add(new Change.Drop(new Place(store, partition)));
        }
    }

    private final class MemoryReader implements Reader {
        private final int partition;
        /** What is read in place of the current content. */
        private final @Nullable Content fixed;

        MemoryReader(int partition, @Nullable Content fixed) {
            this.partition = partition;
            this.fixed = fixed;
        }

        @Override
        public boolean get(int store, BytesView key, BytesWriter value) {
            byte[] found = value(fixed, new Place(store, partition), key);
            if (found == null) {
                return false;
            }
            value.putBytes(found);
            return true;
        }

        @Override
        public void scan(int store, KeyRange range, ScanDirection direction, EntryVisitor visitor) {
            if (range.isEmpty()) {
                return;
            }
            for (Map.Entry<BytesView, byte[]> entry :
                    range(fixed, new Place(store, partition), range, direction).entrySet()) {
                if (!visitor.entry(entry.getKey(), BytesView.of(entry.getValue()))) {
                    return;
                }
            }
        }

        @Override
        public long approximateCount(int store) {
            return size(fixed, new Place(store, partition));
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
