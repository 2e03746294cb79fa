package io.millrace.dsl.deduplication;

/** What is kept of a key and an id: when its records have passed, or where that is, if they are many. */
public sealed interface Passed permits PassedTimes, PassedParts {}
