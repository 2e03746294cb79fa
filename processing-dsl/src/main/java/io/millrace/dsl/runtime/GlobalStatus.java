package io.millrace.dsl.runtime;

import io.millrace.log.TopicPartition;
import java.util.Map;

/**
 * What the loop of the global tables publishes once a step.
 *
 * @param positions up to where each partition's rows stand for the topic; none before the tables are opened
 * @param lag offsets behind them that are committed, by table
 * @param skipped records that were passed over
 */
record GlobalStatus(Map<TopicPartition, Long> positions, Map<String, Long> lag, long skipped) {
    static final GlobalStatus NONE = new GlobalStatus(Map.of(), Map.of(), 0);
}
