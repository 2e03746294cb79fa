package io.millrace.dsl.metrics.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.dsl.Application;
import io.millrace.dsl.metrics.Metric;
import io.millrace.dsl.metrics.MetricId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Binds an application's metrics to a registry: {@code new MillraceMeters(application).bindTo(registry)}. Every meter has the tag {@code application};
 * a timer has a gauge beside it with its name and {@code .max}. Keep the binder or the application as long as the meters are wanted: the registry
 * alone keeps neither.
 */
public final class MillraceMeters implements MeterBinder {
    private final String application;
    private final List<Metric> metrics;

    public MillraceMeters(Application application) {
        this.application = application.name();
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
        FunctionCounter.builder(counter.id().name(), counter, present ->
                        (double) present.count().getAsLong())
                .description(counter.id().description())
                .baseUnit(counter.id().unit())
                .tags(tags(counter.id()))
                .register(registry);
    }

    private void bind(Metric.Gauge gauge, MeterRegistry registry) {
        Gauge.builder(gauge.id().name(), gauge, present -> present.value().getAsDouble())
                .description(gauge.id().description())
                .baseUnit(gauge.id().unit())
                .tags(tags(gauge.id()))
                .register(registry);
    }

    private void bind(Metric.Timer timer, MeterRegistry registry) {
        FunctionTimer.builder(
                        timer.id().name(),
                        timer,
                        present -> present.count().getAsLong(),
                        present -> (double) present.totalNanos().getAsLong(),
                        TimeUnit.NANOSECONDS)
                .description(timer.id().description())
                .tags(tags(timer.id()))
                .register(registry);
        TimeGauge.builder(timer.id().name() + ".max", timer, TimeUnit.NANOSECONDS, present ->
                        (double) present.maxNanos().getAsLong())
                .description(timer.id().description() + ": the longest of the last minutes")
                .tags(tags(timer.id()))
                .register(registry);
    }

    private Tags tags(MetricId id) {
        return Tags.of(Tag.of("application", application))
                .and(id.tags().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
                        .toList());
    }
}
