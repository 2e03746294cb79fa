package io.millrace.dsl.operator;

import io.millrace.log.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A call of a step whose last attempt failed, or whose answer failed in the steps behind.
 *
 * @param step its name
 * @param record which it is about, without its bytes; null if the value comes of a timer or of a window that closed
 * @param isCall whether it is the call itself that failed
 */
public record FailedCall(String step, @Nullable LogRecord record, Throwable error, boolean isCall) {}
