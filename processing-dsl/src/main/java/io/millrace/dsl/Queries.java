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
 * this instance: a key is found wherever it is. Entries of sorted stores come in the order of their keys, windows in that of time, sessions in that of their keys; others
 * partition after partition, in the store's order within each. Each question sees a partition as one transaction left it, and no later question an earlier
 * state; what has to be of one moment over several questions or stores is asked of {@link Application#view}.
 *
 * <p>The stores are for reading: to change one is an {@code UnsupportedOperationException}. A question throws {@code StateException} of kind NOT_HERE where
 * a partition that may have the answer is elsewhere, or is restored: an answer is never made of a part. What is asked of one key is in one partition; where none that is here
 * has any of it, the exception names those that may. {@link #partitionOf} and {@link #partitions} say where to ask then. Of kind CLOSED when the application
 * is closed.
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

    /**
     * The same of windows, of {@code windowedBy(TimeWindows)} and {@code windowedBy(SlidingWindows)}. {@code fetchAll}, {@code all} and {@code fetch} of a range of keys have
     * one order over all partitions, that of time and then of the keys' bytes, either way; all partitions are opened before the first entry comes, and up to
     * 64 entries of each are read ahead. Sliding windows are kept otherwise: those of each key come in the order of time, the keys in none, and a range of
     * keys reads all windows of its times.
     *
     * @param keySerde the store's own, or one of the same name and bytes; for ranges of keys an {@code OrderedSerde}, as {@code Serdes.string()} is, or what {@link #sorted} says
     */
    <K, V> WindowStore<K, V> windows(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /**
     * The same of sessions, of {@code windowedBy(SessionWindows)}. {@code all} and {@code fetch} of a range of keys have one order over all partitions, that of the
     * keys' bytes, of a key the session that ended first first, either way ({@code fetch} and {@code findSessions} of Kafka Streams); {@code fetchAll} has none.
     *
     * @param keySerde as of {@link #windows}
     */
    <K, V> SessionStore<K, V> sessions(String name, Serde<K> keySerde, Serde<V> valueSerde);

    /**
     * Who has which partition of a store, in the order of their numbers: here and now, and by the application's group. A key moves with its partition: what is here may
     * be elsewhere by the next question, which then says so (Kafka Streams: {@code streamsMetadataForStore}). An instance is told by its name: start
     * each with one by which the others find it, such as {@code 10.0.0.5_8080}. Asks the log.
     *
     * @throws IllegalArgumentException if the pipeline has no store of this name
     */
    List<StorePartition> partitions(String store);

    /**
     * The partition of a store that a key is in, if it came there as records do that nobody's own partitioner spread: by the hash of its bytes (Kafka Streams: {@code
     * queryMetadataForKey}). Of any other key, {@link #partitions} at the number that the partitioner gives. Asks the log.
     *
     * @param keySerde the store's own, or one of the same name and bytes
     * @throws IllegalArgumentException if the pipeline has no store of this name, or its keys are others
     */
    <K> StorePartition partitionOf(String store, Serde<K> keySerde, K key);
}
