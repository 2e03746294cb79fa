package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run that tells of sessions once. At each restart and at the end, what was written is what the
 * committed input has closed, each session once; at the end the clock has closed all the rest.
 */
class FinalSessionCrashTest {
    private static final long GAP = 5;
    private static final long GRACE = 4;
    /** Sessions of 0 to 3 and 8 become one by 5, which grows to 12; 30 closes it, so that 9 is late; 27 is another one than 33, until 30 joins them. */
    private static final List<Long> TIMES = List.of(0L, 3L, 8L, 5L, 12L, 33L, 9L, 27L, 30L, 48L, 47L);

    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<Windowed<String>, Long> OUT = Topic.of(
                    "out", WindowedSerdes.session(Serdes.string()), Serdes.int64())
            .withPartitions(1);
    private static final Topic<String, Long> LATE =
            Topic.of("too-late", Serdes.string(), Serdes.int64()).withPartitions(1);

    private static final CrashSweep SWEEP =
            new CrashSweep(pipeline(), "too-late", FinalSessionCrashTest::assertPrefix, (simulation, when) -> {
                assertThat(written(simulation.log(), OUT)).as(when).isEqualTo(fold(TIMES, Long.MAX_VALUE).sessions);
                assertThat(written(simulation.log(), LATE)).as(when).isEqualTo(fold(TIMES, Long.MAX_VALUE).late);
            });

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("sessions");
        builder.ingest("times", () -> RecordSource.of(TIMES), (time, out) -> out.send(IN, key(time), time, time));
        var counts = builder.stream(IN)
                .groupByKey()
                .windowedBy(SessionWindows.withGap(Duration.ofMillis(GAP)).withGrace(Duration.ofMillis(GRACE)))
                .emitFinal()
                .count("counts");
        counts.toStream().to(OUT);
        counts.late().to(LATE);
        return builder.build();
    }

    private static String key(long time) {
        return time < 40 ? "a" : "b";
    }

    /** An open session, and what was told. */
    private record Open(String key, long start, long end, long count) {}

    private record Results(List<String> sessions, List<String> late) {}

    private static Results fold(List<Long> times, long untilTime) {
        Results results = new Results(new ArrayList<>(), new ArrayList<>());
        List<Open> open = new ArrayList<>();
        long watermark = Long.MIN_VALUE;
        for (long time : times) {
            watermark = Math.max(watermark, time);
            long firstOpen = watermark - GAP - GRACE;
            List<Open> met = open.stream()
                    .filter(session -> session.key.equals(key(time))
                            && session.end >= firstOpen
                            && session.start <= time + GAP
                            && session.end >= time - GAP)
                    .toList();
            long start =
                    Math.min(time, met.stream().mapToLong(Open::start).min().orElse(time));
            long end = Math.max(time, met.stream().mapToLong(Open::end).max().orElse(time));
            if (end < firstOpen) {
                results.late.add(key(time) + "=" + time + "@" + time);
            } else {
                open.removeAll(met);
                open.add(new Open(
                        key(time),
                        start,
                        end,
                        1 + met.stream().mapToLong(Open::count).sum()));
            }
            close(open, watermark, results);
        }
        close(open, untilTime, results);
        return results;
    }

    private static void close(List<Open> open, long watermark, Results results) {
        open.sort(Comparator.comparingLong(Open::end));
        for (Open session : List.copyOf(open)) {
            if (session.end + GAP + GRACE < watermark) {
                open.remove(session);
                results.sessions.add(new Windowed<>(session.key, session.start, session.end + 1) + "=" + session.count
                        + "@" + session.end);
            }
        }
    }

    private static List<String> written(EventLog log, Topic<?, ?> topic) {
        return LogReading.read(log, topic, 0).stream()
                .map(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The clock may have closed some more, but nothing that the input closed is missing. */
    private static void assertPrefix(Simulation simulation, String when) {
        EventLog log = simulation.log();
        List<Long> times = LogReading.committedValues(log, "sessions", IN);
        List<String> sessions = written(log, OUT);
        assertThat(written(log, LATE)).as(when).isEqualTo(fold(times, Long.MAX_VALUE).late);
        assertThat(sessions)
                .as(when)
                .isEqualTo(fold(times, Long.MAX_VALUE).sessions.subList(0, sessions.size()))
                .hasSizeGreaterThanOrEqualTo(
                        fold(times, Long.MIN_VALUE).sessions.size());
    }

    @Test
    void anUndisturbedRunTellsOfEachSessionOnce() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        assertThat(written(simulation.log(), OUT))
                .isEqualTo(fold(TIMES, Long.MAX_VALUE).sessions)
                .containsExactly(
                        "Windowed[key=a, start=0, end=13]=5@12",
                        "Windowed[key=a, start=27, end=34]=3@33",
                        "Windowed[key=b, start=47, end=49]=2@48");
        assertThat(written(simulation.log(), LATE)).containsExactly("a=9@9");
    }

    @Test
    void aKilledProcessSkipsNoSessionAndRepeatsNone() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossSkipsNoSessionAndRepeatsNone() {
        SWEEP.cuttingThePower();
    }
}
