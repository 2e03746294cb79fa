package io.millrace.proof.pipelines;

import org.jspecify.annotations.Nullable;

/** A record, or the change of a row. @param before the row's value, of changes of tables */
record Change(
        @Nullable String key,
        @Nullable Long before,
        @Nullable Long after,
        long timestamp) {}
