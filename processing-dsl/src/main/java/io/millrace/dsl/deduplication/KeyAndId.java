package io.millrace.dsl.deduplication;

/** What two records have in common of which one repeats the other. */
public record KeyAndId(Object key, Object id) {}
