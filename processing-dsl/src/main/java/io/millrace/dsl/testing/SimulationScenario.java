package io.millrace.dsl.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one seed decides, as plain data, so that it can be made smaller, written down and played again.
 *
 * @param seed whose turn it is, and what a power failure takes
 * @param transactionRecords after how many records a transaction is committed at the latest
 * @param isPower processes die by power failures, on a log that survives them
 * @param stride between two looks at what is committed, in steps of loops
 */
record SimulationScenario(
        long seed,
        int partitions,
        int loops,
        int instances,
        int transactionRecords,
        boolean isPower,
        int stride,
        List<SimulationEvent> events) {
    private static final int WORLD_PARTS = 7;

    SimulationScenario {
        events = List.copyOf(events);
    }

    static SimulationScenario parse(String text) {
        try {
            String[] halves = text.split(";", -1);
            String[] world = halves[0].split(",", -1);
            if (halves.length != 2 || world.length != WORLD_PARTS) {
                throw new IllegalArgumentException("it has " + WORLD_PARTS + " numbers, a semicolon, and events");
            }
            List<SimulationEvent> events = halves[1].isEmpty()
                    ? List.of()
                    : Arrays.stream(halves[1].split(",", -1))
                            .map(SimulationEvent::parse)
                            .toList();
            return new SimulationScenario(
                    Long.parseLong(world[0]),
                    Integer.parseInt(world[1]),
                    Integer.parseInt(world[2]),
                    Integer.parseInt(world[3]),
                    Integer.parseInt(world[4]),
                    Boolean.parseBoolean(world[5]),
                    Integer.parseInt(world[6]),
                    events);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no scenario (" + e.getMessage()
                            + "): copy it whole from the message of the test that failed",
                    e);
        }
    }

    /** What {@link #parse} reads. */
    String text() {
        return seed + "," + partitions + "," + loops + "," + instances + "," + transactionRecords + "," + isPower + ","
                + stride + ";"
                + events.stream().map(SimulationEvent::text).collect(Collectors.joining(","));
    }

    SimulationScenario withEvents(List<SimulationEvent> value) {
        return new SimulationScenario(seed, partitions, loops, instances, transactionRecords, isPower, stride, value);
    }

    /** With one of each. */
    SimulationScenario withOnePartition() {
        return new SimulationScenario(seed, 1, loops, instances, transactionRecords, isPower, stride, events);
    }

    SimulationScenario withOneLoop() {
        return new SimulationScenario(seed, partitions, 1, instances, transactionRecords, isPower, stride, events);
    }

    SimulationScenario withOneInstance() {
        return new SimulationScenario(seed, partitions, loops, 1, transactionRecords, isPower, stride, events);
    }

    String world() {
        return partitions + (partitions == 1 ? " partition, " : " partitions, ") + instances
                + (instances == 1 ? " instance with " : " instances with ") + loops + (loops == 1 ? " loop" : " loops")
                + ", transactions of " + transactionRecords + " records"
                + (isPower ? ", a log that survives power failures" : "");
    }
}
