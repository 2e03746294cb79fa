package io.millrace.dsl.operator;

import io.millrace.platform.Ticker;
import java.util.Map;
import java.util.function.Function;

/**
 * What a task's operators reach beside its own state.
 *
 * @param sink takes what the task writes
 * @param partitionCounts of the topics it writes
 * @param globalTables the rows of a global table, by its name
 * @param ticker for how long calls take
 * @param answers those of the open transaction, which the task keeps over a roll-back
 * @param wake says from any thread that a call was answered
 */
public record Surroundings(
        RecordSink sink,
        Map<String, Integer> partitionCounts,
        Function<String, GlobalRows> globalTables,
        Ticker ticker,
        Runnable wake,
        AnswerMemory answers) {
    public Surroundings {
        partitionCounts = Map.copyOf(partitionCounts);
    }
}
