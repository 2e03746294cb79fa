package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.dsl.comparison.JoinFold;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run that joins two streams, of which each record that met none is told of. At each restart and at
 * the end, what was written is what the committed input makes; at the end the clock has closed all the rest.
 */
class StreamJoinCrashTest {
    private static final JoinWindows WINDOWS = JoinWindows.ofTimeDifference(Duration.ofMillis(4))
            .withAfter(Duration.ofMillis(6))
            .withGrace(Duration.ofMillis(5));
    /** Pairs, some of them out of order, records that meet none, and one that comes too late for any. */
    private static final List<String> RECORDS =
            List.of("L0", "R3", "L9", "R22", "L20", "R12", "L5", "R40", "L41", "L60", "R58", "L61", "R75");

    private static final Topic<String, String> IN = topic("in");
    private static final Topic<String, String> OUT = topic("out");
    private static final Topic<String, String> ALONE = topic("alone");
    private static final Topic<String, String> LATE = topic("too-late");

    private static final CrashSweep SWEEP =
            new CrashSweep(pipeline(), "too-late", StreamJoinCrashTest::assertPrefix, (simulation, when) -> {
                for (Topic<String, String> topic : List.of(OUT, ALONE, LATE)) {
                    assertThat(written(simulation.log(), topic)).as(when).isEqualTo(fold(RECORDS, topic, true));
                }
            });

    private static Topic<String, String> topic(String name) {
        return Topic.of(name, Serdes.string(), Serdes.string()).withPartitions(1);
    }

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("joins");
        builder.ingest(
                "records", () -> RecordSource.of(RECORDS), (record, out) -> out.send(IN, "key", record, time(record)));
        var joined = builder.stream(IN)
                .filter((key, value) -> isLeft(value))
                .outerJoin(
                        "joined",
                        builder.stream(IN).filterNot((key, value) -> isLeft(value)),
                        JoinFold::joined,
                        WINDOWS);
        var results = joined.withValueSerde(Serdes.string());
        results.filterNot((key, value) -> value.contains("null")).to(OUT);
        results.filter((key, value) -> value.contains("null")).to(ALONE);
        joined.lateLeft().merge(joined.lateRight()).to(LATE);
        return builder.build();
    }

    private static boolean isLeft(String record) {
        return record.startsWith("L");
    }

    private static long time(String record) {
        return Long.parseLong(record.substring(1));
    }

    /** What has to be in a topic. @param isAll whether the clock has closed all */
    private static List<String> fold(List<String> records, Topic<String, String> topic, boolean isAll) {
        JoinFold fold = new JoinFold(JoinKind.OUTER, WINDOWS, true);
        records.forEach(record -> fold.add(isLeft(record), "key", record, time(record)));
        if (isAll) {
            fold.closeAll();
        }
        String name = topic.equals(OUT) ? "pairs" : topic.equals(ALONE) ? "alone" : "late";
        return fold.written().stream()
                .filter(written -> written.topic().equals(name))
                .map(written -> written.value() + "@" + written.timestamp())
                .toList();
    }

    private static List<String> written(EventLog log, Topic<String, String> topic) {
        return LogReading.read(log, topic, 0).stream()
                .map(seen -> seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The clock may have closed some more, but nothing that the input closed is missing. */
    private static void assertPrefix(Simulation simulation, String when) {
        EventLog log = simulation.log();
        List<String> records = LogReading.committedValues(log, "joins", IN);
        assertThat(written(log, OUT)).as(when).isEqualTo(fold(records, OUT, false));
        assertThat(written(log, LATE)).as(when).isEqualTo(fold(records, LATE, false));
        List<String> alone = written(log, ALONE);
        assertThat(alone)
                .as(when)
                .isEqualTo(fold(records, ALONE, true).subList(0, alone.size()))
                .hasSizeGreaterThanOrEqualTo(fold(records, ALONE, false).size());
    }

    @Test
    void anUndisturbedRunHasPairsRecordsThatMetNoneAndLateOnes() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        assertThat(written(simulation.log(), OUT))
                .containsExactly("L0+R3@3", "L20+R22@22", "L41+R40@41", "L60+R58@60", "L61+R58@61");
        assertThat(written(simulation.log(), ALONE)).containsExactly("L9+null@9", "null+R75@75");
        assertThat(written(simulation.log(), LATE)).containsExactlyInAnyOrder("R12@12", "L5@5");
    }

    @Test
    void aKilledProcessNeitherLosesNorRepeats() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossNeitherLosesNorRepeats() {
        SWEEP.cuttingThePower();
    }
}
