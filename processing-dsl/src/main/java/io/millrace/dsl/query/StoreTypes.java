package io.millrace.dsl.query;

import io.millrace.dsl.GlobalTableSpec;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedTableSpec;
import io.millrace.state.time.WindowSpec;
import java.util.ArrayList;
import java.util.List;

/** The types that a store was declared with, compared with those that it is asked for. Pure; each refusal says what there is. */
record StoreTypes(String store, Serde<?> key, Serde<?> value) {
    /** Of a store of values by key. */
    static StoreTypes byKey(QueriedStore store) {
        StoreSpec<?> found = store.spec();
        if (found instanceof KeyValueSpec<?, ?> spec) {
            return new StoreTypes(found.name(), spec.keySerde(), spec.valueSerde());
        }
        if (found instanceof SortedSpec<?, ?> spec) {
            return new StoreTypes(found.name(), spec.keySerde(), spec.valueSerde());
        }
        if (found instanceof GlobalTableSpec<?, ?> spec) {
            return new StoreTypes(found.name(), spec.keySerde(), spec.valueSerde());
        }
        throw otherKind(store, "values by key");
    }

    /**
     * Whether the store keeps a time with each value.
     *
     * @throws IllegalArgumentException if its types are not those that are asked for
     */
    boolean isTimed(Serde<?> askedKey, Serde<?> askedValue) {
        StoreSpec.checkGiven("key serde that store '" + store + "' is asked with", askedKey);
        StoreSpec.checkGiven("value serde that store '" + store + "' is asked with", askedValue);
        boolean isTimed = value.name().equals(Timestamped.serde(askedValue).name());
        List<String> differences = new ArrayList<>();
        if (!key.name().equals(askedKey.name())) {
            differences.add("its keys are " + key.name() + ", not " + askedKey.name());
        }
        if (!isTimed && !value.name().equals(askedValue.name())) {
            differences.add("its values are " + Timestamped.valueName(value) + ", not " + askedValue.name());
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "Store '" + store + "' has other types than it is asked for: " + String.join(", ", differences));
        }
        return isTimed;
    }

    /** @throws IllegalArgumentException if its types are not those that are asked for, times included */
    void check(Serde<?> askedKey, Serde<?> askedValue) {
        if (isTimed(askedKey, askedValue)) {
            throw new IllegalArgumentException("The values of store '" + store
                    + "' are kept with times: ask for them with Timestamped.serde(...), or with the store's StoreSpec");
        }
    }

    static IllegalArgumentException otherKind(QueriedStore found, String asked) {
        String kind =
                found.isSliding() ? "sliding windows" : found.spec().manifest().kind();
        return new IllegalArgumentException("Store '" + found.name() + "' does not hold " + asked + ": it is of kind '"
                + kind + "'. " + advice(found));
    }

    /** How a store is asked for. */
    static String advice(QueriedStore store) {
        StoreSpec<?> found = store.spec();
        String named = "(\"" + found.name() + "\", keySerde, valueSerde)";
        if (found instanceof KeyValueSpec<?, ?>
                || found instanceof SortedSpec<?, ?>
                || found instanceof GlobalTableSpec<?, ?>) {
            return "Ask for it by queries().keyValue" + named + ", or, for ranges of keys, by queries().sorted" + named;
        }
        String method = found instanceof VersionedTableSpec<?, ?> || found instanceof VersionedSpec<?, ?>
                ? "versions" + named
                : found instanceof WindowSpec<?, ?> || store.isSliding()
                        ? "windows" + named
                        : found instanceof SessionSpec<?, ?>
                                ? "sessions" + named
                                : "store(spec), with the specification that declares it";
        return "Ask for it by queries()." + method;
    }
}
