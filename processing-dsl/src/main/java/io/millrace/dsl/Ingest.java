package io.millrace.dsl;

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
        Erased.given("supplier of source '" + name + "'", source);
        Erased.given("handler of source '" + name + "'", handler);
        Erased.given("error policy", errorPolicy);
    }
}
