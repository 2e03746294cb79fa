package io.millrace.dsl.metrics;

import java.util.List;
import java.util.Map;

/** The metrics of one instance of an application. Safe for use by several threads. */
public interface Metrics {
    /** All of them; the same objects at every call, from the start of the application to its end. {@code docs/operations.md} is the list. */
    List<Metric> all();

    /**
     * The present value of a counter or gauge, the count of a timer; added up over its tags, where the sum means something: of what is counted, as {@code
     * millrace.tasks}, and not of ratios, or of {@code millrace.application.state}.
     *
     * @throws IllegalArgumentException if there is none with this name, or if a sum over its tags means nothing: then say which of them with {@link
     *     #value(String, Map)}
     */
    default double value(String name) {
        List<Metric> named = named(name);
        if (named.size() > 1 && !isSummable(named.get(0).id())) {
            throw new IllegalArgumentException("Metric '" + name + "' is there "
                    + named.size() + " times, in " + named.get(0).id().unit()
                    + ", of which a sum means nothing: say which one with value(name, tags), of " + tagsOf(named));
        }
        return named.stream().mapToDouble(Metrics::present).sum();
    }

    /**
     * The present value of the one metric that has this name and these tags, all of them.
     *
     * @throws IllegalArgumentException if there is none
     */
    default double value(String name, Map<String, String> tags) {
        List<Metric> named = named(name);
        return named.stream()
                .filter(metric -> metric.id().tags().equals(tags))
                .mapToDouble(Metrics::present)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no metric '" + name + "' with the tags " + tags + ", but " + tagsOf(named)));
    }

    private List<Metric> named(String name) {
        List<Metric> named =
                all().stream().filter(metric -> metric.id().name().equals(name)).toList();
        if (named.isEmpty()) {
            throw new IllegalArgumentException("There is no metric '" + name + "', but "
                    + all().stream()
                            .map(metric -> metric.id().name())
                            .distinct()
                            .toList());
        }
        return named;
    }

    private static boolean isSummable(MetricId id) {
        return !id.unit().equals("ratio") && !id.unit().equals("states");
    }

    private static List<Map<String, String>> tagsOf(List<Metric> metrics) {
        return metrics.stream().map(metric -> metric.id().tags()).toList();
    }

    private static double present(Metric metric) {
        if (metric instanceof Metric.Counter counter) {
            return counter.count().getAsLong();
        }
        if (metric instanceof Metric.Gauge gauge) {
            return gauge.value().getAsDouble();
        }
        return ((Metric.Timer) metric).count().getAsLong();
    }
}
