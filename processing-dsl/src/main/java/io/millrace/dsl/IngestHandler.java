package io.millrace.dsl;

/** Turns an item of a {@link RecordSource} into records. An exception ends the application; nothing of the item remains. */
@FunctionalInterface
public interface IngestHandler<T> {
    void accept(T item, IngestContext out);
}
