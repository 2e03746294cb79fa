package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.log.TopicPartition;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run that counts sessions. At each restart and at the end, what was written is what the committed
 * input makes: sessions that grow, that become one, and records that come too late for any.
 */
class SessionCrashTest {
    private static final long GAP = 5;
    private static final long GRACE = 10;
    /** Sessions of 0 to 3 and 8 become one by 5; 30 closes all, so that 9 is late. */
    private static final List<Long> TIMES = List.of(0L, 3L, 8L, 14L, 5L, 30L, 9L, 33L);

    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<Windowed<String>, Long> OUT = Topic.of(
                    "out", WindowedSerdes.session(Serdes.string()), Serdes.int64())
            .withPartitions(1);
    private static final Topic<String, Long> LATE =
            Topic.of("too-late", Serdes.string(), Serdes.int64()).withPartitions(1);

    private static final CrashSweep SWEEP = new CrashSweep(
            pipeline(),
            "too-late",
            (simulation, when) -> {
                long committed = simulation
                        .log()
                        .admin()
                        .committedOffsets("sessions")
                        .getOrDefault(new TopicPartition("in", 0), 0L);
                assertThat(written(simulation.log()))
                        .as(when)
                        .isEqualTo(fold(LogReading.read(simulation.log(), IN, 0).stream()
                                .filter(seen -> seen.offset() < committed)
                                .map(LogReading.Seen::value)
                                .toList()));
            },
            (simulation, when) -> assertThat(written(simulation.log())).as(when).isEqualTo(fold(TIMES)));

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("sessions");
        builder.ingest("times", () -> RecordSource.of(TIMES), (time, out) -> out.send(IN, "key", time, time));
        var counts = builder.stream(IN)
                .groupByKey()
                .windowedBy(SessionWindows.withGap(Duration.ofMillis(GAP)).withGrace(Duration.ofMillis(GRACE)))
                .count("counts");
        counts.toStream().to(OUT);
        counts.late().to(LATE);
        return builder.build();
    }

    /** What has to be written: of the sessions, and then what was late. */
    private static List<String> fold(List<Long> times) {
        List<String> results = new ArrayList<>();
        List<String> late = new ArrayList<>();
        List<long[]> sessions = new ArrayList<>();
        long streamTime = Long.MIN_VALUE;
        for (long time : times) {
            streamTime = Math.max(streamTime, time);
            long firstOpen = streamTime - GAP - GRACE;
            sessions.removeIf(session -> session[1] < firstOpen);
            long[] made = {time, time, 1};
            List<long[]> met = sessions.stream()
                    .filter(session -> session[0] <= time + GAP && session[1] >= time - GAP)
                    .toList();
            for (long[] session : met) {
                made[0] = Math.min(made[0], session[0]);
                made[1] = Math.max(made[1], session[1]);
                made[2] += session[2];
            }
            if (made[1] < firstOpen) {
                late.add("key=" + time + "@" + time);
                continue;
            }
            met.forEach(session -> results.add(text(session, null)));
            sessions.removeAll(met);
            sessions.add(made);
            sessions.sort((first, second) -> Long.compare(first[1], second[1]));
            results.add(text(made, made[2]));
        }
        results.addAll(late);
        return results;
    }

    private static String text(long[] session, @Nullable Long count) {
        return new Windowed<>("key", session[0], session[1] + 1) + "=" + count + "@" + session[1];
    }

    private static List<String> written(EventLog log) {
        List<String> texts = new ArrayList<>();
        for (Topic<?, ?> topic : List.of(OUT, LATE)) {
            LogReading.read(log, topic, 0)
                    .forEach(seen -> texts.add(seen.key() + "=" + seen.value() + "@" + seen.timestamp()));
        }
        return texts;
    }

    @Test
    void anUndisturbedRunMergesAndIsLate() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        assertThat(written(simulation.log()))
                .isEqualTo(fold(TIMES))
                .contains("Windowed[key=key, start=0, end=9]=4@8", "key=9@9");
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
