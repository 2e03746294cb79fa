package io.millrace.dsl;

import io.millrace.state.time.RecordQueueSpec;
import java.time.Duration;
import java.util.function.BiFunction;

/** What a stream can be joined with: a part of {@link EventStream}, which is long enough without it. */
abstract sealed class JoinableStream<K, V> permits EventStream {
    final Pipeline.Builder builder;
    final int step;
    final StreamTypes<K, V> types;

    JoinableStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        this.builder = builder;
        this.step = step;
        this.types = types;
    }

    // --- with a table

    /**
     * Each record with the row that its key has in the table at that moment; none if there is no row. What is there to be read of stream and table is
     * taken by timestamp, a row before the records of its time, so a backlog meets the rows of then; a row that comes late is not waited for. In a versioned table ({@link #toTable(String,
     * Duration)}) it is the row that the key had at the record's timestamp; none if that is older than its history. Records without key or value are
     * dropped.
     */
    public <V2, R> EventStream<K, R> join(Table<K, V2> table, BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.INNER, Joiner.ofValues(joiner));
    }

    /** The same with the key. */
    public <V2, R> EventStream<K, R> join(
            Table<K, V2> table, Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.INNER, joiner);
    }

    /** The same; where there is no row, or no key, the table's value is null. Records without a value are dropped. */
    public <V2, R> EventStream<K, R> leftJoin(
            Table<K, V2> table, BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.LEFT, Joiner.ofValues(joiner));
    }

    /** The same with the key, which may be missing. */
    public <V2, R> EventStream<K, R> leftJoin(
            Table<K, V2> table, Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.LEFT, joiner);
    }

    /**
     * Each record with the row that its key had in a versioned table at the record's timestamp, when changes of the table that come late have had their time:
     * the record waits until event time, the task's watermark, has come so far as its timestamp and the grace. Results come in the order of their
     * records' timestamps, also when nothing comes any more ({@link AppSettings#withIdleTimeout}). A record further behind event time than the grace
     * is joined at once. After KIP-923.
     *
     * <p>What the joiner throws is not the fault of a record that is read, and is tried again: see {@link AppSettings.Retries}. Steps behind see no
     * offset and no headers, and what they write has none.
     *
     * @param name the identity of the records that wait, in a store of this name
     * @param table knows of its past: {@link #toTable(String, Duration)}, {@link Table#materialize(String, Duration)}, or made of such a one by {@code filter}
     *     and {@code mapValues}
     * @param grace how far event time goes beyond a record before it is joined; no longer than the table's history; may be changed
     */
    public <V2, R> EventStream<K, R> join(
            String name, Table<K, V2> table, BiFunction<? super V, ? super V2, ? extends R> joiner, Duration grace) {
        return joined(name, table, JoinKind.INNER, Joiner.ofValues(joiner), grace);
    }

    /** The same with the key. */
    public <V2, R> EventStream<K, R> join(
            String name,
            Table<K, V2> table,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            Duration grace) {
        return joined(name, table, JoinKind.INNER, joiner, grace);
    }

    /** The same; where there was no row, the table's value is null. A record without a key has none, and is joined at once. */
    public <V2, R> EventStream<K, R> leftJoin(
            String name, Table<K, V2> table, BiFunction<? super V, ? super V2, ? extends R> joiner, Duration grace) {
        return joined(name, table, JoinKind.LEFT, Joiner.ofValues(joiner), grace);
    }

    /** The same with the key, which may be missing. */
    public <V2, R> EventStream<K, R> leftJoin(
            String name,
            Table<K, V2> table,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            Duration grace) {
        return joined(name, table, JoinKind.LEFT, joiner, grace);
    }

    private <V2, R> EventStream<K, R> joined(
            String name, Table<K, V2> table, JoinKind kind, Joiner<?, ?, ?, ?> joiner, Duration grace) {
        builder.requireSame(Erased.given("table", table).builder());
        Names.ofStore("join", name);
        WindowRule.checkGrace("The grace of " + kind.label() + " '" + name + "'", grace);
        RecordQueueSpec<Object, Object> waiting = new RecordQueueSpec<>(
                name,
                Erased.serde(types.needKeySerde(this, kind.label())),
                Erased.serde(types.needValueSerde(this, kind.label())));
        int id = builder.add(next -> new LookupStep.JoinAfterGrace(
                new LookupStep.JoinTable(next, step, table.step(), kind, Erased.joiner(joiner)),
                grace.toMillis(),
                waiting));
        return new EventStream<>(builder, id, types.withOtherValues());
    }

    private <V2, R> EventStream<K, R> joined(Table<K, V2> table, JoinKind kind, Joiner<?, ?, ?, ?> joiner) {
        builder.requireSame(Erased.given("table", table).builder());
        int id = builder.add(next -> new LookupStep.JoinTable(next, step, table.step(), kind, Erased.joiner(joiner)));
        return new EventStream<>(builder, id, types.withOtherValues());
    }

    // --- with a global table

    /**
     * Each record with the row of a global table that it refers to, as the instance has it at that moment; none if there is no row. The result has the
     * record's key and timestamp. Records without a value are dropped, and those for which {@code keyOf} gives null; a record's own key may be null.
     *
     * @param keyOf the row's key, of the record's key and value
     */
    public <K2, V2, R> EventStream<K, R> join(
            GlobalTable<K2, V2> table,
            BiFunction<? super K, ? super V, ? extends K2> keyOf,
            BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.INNER, keyOf, Joiner.ofValues(joiner));
    }

    /** The same with the record's key, which is not the row's and may be missing. */
    public <K2, V2, R> EventStream<K, R> join(
            GlobalTable<K2, V2> table,
            BiFunction<? super K, ? super V, ? extends K2> keyOf,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.INNER, keyOf, joiner);
    }

    /** The same; where there is no row, or {@code keyOf} gives null, the table's value is null. Records without a value are dropped. */
    public <K2, V2, R> EventStream<K, R> leftJoin(
            GlobalTable<K2, V2> table,
            BiFunction<? super K, ? super V, ? extends K2> keyOf,
            BiFunction<? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.LEFT, keyOf, Joiner.ofValues(joiner));
    }

    /** The same with the record's key, which is not the row's and may be missing. */
    public <K2, V2, R> EventStream<K, R> leftJoin(
            GlobalTable<K2, V2> table,
            BiFunction<? super K, ? super V, ? extends K2> keyOf,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner) {
        return joined(table, JoinKind.LEFT, keyOf, joiner);
    }

    private <R> EventStream<K, R> joined(
            GlobalTable<?, ?> table, JoinKind kind, BiFunction<?, ?, ?> keyOf, Joiner<?, ?, ?, ?> joiner) {
        builder.requireSame(Erased.given("table", table).builder());
        int id = builder.add(next -> new LookupStep.JoinGlobal(
                next, step, table.step(), table.name(), kind, Erased.function(keyOf), Erased.joiner(joiner)));
        return new EventStream<>(builder, id, types.withOtherValues());
    }

    // --- with a stream

    /**
     * Records of both streams with one key that happened at about the same time. Each pair has a result, with the later timestamp of the two, when
     * the later one comes; a stream may be joined with itself. Records without key or value are dropped.
     *
     * <p>A record is open until event time, the task's watermark, has passed the last moment at which a partner may have happened, and the grace. Two
     * records meet if both are open when the second one comes. One that comes when it is no longer open is late and meets none: {@link
     * JoinedStream#lateLeft}.
     *
     * @param name the identity of the records that are kept, in stores {@code <name>-left} and {@code <name>-right}, or {@code <name>-records} if the
     *     stream is joined with itself
     */
    public <V2, R> JoinedStream<K, V, V2, R> join(
            String name,
            EventStream<K, V2> other,
            BiFunction<? super V, ? super V2, ? extends R> joiner,
            JoinWindows windows) {
        return new StreamJoin(name, JoinKind.INNER, windows).of(this, other, Joiner.ofValues(joiner));
    }

    /** The same with the key. */
    public <V2, R> JoinedStream<K, V, V2, R> join(
            String name,
            EventStream<K, V2> other,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            JoinWindows windows) {
        return new StreamJoin(name, JoinKind.INNER, windows).of(this, other, joiner);
    }

    /**
     * The same, and a record of this stream that met none has a result of its own, with null for the other's value and its own timestamp: once, when it
     * is no longer open, also when nothing comes any more ({@link AppSettings#withIdleTimeout}); at once if it has no key.
     *
     * @param name of {@link #join(String, EventStream, BiFunction, JoinWindows)}; those that have met none yet are in a store {@code <name>-unmatched}
     */
    public <V2, R> JoinedStream<K, V, V2, R> leftJoin(
            String name,
            EventStream<K, V2> other,
            BiFunction<? super V, ? super V2, ? extends R> joiner,
            JoinWindows windows) {
        return new StreamJoin(name, JoinKind.LEFT, windows).of(this, other, Joiner.ofValues(joiner));
    }

    /** The same with the key, which may be missing where a record is alone. */
    public <V2, R> JoinedStream<K, V, V2, R> leftJoin(
            String name,
            EventStream<K, V2> other,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            JoinWindows windows) {
        return new StreamJoin(name, JoinKind.LEFT, windows).of(this, other, joiner);
    }

    /** The same, and so has one of the other stream, with null for this one's value. */
    public <V2, R> JoinedStream<K, V, V2, R> outerJoin(
            String name,
            EventStream<K, V2> other,
            BiFunction<? super V, ? super V2, ? extends R> joiner,
            JoinWindows windows) {
        return new StreamJoin(name, JoinKind.OUTER, windows).of(this, other, Joiner.ofValues(joiner));
    }

    /** The same with the key, which may be missing where a record is alone. */
    public <V2, R> JoinedStream<K, V, V2, R> outerJoin(
            String name,
            EventStream<K, V2> other,
            Joiner<? super K, ? super V, ? super V2, ? extends R> joiner,
            JoinWindows windows) {
        return new StreamJoin(name, JoinKind.OUTER, windows).of(this, other, joiner);
    }

    @Override
    public String toString() {
        return "'" + builder.labelOf(step) + "'";
    }
}
