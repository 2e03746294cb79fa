package io.millrace.dsl.testing;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a {@link PipelineSimulation} did without finding anything wrong.
 *
 * @param seeds scenarios that were run
 * @param records written to the inputs, those of aborted transactions included
 * @param cuts moments at which the invariants were asked
 * @param faults how often each happened
 * @param virtualTime that passed in all scenarios
 */
public record SimulationReport(int seeds, long records, long cuts, Map<Fault, Long> faults, Duration virtualTime) {
    public SimulationReport {
        Map<Fault, Long> sorted = new EnumMap<>(Fault.class);
        sorted.putAll(faults);
        faults = Map.copyOf(sorted);
    }

    /** One line. */
    @Override
    public String toString() {
        String wrong = faults.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " x " + entry.getKey())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%,d seeds, %,d records, %,d moments looked at, %,d minutes of virtual time; %s",
                seeds,
                records,
                cuts,
                virtualTime.toMinutes(),
                wrong.isEmpty() ? "no faults" : wrong);
    }
}
