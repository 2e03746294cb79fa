package io.millrace.dsl;

import io.millrace.serde.Serde;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.WindowStore;
import java.util.List;

/**
 * Asks the stores of an application what is committed in them, from any thread, while it runs. A store is asked over all its partitions that are in
 * this instance: a key is found wherever it is, and entries come partition after partition, in the store's order within each. Each question sees a
 * partition as one transaction left it, and no later question an earlier state; what has to be of one moment over several questions or stores is asked of
 * {@link Application#view}.
 *
 * <p>The stores are for reading: to change one is an {@code UnsupportedOperationException}. A question throws {@code StateException} of kind NOT_HERE where
 * a partition that may have the answer is elsewhere, or is restored: an answer is never made of a part. Of kind CLOSED when the application is
 * closed.
 */
public interface Queries {
    /** The names of all stores, sorted. */
    List<String> stores();

    /**
     * A store by what it was declared with.
     *
     * @throws IllegalArgumentException if the pipeline has none with this name, with those that it has, or has it with other types
     */
    <S> S store(StoreSpec<S> spec);

    /**
     * A store of values by key, such as those of {@code count}, {@code aggregate}, {@code toTable}; values that are kept with times come without.
     *
     * @param name that the step was given
     * @throws IllegalArgumentException if the pipeline has none with this name, or with other types, or of another kind; says what it has
     */
    <K, V> KeyValueStore<K, V> keyValue(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /** The same of versions, of {@code toTable} and {@code materialize} with a history: as they are, and as they were. */
    <K, V> VersionedStore<K, V> versions(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /** The same of windows, of {@code windowedBy(TimeWindows)}. */
    <K, V> WindowStore<K, V> windows(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /** The same of sessions, of {@code windowedBy(SessionWindows)}. */
    <K, V> SessionStore<K, V> sessions(String name, Serde<K> keySerde, Serde<V> valueSerde);
}
