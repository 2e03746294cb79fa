package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;

/** The stores of one task, and the global tables of its instance. */
public interface StoreAccess {
    /**
     * @throws IllegalArgumentException if the step was not declared with this store
     */
    <S> S get(StoreSpec<S> spec);

    /**
     * The rows of a global table, for reading, by any key.
     *
     * @throws IllegalArgumentException if the step was not declared with this table
     */
    <K, V> RowLookup<K, V> get(GlobalTable<K, V> table);

    /**
     * Says what is done when timers of this store are due; once for each store of timers that the step was declared with, while its processor
     * is made. A timer fires once in what is committed: it, what it does and its going are one transaction.
     *
     * <p>Those of event time fire after the record that brings their time and before the next, in the order of their times; one set for the
     * past fires right after the present record. They fire on idle input, too ({@link AppSettings#withIdleTimeout}). Those of the clock
     * fire as soon as it has come so far and the partition is here.
     *
     * @throws IllegalArgumentException if the step was not declared with this store
     */
    <K> void onTimer(TimerSpec<K> timers, TimerHandler<K> handler);
}
