package io.millrace.dsl;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * An exactly-once source as it was declared. Its name is the identity of its committed position.
 *
 * @param errorPolicy what becomes of items that cannot be turned into records
 */
public record Ingest<T>(
        String name,
        Supplier<? extends RecordSource<T>> source,
        IngestHandler<? super T> handler,
        ErrorPolicy errorPolicy) {
    public Ingest {
        Names.check("source", name, 100);
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(errorPolicy, "errorPolicy");
    }
}
