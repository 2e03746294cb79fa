package io.millrace.state.cache;

import org.jspecify.annotations.Nullable;

/** What is known of a key; changed in place by the partition's thread, so that a hot key is written without allocation. */
public final class CachedValue<V> {
    private final int weight;
    private @Nullable V value;
    private long transaction;

    CachedValue(int weight, @Nullable V value, long transaction) {
        this.weight = weight;
        this.value = value;
        this.transaction = transaction;
    }

    /** The value, or null if it is known that the key has none. */
    public @Nullable V value() {
        return value;
    }

    int weight() {
        return weight;
    }

    long transaction() {
        return transaction;
    }

    void replace(@Nullable V newValue, long newTransaction) {
        value = newValue;
        transaction = newTransaction;
    }
}
