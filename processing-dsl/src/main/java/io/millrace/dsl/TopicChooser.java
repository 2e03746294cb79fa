package io.millrace.dsl;

/** Chooses the topic that a record is written to. Must depend on its arguments alone. */
@FunctionalInterface
public interface TopicChooser<K, V> {
    /** @return one of the topics that were named beside this function; another one is an error of the record */
    Topic<K, V> topic(K key, V value);
}
