package io.millrace.dsl;

import io.millrace.serde.OrderedSerde;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.WindowStore;
import java.util.List;

/**
 * Asks the stores of an application what is committed in them, from any thread, while it runs. A store is asked over all its partitions that are in
 * this instance: a key is found wherever it is. Entries of sorted stores come in the order of their keys, others partition after partition, in the store's order within each. Each question sees a
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

    /**
     * The same in the order of its keys, with ranges and prefixes in either direction, whether or not it was declared so ({@code range}, {@code reverseRange} and
     * {@code prefixScan} of Kafka Streams). Its entries come in one order over all partitions, which all are opened before the first entry comes: where one of
     * them is elsewhere, none comes. Up to 64 entries of a partition are read ahead.
     *
     * @param keySerde the store's own, or one of the same name and bytes, as {@code OrderedSerdes.string()} is for {@code Serdes.string()}; of a type that
     *     does not sort by its bytes, {@code OrderedSerdes.inByteOrder}
     */
    <K, V> SortedStore<K, V> sorted(String name, OrderedSerde<K> keySerde, Serde<V> valueSerde);

    /** The same of versions, of {@code toTable} and {@code materialize} with a history: as they are, and as they were. */
    <K, V> VersionedStore<K, V> versions(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /** The same of windows, of {@code windowedBy(TimeWindows)}. */
    <K, V> WindowStore<K, V> windows(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /** The same of sessions, of {@code windowedBy(SessionWindows)}. */
    <K, V> SessionStore<K, V> sessions(String name, Serde<K> keySerde, Serde<V> valueSerde);
}
