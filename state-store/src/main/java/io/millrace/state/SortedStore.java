package io.millrace.state;

import io.millrace.serde.KeyPrefix;

/** A key-value store whose keys have ranges. What {@link #all} says of its order, the order of the bytes, is the order of the keys here. */
public interface SortedStore<K, V> extends KeyValueStore<K, V> {
    /** The entries from {@code from} on, up to but not including {@code to}. A range without a first key is {@link #before}, one without a last {@link #atLeast}. */
    Entries<K, V> range(K from, K to);

    /** The entries from {@code from} on. */
    Entries<K, V> atLeast(K from);

    /** The entries before {@code to}. */
    Entries<K, V> before(K to);

    /** The entries whose keys begin so. */
    Entries<K, V> prefix(KeyPrefix<K> prefix);
}
