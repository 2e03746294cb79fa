package io.millrace.dsl;

/** Makes one value of those of two sessions, or of the initial one and a session's. Must not change either. */
@FunctionalInterface
public interface SessionMerger<K, A> {
    A merge(K key, A first, A second);
}
