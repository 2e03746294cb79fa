package io.millrace.state;

import io.millrace.serde.Serde;

/**
 * A key-value store as its user declares it.
 *
 * @param name its identity, by which it is found again after a restart: {@code [a-zA-Z0-9._-]}, at most 100 characters
 */
public record StoreSpec<K, V>(String name, Serde<K> keySerde, Serde<V> valueSerde) {
    public StoreSpec {
        if (!name.matches("[a-zA-Z0-9._-]{1,100}") || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(
                    "A store's name has 1 to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-', got '" + name + "'");
        }
    }
}
