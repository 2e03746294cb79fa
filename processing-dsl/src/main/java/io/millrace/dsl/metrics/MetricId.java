package io.millrace.dsl.metrics;

import java.util.Map;

/**
 * What a metric is called and what it counts.
 *
 * @param name words with dots between them, {@code millrace.records.consumed}
 * @param unit of its value, plural and in lower case; for a timer {@code nanoseconds}
 * @param tags tell metrics of one name apart
 */
public record MetricId(String name, String unit, String description, Map<String, String> tags) {
    public MetricId {
        tags = Map.copyOf(tags);
    }
}
