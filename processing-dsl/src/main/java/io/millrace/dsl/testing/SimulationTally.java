package io.millrace.dsl.testing;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What the scenarios of a simulation did so far. */
final class SimulationTally {
    private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    private long records;
    private long cuts;
    private Duration time = Duration.ZERO;

    void sent(int count) {
        records += count;
    }

    void looked() {
        cuts++;
    }

    void happened(Fault fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    void passed(Duration virtual) {
        time = time.plus(virtual);
    }

    SimulationReport report(int seeds) {
        return new SimulationReport(seeds, records, cuts, faults, time);
    }
}
