package io.millrace.dsl.metrics.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.dsl.Application;
import io.millrace.dsl.metrics.Metric;
import io.millrace.dsl.metrics.MetricId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Binds an application's metrics to a registry: {@code new MillraceMeters(application).bindTo(registry)}. Every meter has the tags {@code application} and {@code
 * application.instance} ({@code default} for one without a name), so that several in one process do not take each other's place; a timer has a gauge beside it with its
 * name and {@code .max}. Keep the binder or the application as long as the meters are wanted: the registry alone keeps neither. {@link #close} takes
 * the meters out again, so that the next life of the application can bind its own. Not safe for use by several threads.
 */
public final class MillraceMeters implements MeterBinder, AutoCloseable {
    private static final String ALONE = "default";

    private final Map<MeterRegistry, List<Meter>> bound = new LinkedHashMap<>();
    private final String application;
    private final String instance;
    private final List<Metric> metrics;

    public MillraceMeters(Application application) {
        this.application = application.name();
        this.instance = application.instance().isEmpty() ? ALONE : application.instance();
        this.metrics = application.metrics().all();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Metric metric : metrics) {
            if (metric instanceof Metric.Counter counter) {
                bind(counter, registry);
            } else if (metric instanceof Metric.Gauge gauge) {
                bind(gauge, registry);
            } else if (metric instanceof Metric.Timer timer) {
                bind(timer, registry);
            }
        }
    }

    private void bind(Metric.Counter counter, MeterRegistry registry) {
        keep(
                FunctionCounter.builder(counter.id().name(), counter, present ->
                                (double) present.count().getAsLong())
                        .description(counter.id().description())
                        .baseUnit(counter.id().unit())
                        .tags(tags(counter.id()))
                        .register(registry),
                registry);
    }

    private void bind(Metric.Gauge gauge, MeterRegistry registry) {
        keep(
                Gauge.builder(
                                gauge.id().name(),
                                gauge,
                                present -> present.value().getAsDouble())
                        .description(gauge.id().description())
                        .baseUnit(gauge.id().unit())
                        .tags(tags(gauge.id()))
                        .register(registry),
                registry);
    }

    private void bind(Metric.Timer timer, MeterRegistry registry) {
        keep(
                FunctionTimer.builder(
                                timer.id().name(),
                                timer,
                                present -> present.count().getAsLong(),
                                present -> (double) present.totalNanos().getAsLong(),
                                TimeUnit.NANOSECONDS)
                        .description(timer.id().description())
                        .tags(tags(timer.id()))
                        .register(registry),
                registry);
        keep(
                TimeGauge.builder(timer.id().name() + ".max", timer, TimeUnit.NANOSECONDS, present ->
                                (double) present.maxNanos().getAsLong())
                        .description(timer.id().description() + ": the longest of the last minutes")
                        .tags(tags(timer.id()))
                        .register(registry),
                registry);
    }

    private void keep(Meter meter, MeterRegistry registry) {
        bound.computeIfAbsent(registry, first -> new ArrayList<>()).add(meter);
    }

    /** Takes the meters out of every registry that they were bound to. */
    @Override
    public void close() {
        bound.forEach((registry, meters) -> meters.forEach(registry::remove));
        bound.clear();
    }

    private Tags tags(MetricId id) {
        return Tags.of(Tag.of("application", application), Tag.of("application.instance", instance))
                .and(id.tags().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
                        .toList());
    }
}
