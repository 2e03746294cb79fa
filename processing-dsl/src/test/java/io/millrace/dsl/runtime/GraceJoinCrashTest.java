package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run that joins a stream with a versioned table after a grace. At each restart and at the end, what
 * was written is what the committed input makes; at the end the clock has let go all that waited.
 */
class GraceJoinCrashTest {
    private static final Duration HISTORY = Duration.ofMillis(12);
    private static final Duration GRACE = Duration.ofMillis(8);
    /**
     * Changes (T), deletions (D) and orders (S), many out of order; some too late to wait, of which the last one is older than what the table knows by an order
     * that came behind the last change.
     */
    private static final List<String> RECORDS = List.of(
            "T0", "S3", "T5", "S6", "T2", "D8", "S9", "S4", "T20", "S15", "S7", "T12", "S21", "S5", "D13", "T30", "S30",
            "S29", "T28", "S25", "T16", "S17", "T43", "S41", "T40", "S50", "S51", "T70", "S71", "S57");

    private static final Topic<String, String> IN = topic("in");
    private static final Topic<String, String> OUT = topic("out");

    private static final CrashSweep SWEEP = new CrashSweep(
            pipeline(RECORDS, GRACE),
            "out",
            GraceJoinCrashTest::assertPrefix,
            (simulation, when) -> assertThat(written(simulation.log())).as(when).isEqualTo(fold(RECORDS, true)));

    private static Topic<String, String> topic(String name) {
        return Topic.of(name, Serdes.string(), Serdes.string()).withPartitions(1);
    }

    private static Pipeline pipeline(List<String> records, Duration grace) {
        Pipeline.Builder builder = Pipeline.named("joins");
        builder.ingest(
                "records", () -> RecordSource.of(records), (record, out) -> out.send(IN, "key", record, time(record)));
        var rows = builder.stream(IN)
                .filterNot((key, value) -> value.startsWith("S"))
                .mapValues(value -> value.startsWith("D") ? null : value)
                .withValueSerde(Serdes.string())
                .toTable("rows", HISTORY);
        builder.stream(IN)
                .filter((key, value) -> value.startsWith("S"))
                .leftJoin("waiting", rows, (order, row) -> order + "+" + row, grace)
                .to(OUT);
        return builder.build();
    }

    private static long time(String record) {
        return Long.parseLong(record.substring(1));
    }

    /** What a plain program makes of the records. @param isAll whether the clock has let go all that waited */
    private static List<String> fold(List<String> records, boolean isAll) {
        List<String> written = new ArrayList<>();
        TreeMap<Long, Optional<String>> rows = new TreeMap<>();
        List<String> waiting = new ArrayList<>();
        long settled = Long.MIN_VALUE;
        for (String record : records) {
            long time = time(record);
            long watermark = Math.max(settled, time);
            long known = known(settled, rows);
            if (!record.startsWith("S")) {
                if (time >= known) {
                    rows.put(time, record.startsWith("D") ? Optional.empty() : Optional.of(record));
                }
            } else if (time < watermark - GRACE.toMillis()) {
                written.add(result(record, rows, known));
            } else {
                waiting.add(record);
            }
            letGo(waiting, watermark - GRACE.toMillis(), rows, known, written);
            settled = watermark;
        }
        if (isAll) {
            letGo(waiting, Long.MAX_VALUE, rows, known(settled, rows), written);
        }
        return written;
    }

    private static long known(long settled, TreeMap<Long, Optional<String>> rows) {
        boolean isAnything = settled != Long.MIN_VALUE && !rows.isEmpty();
        return isAnything ? Math.min(settled, rows.lastKey()) - HISTORY.toMillis() : Long.MIN_VALUE;
    }

    private static void letGo(
            List<String> waiting, long last, TreeMap<Long, Optional<String>> rows, long known, List<String> written) {
        waiting.stream()
                .filter(record -> time(record) <= last)
                .sorted((one, other) -> Long.compare(time(one), time(other)))
                .forEach(record -> written.add(result(record, rows, known)));
        waiting.removeIf(record -> time(record) <= last);
    }

    private static String result(String record, TreeMap<Long, Optional<String>> rows, long known) {
        Map.Entry<Long, Optional<String>> row = rows.floorEntry(time(record));
        boolean isKnown = row != null && (time(record) >= known || row.equals(rows.lastEntry()));
        return record + "+" + (isKnown ? row.getValue().orElse(null) : null) + "@" + time(record);
    }

    private static List<String> written(EventLog log) {
        return LogReading.read(log, OUT, 0).stream()
                .map(seen -> seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The clock may have let go some more, but nothing that the input let go is missing. */
    private static void assertPrefix(Simulation simulation, String when) {
        EventLog log = simulation.log();
        List<String> records = LogReading.committedValues(log, "joins", IN);
        List<String> written = written(log);
        assertThat(written)
                .as(when)
                .isEqualTo(fold(records, true).subList(0, written.size()))
                .hasSizeGreaterThanOrEqualTo(fold(records, false).size());
    }

    @Test
    void anUndisturbedRunHasRowsOfTheirTimeAndLateOnes() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        assertThat(written(simulation.log()))
                .containsExactlyElementsOf(fold(RECORDS, true))
                .contains("S6+T5@6", "S3+T2@3", "S9+null@9", "S15+null@15", "S50+T43@50", "S57+null@57");
    }

    @Test
    void aKilledProcessNeitherLosesNorRepeats() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossNeitherLosesNorRepeats() {
        SWEEP.cuttingThePower();
    }

    /** What waited for the longer one is due at once by the shorter one, and is not forgotten. */
    @Test
    void theGraceMayBeChangedWhileRecordsWait() {
        for (long millis : new long[] {0, 2, 12}) {
            Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
            List<String> records = List.of("T0", "S3", "T5", "S6", "S10");
            Application first = simulation.start(pipeline(records, GRACE));
            simulation.runUntilDrained(first);
            first.close();
            simulation.closeLog();
            assertThat(written(simulation.log())).isEmpty();
            Application second = simulation.start(pipeline(records, Duration.ofMillis(millis)));
            simulation.runUntilDrained(second);
            simulation.world().runFor(Duration.ofSeconds(3));
            assertThat(written(simulation.log())).containsExactly("S3+T0@3", "S6+T5@6", "S10+T5@10");
            second.close();
            simulation.closeLog();
        }
    }
}
