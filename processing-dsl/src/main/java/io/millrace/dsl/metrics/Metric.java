package io.millrace.dsl.metrics;

import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** A figure that can be asked for at any time, from any thread. Asking never waits for records that are processed. */
public sealed interface Metric {
    MetricId id();

    /** Grows as long as the application runs, from zero at its start. */
    record Counter(MetricId id, LongSupplier count) implements Metric {}

    /** What is now; NaN where nobody knows, as when the application is closed. */
    record Gauge(MetricId id, DoubleSupplier value) implements Metric {}

    /**
     * How often something happened and how long it took.
     *
     * @param maxNanos the longest of the last one to two minutes in which there was any
     */
    record Timer(MetricId id, LongSupplier count, LongSupplier totalNanos, LongSupplier maxNanos) implements Metric {}
}
