package io.millrace.serde;

/**
 * What the keys of a prefix scan have in common: their first bytes. Made by {@link OrderedSerdes#startsWith} and {@link
 * PairSerde#first}, so that it fits the type of the key.
 *
 * @param <K> the type of the whole key
 */
@FunctionalInterface
public interface KeyPrefix<K> {
    /** Appends the bytes with which each of the keys begins. */
    void write(BytesWriter out);
}
