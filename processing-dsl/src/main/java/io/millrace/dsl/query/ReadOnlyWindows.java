package io.millrace.dsl.query;

import io.millrace.state.time.WindowStore;

/** A store of windows that is read and not changed. */
interface ReadOnlyWindows<K, V> extends WindowStore<K, V> {
    @Override
    default boolean put(K key, long start, V value) {
        throw CommittedState.readOnly(name());
    }

    @Override
    default void remove(K key, long start) {
        throw CommittedState.readOnly(name());
    }

    @Override
    default void advanceTo(long time) {
        throw CommittedState.readOnly(name());
    }
}
