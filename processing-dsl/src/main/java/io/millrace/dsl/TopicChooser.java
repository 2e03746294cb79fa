package io.millrace.dsl;

/**
 * Chooses the topic that a record is written to. Must depend on its arguments alone, so that the record goes to the same one when it is processed again.
 *
 * <p>One that throws makes the record that was read one that could not be processed: its {@link ErrorPolicy} decides.
 */
@FunctionalInterface
public interface TopicChooser<K, V> {
    /**
     * @param origin where the record comes from, when it happened, and its headers
     * @return one of the topics that were named beside this function; another one, or null, is an error of the record
     */
    Topic<K, V> topic(K key, V value, RecordOrigin origin);
}
