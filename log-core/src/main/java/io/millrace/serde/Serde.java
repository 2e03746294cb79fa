package io.millrace.serde;

/**
 * How a type becomes bytes and comes back. It is part of every topic's and store's type, so there is no default and no cast at run time.
 *
 * <p>A serde is used by many threads at once: it keeps no state between calls, or guards it itself. Values are treated as immutable once
 * they were given to a stream or a store. {@code null} never reaches a serde: an absent key or value is absent in the record.
 *
 * @param <T> the type; its {@code equals} must agree with equality of the bytes when it is used as a key
 */
public interface Serde<T> {
    /** Appends the bytes of {@code value} to {@code out}. Must be deterministic: equal values, equal bytes. */
    void write(T value, BytesWriter out);

    /**
     * Reads a value from the whole of {@code in} and keeps nothing of it.
     *
     * @throws SerdeException if the bytes are not such a value
     */
    T read(BytesView in);

    /** The identity of the encoding, such as {@code int64}; pinned in manifests, so a changed encoding is noticed at start. */
    String name();
}
