package io.millrace.dsl.query;

import io.millrace.dsl.GlobalTableSpec;
import io.millrace.dsl.Queries;
import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.SortedStore;
import io.millrace.state.StateView;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.VersionedTableSpec;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** The stores of one application, by name. Safe for use by several threads. */
public final class StoreQueries implements Queries {
    private final String application;
    private final SortedMap<String, StoreSpec<?>> specs = new TreeMap<>();
    private final ToIntFunction<String> partitions;
    private final Views views;

    /** Opens views of single partitions. */
    @FunctionalInterface
    public interface Views {
        /** @throws io.millrace.state.StateException if the partition cannot be asked here and now */
        StateView open(StoreSpec<?> store, int partition);
    }

    /** @param partitions how many a store has */
    public StoreQueries(String application, List<StoreSpec<?>> stores, ToIntFunction<String> partitions, Views views) {
        this.application = application;
        stores.forEach(store -> specs.put(store.name(), store));
        this.partitions = partitions;
        this.views = views;
    }

    @Override
    public List<String> stores() {
        return List.copyOf(specs.keySet());
    }

    @Override
    public <S> S store(StoreSpec<S> spec) {
        StoreSpec<?> found = find(spec.name());
        if (found instanceof GlobalTableSpec<?, ?> table && table.rows().equals(spec)) {
            @SuppressWarnings("unchecked") // its rows are what the specification makes of them
            StoreSpec<S> rows = (StoreSpec<S>) found;
            return reading(rows);
        }
        List<String> differences = found.manifest().differences(spec.manifest());
        if (!found.equals(spec)) {
            throw new IllegalArgumentException("Store '" + spec.name() + "' of application '" + application
                    + "' was declared otherwise than it is asked for: "
                    + (differences.isEmpty() ? "keep its StoreSpec in one constant" : String.join(", ", differences)));
        }
        return reading(spec);
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> KeyValueStore<K, V> keyValue(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        StoreSpec<?> found = find(name);
        return isTimed(byKey(found), keySerde, valueSerde)
                ? new UntimedKeyValueStore<>((KeyValueStore<K, Timestamped<V>>) reading(found))
                : (KeyValueStore<K, V>) reading(found);
    }

    @Override
    public <K, V> SortedStore<K, V> sorted(String name, OrderedSerde<K> keySerde, Serde<V> valueSerde) {
        StoreSpec<?> found = find(name);
        return isTimed(byKey(found), keySerde, valueSerde)
                ? new UntimedSortedStore<>(
                        sorting(found, StoreSpec.sorted(name, keySerde, Timestamped.serde(valueSerde))))
                : sorting(found, StoreSpec.sorted(name, keySerde, valueSerde));
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> VersionedStore<K, V> versions(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        StoreSpec<?> found = find(name);
        if (found instanceof VersionedTableSpec<?, ?> spec) {
            checkTypes(new Types(name, spec.keySerde(), spec.valueSerde()), keySerde, valueSerde);
            return (VersionedStore<K, V>) reading(spec);
        }
        if (found instanceof VersionedSpec<?, ?> spec) {
            checkTypes(new Types(name, spec.keySerde(), spec.valueSerde()), keySerde, valueSerde);
            return (VersionedStore<K, V>) reading(spec);
        }
        throw otherKind(found, "versions");
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> WindowStore<K, V> windows(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        if (find(name) instanceof WindowSpec<?, ?> spec) {
            return isTimed(new Types(name, spec.keySerde(), spec.valueSerde()), keySerde, valueSerde)
                    ? new UntimedWindowStore<>((WindowStore<K, Timestamped<V>>) reading(spec))
                    : (WindowStore<K, V>) reading(spec);
        }
        throw otherKind(find(name), "windows");
    }

    @Override
    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    public <K, V> SessionStore<K, V> sessions(String name, Serde<K> keySerde, Serde<V> valueSerde) {
        if (find(name) instanceof SessionSpec<?, ?> spec) {
            checkTypes(new Types(name, spec.keySerde(), spec.valueSerde()), keySerde, valueSerde);
            return (SessionStore<K, V>) reading(spec);
        }
        throw otherKind(find(name), "sessions");
    }

    private <S> S reading(StoreSpec<S> spec) {
        return CommittedState.of(reader(spec));
    }

    @SuppressWarnings("unchecked") // the serdes' names are those of the store
    private <K, V> SortedStore<K, V> sorting(StoreSpec<?> found, SortedSpec<K, V> asked) {
        return new CommittedSortedStore<>(reader((StoreSpec<KeyValueStore<K, V>>) found), asked);
    }

    private <S> StateReader<S> reader(StoreSpec<S> spec) {
        return new StateReader<>(spec, 0, partitions.applyAsInt(spec.name()), partition -> views.open(spec, partition));
    }

    /** The types of a store of values by key. */
    private static Types byKey(StoreSpec<?> found) {
        if (found instanceof KeyValueSpec<?, ?> spec) {
            return new Types(found.name(), spec.keySerde(), spec.valueSerde());
        }
        if (found instanceof SortedSpec<?, ?> spec) {
            return new Types(found.name(), spec.keySerde(), spec.valueSerde());
        }
        if (found instanceof GlobalTableSpec<?, ?> spec) {
            return new Types(found.name(), spec.keySerde(), spec.valueSerde());
        }
        throw otherKind(found, "values by key");
    }

    /** What a store was declared with. */
    private record Types(String store, Serde<?> key, Serde<?> value) {}

    private StoreSpec<?> find(String name) {
        StoreSpec<?> found = specs.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "Application '" + application + "' has no store '" + name + "'; it has " + stores());
        }
        return found;
    }

    /**
     * Whether the store keeps a time with each value.
     *
     * @throws IllegalArgumentException if its types are not those that are asked for
     */
    private static boolean isTimed(Types types, Serde<?> askedKey, Serde<?> askedValue) {
        Serde<?> key = types.key();
        Serde<?> value = types.value();
        boolean isTimed = value.name().equals(Timestamped.serde(askedValue).name());
        List<String> differences = new ArrayList<>();
        if (!key.name().equals(askedKey.name())) {
            differences.add("its keys are " + key.name() + ", not " + askedKey.name());
        }
        if (!isTimed && !value.name().equals(askedValue.name())) {
            differences.add("its values are " + value.name() + ", not " + askedValue.name());
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("Store '" + types.store() + "' has other types than it is asked for: "
                    + String.join(", ", differences));
        }
        return isTimed;
    }

    private static void checkTypes(Types types, Serde<?> askedKey, Serde<?> askedValue) {
        if (isTimed(types, askedKey, askedValue)) {
            throw new IllegalArgumentException("The values of store '" + types.store()
                    + "' are kept with times: ask for them with Timestamped.serde(...), or with the store's StoreSpec");
        }
    }

    private static IllegalArgumentException otherKind(StoreSpec<?> found, String asked) {
        return new IllegalArgumentException("Store '" + found.name() + "' does not hold " + asked + ": it is of kind '"
                + found.manifest().kind() + "'. Ask for it by queries()." + methodFor(found));
    }

    private static String methodFor(StoreSpec<?> found) {
        String named = "(\"" + found.name() + "\", keySerde, valueSerde)";
        if (found instanceof KeyValueSpec<?, ?>
                || found instanceof SortedSpec<?, ?>
                || found instanceof GlobalTableSpec<?, ?>) {
            return "keyValue" + named;
        }
        if (found instanceof VersionedTableSpec<?, ?> || found instanceof VersionedSpec<?, ?>) {
            return "versions" + named;
        }
        if (found instanceof WindowSpec<?, ?>) {
            return "windows" + named;
        }
        return found instanceof SessionSpec<?, ?>
                ? "sessions" + named
                : "store(spec), with the specification that declares it";
    }
}
