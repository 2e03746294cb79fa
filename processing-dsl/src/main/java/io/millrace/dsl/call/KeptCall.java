package io.millrace.dsl.call;

import org.jspecify.annotations.Nullable;

/** A value that is called about when its transaction is committed, as it is kept until its answer has gone on. */
public record KeptCall(
        CallOrigin origin, @Nullable Object key, @Nullable Object value) {}
