package io.millrace.dsl.query;

import io.millrace.dsl.GlobalTableSpec;
import io.millrace.dsl.Queries;
import io.millrace.dsl.StorePartition;
import io.millrace.log.Partitioner;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.SortedStore;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.VersionedTableSpec;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The stores of one application, by name. Safe for use by several threads. */
public final class StoreQueries implements Queries {
    private final String application;
    private final SortedMap<String, QueriedStore> stores = new TreeMap<>();
    private final Places places;
    private final Views views;

    /** Opens views of single partitions. */
    @FunctionalInterface
    public interface Views {
        /** @throws io.millrace.state.StateException if the partition cannot be asked here and now */
        StateView open(StoreSpec<?> store, int partition);
    }

    /** Where the partitions of stores are. */
    public interface Places {
        /** How many a store has. */
        int count(String store);

        /** Each partition of a store, with who has it. */
        List<StorePartition> of(String store);
    }

    public StoreQueries(String application, List<QueriedStore> stores, Places places, Views views) {
        this.application = application;
        stores.forEach(store -> this.stores.put(store.name(), store));
        this.places = places;
        this.views = views;
    }

    @Override
    public List<String> stores() {
        return List.copyOf(stores.keySet());
    }

    @Override
    public <S> S store(StoreSpec<S> spec) {
        QueriedStore store = find(
                StoreSpec.checkGiven("specification of the store to ask", spec).name());
        StoreSpec<?> found = store.spec();
        if (found instanceof GlobalTableSpec<?, ?> table && table.rows().equals(spec)) {
            @SuppressWarnings("unchecked") // its rows are what the specification makes of them
            StoreSpec<S> rows = (StoreSpec<S>) found;
            return reading(rows);
        }
        List<String> differences = found.manifest().differences(spec.manifest());
        if (!found.equals(spec)) {
            throw new IllegalArgumentException("Store '" + spec.name() + "' of application '" + application
                    + "' was declared otherwise than it is asked for: "
                    + (differences.isEmpty()
                            ? "keep its StoreSpec in one constant"
                            : String.join(", ", differences) + ". " + StoreTypes.advice(store)));
        }
        return reading(spec);
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> KeyValueStore<K, V> keyValue(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        QueriedStore found = find(name);
        return StoreTypes.byKey(found).isTimed(keySerde, valueSerde)
                ? new UntimedKeyValueStore<>((KeyValueStore<K, Timestamped<V>>) reading(found.spec()))
                : (KeyValueStore<K, V>) reading(found.spec());
    }

    @Override
    public <K, V> SortedStore<K, V> sorted(String name, OrderedSerde<K> keySerde, Serde<V> valueSerde) {
        QueriedStore found = find(name);
        return StoreTypes.byKey(found).isTimed(keySerde, valueSerde)
                ? new UntimedSortedStore<>(
                        sorting(found.spec(), StoreSpec.sorted(name, keySerde, Timestamped.serde(valueSerde))))
                : sorting(found.spec(), StoreSpec.sorted(name, keySerde, valueSerde));
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> VersionedStore<K, V> versions(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        QueriedStore found = find(name);
        if (found.spec() instanceof VersionedTableSpec<?, ?> spec) {
            new StoreTypes(name, spec.keySerde(), spec.valueSerde()).check(keySerde, valueSerde);
            return (VersionedStore<K, V>) reading(spec);
        }
        if (found.spec() instanceof VersionedSpec<?, ?> spec) {
            new StoreTypes(name, spec.keySerde(), spec.valueSerde()).check(keySerde, valueSerde);
            return (VersionedStore<K, V>) reading(spec);
        }
        throw StoreTypes.otherKind(found, "versions");
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> WindowStore<K, V> windows(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        QueriedStore found = find(name);
        if (found.spec() instanceof WindowSpec<?, ?> spec) {
            return new StoreTypes(name, spec.keySerde(), spec.valueSerde()).isTimed(keySerde, valueSerde)
                    ? new UntimedWindowStore<>(fixed(spec, keySerde, Timestamped.serde(valueSerde)))
                    : fixed(spec, keySerde, valueSerde);
        }
        if (found.isSliding() && found.spec() instanceof RecordBufferSpec<?, ?> spec) {
            StateReader<?> reader = reader(spec);
            long sizeMillis = found.slideMillis().getAsLong();
            return new StoreTypes(name, spec.keySerde(), spec.valueSerde()).isTimed(keySerde, valueSerde)
                    ? new UntimedWindowStore<>(new CommittedSlidingWindows<>(
                            (StateReader<RecordStore<K, Timestamped<V>>>) reader, keySerde, sizeMillis))
                    : new CommittedSlidingWindows<>((StateReader<RecordStore<K, V>>) reader, keySerde, sizeMillis);
        }
        throw StoreTypes.otherKind(found, "windows");
    }

    /** Windows of a fixed size. */
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    private <K, V> WindowStore<K, V> fixed(WindowSpec<?, ?> found, Serde<K> keySerde, Serde<V> valueSerde) {
        WindowSpec<K, V> asked = new WindowSpec<>(
                found.name(),
                keySerde,
                valueSerde,
                found.sizeMillis(),
                found.advanceMillis(),
                found.retentionMillis(),
                found.isTimeTold());
        StateReader<?> reader = reader(found);
        return new CommittedWindowStore<>((StateReader<WindowStore<K, V>>) reader, asked);
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> SessionStore<K, V> sessions(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        QueriedStore found = find(name);
        if (found.spec() instanceof SessionSpec<?, ?> spec) {
            new StoreTypes(name, spec.keySerde(), spec.valueSerde()).check(keySerde, valueSerde);
            SessionSpec<K, V> asked = new SessionSpec<>(
                    name, keySerde, valueSerde, spec.gapMillis(), spec.retentionMillis(), spec.isTimeTold());
            StateReader<?> reader = reader(spec);
            return new CommittedSessionStore<>((StateReader<SessionStore<K, V>>) reader, asked);
        }
        throw StoreTypes.otherKind(found, "sessions");
    }

    @Override
    public List<StorePartition> partitions(String store) {
        return places.of(find(store).name());
    }

    @Override
    public <K> StorePartition partitionOf(String store, Serde<K> keySerde, K key) {
        StoreSpec.checkGiven("key serde that store '" + store + "' is asked with", keySerde);
        String declared = find(store).spec().manifest().properties().getOrDefault("key", keySerde.name());
        if (!declared.equals(keySerde.name())) {
            throw new IllegalArgumentException("The keys of store '" + store + "' are " + declared + ", not "
                    + keySerde.name() + ": ask where one is with the serde that its bytes are made with");
        }
        if (key == null) {
            throw StoreSpec.nullKey(store);
        }
        BytesWriter bytes = new BytesWriter();
        keySerde.write(key, bytes);
        return partitions(store).get(Partitioner.partitionOf(bytes.viewInto(new BytesView()), places.count(store)));
    }

    private <S> S reading(StoreSpec<S> spec) {
        return CommittedState.of(reader(spec));
    }

    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    private <K, V> SortedStore<K, V> sorting(StoreSpec<?> found, SortedSpec<K, V> asked) {
        return new CommittedSortedStore<>(reader((StoreSpec<KeyValueStore<K, V>>) found), asked);
    }

    private <S> StateReader<S> reader(StoreSpec<S> spec) {
        return new StateReader<>(spec, 0, places.count(spec.name()), partition -> views.open(spec, partition));
    }

    private QueriedStore find(@Nullable String name) {
        if (name == null) {
            throw new IllegalArgumentException(
                    "No name was given of the store of application '" + application + "' to ask; it has " + stores());
        }
        QueriedStore found = stores.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "Application '" + application + "' has no store '" + name + "'; it has " + stores());
        }
        return found;
    }
}
