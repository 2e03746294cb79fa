package io.millrace.dsl.metrics;

import java.util.List;

/** The metrics of one instance of an application. Safe for use by several threads. */
public interface Metrics {
    /** All of them; the same objects at every call, from the start of the application to its end. {@code docs/operations.md} is the list. */
    List<Metric> all();

    /**
     * The present value of a counter or gauge, the count of a timer; added up over its tags.
     *
     * @throws IllegalArgumentException if there is none with this name
     */
    default double value(String name) {
        double sum = 0;
        boolean isKnown = false;
        for (Metric metric : all()) {
            if (metric.id().name().equals(name)) {
                isKnown = true;
                if (metric instanceof Metric.Counter counter) {
                    sum += counter.count().getAsLong();
                } else if (metric instanceof Metric.Gauge gauge) {
                    sum += gauge.value().getAsDouble();
                } else if (metric instanceof Metric.Timer timer) {
                    sum += timer.count().getAsLong();
                }
            }
        }
        if (!isKnown) {
            throw new IllegalArgumentException("There is no metric '" + name + "', but "
                    + all().stream()
                            .map(metric -> metric.id().name())
                            .distinct()
                            .toList());
        }
        return sum;
    }
}
