package io.millrace.dsl;

/**
 * Turns an item of a {@link RecordSource} into records. Of an item for which it throws nothing remains; the source's {@link ErrorPolicy} says what happens
 * then, and without one the application ends.
 */
@FunctionalInterface
public interface IngestHandler<T> {
    void accept(T item, IngestContext out);
}
