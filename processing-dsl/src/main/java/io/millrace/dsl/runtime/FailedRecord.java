package io.millrace.dsl.runtime;

import io.millrace.dsl.ErrorKind;

/** A record that failed, and what its policy decided the last time. */
record FailedRecord(int attempts, ErrorKind kind, Throwable error, FailureRule.Decision decision) {}
