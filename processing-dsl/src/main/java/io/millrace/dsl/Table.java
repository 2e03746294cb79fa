package io.millrace.dsl;

import io.millrace.serde.Serde;

/** One current value per key, kept in a store. */
public final class Table<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final Serde<K> keySerde;

    Table(Pipeline.Builder builder, int step, Serde<K> keySerde) {
        this.builder = builder;
        this.step = step;
        this.keySerde = keySerde;
    }

    /** The stream of its changes: every new value of every key, in order per key. */
    public EventStream<K, V> toStream() {
        return new EventStream<>(builder, step, keySerde);
    }
}
