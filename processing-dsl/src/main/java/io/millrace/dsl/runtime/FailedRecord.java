package io.millrace.dsl.runtime;

/** A record whose processing failed, and what its policy decided the last time. */
record FailedRecord(int attempts, Exception error, FailureRule.Decision decision) {}
