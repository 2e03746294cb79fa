package io.millrace.dsl;

/** One current value per key, kept in a store. */
public final class Table<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final StreamTypes<K, V> types;

    Table(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        this.builder = builder;
        this.step = step;
        this.types = types;
    }

    /** The stream of its changes: every new value of every key, in order per key. */
    public EventStream<K, V> toStream() {
        return new EventStream<>(builder, step, types);
    }
}
