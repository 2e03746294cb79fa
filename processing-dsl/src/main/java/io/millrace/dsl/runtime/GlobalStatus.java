package io.millrace.dsl.runtime;

import io.millrace.dsl.runtime.LoopStatus.Restoring;
import io.millrace.log.TopicPartition;
import java.util.Map;

/**
 * What the loop of the global tables publishes once a step.
 *
 * @param positions up to where each partition's rows stand for the topic; none before the tables are opened
 * @param lag offsets behind them that are committed, by table
 * @param restoring of the tables that have yet to read what was in their topics when they were opened
 * @param skipped records that were passed over
 */
record GlobalStatus(Map<TopicPartition, Long> positions, Map<String, Long> lag, Restoring restoring, long skipped) {
    static final GlobalStatus NONE = new GlobalStatus(Map.of(), Map.of(), Restoring.NONE, 0);

    /** Before the tables are opened. */
    static GlobalStatus waiting(int tables) {
        return new GlobalStatus(Map.of(), Map.of(), new Restoring(tables, 0, 0, 0, 0, 0), 0);
    }
}
