package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.SlidingWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.log.Durability;
import io.millrace.log.EventLog;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The process dies in every storage call of a short run with final windows that slide along with the records. At each restart and at the end, what was
 * written is what the committed input has closed, each window once; at the end the clock has closed all the rest.
 */
class SlidingWindowCrashTest {
    private static final long DIFFERENCE = 10;
    private static final long GRACE = 5;
    /** Some out of order; 9 comes when all of its windows have closed. */
    private static final List<Long> TIMES = List.of(20L, 26L, 24L, 30L, 25L, 36L, 9L, 55L, 52L, 70L);

    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<Windowed<String>, Long> OUT = Topic.of(
                    "out", WindowedSerdes.time(Serdes.string(), Duration.ofMillis(DIFFERENCE + 1)), Serdes.int64())
            .withPartitions(1);
    private static final Topic<String, Long> LATE =
            Topic.of("too-late", Serdes.string(), Serdes.int64()).withPartitions(1);

    private static final CrashSweep SWEEP =
            new CrashSweep(pipeline(), "too-late", SlidingWindowCrashTest::assertPrefix, (simulation, when) -> {
                assertThat(written(simulation.log(), OUT)).as(when).isEqualTo(windows(TIMES, Long.MAX_VALUE));
                assertThat(written(simulation.log(), LATE)).as(when).containsExactly("key=9@9");
            });

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("slides");
        builder.ingest("times", () -> RecordSource.of(TIMES), (time, out) -> out.send(IN, "key", time, time));
        var counts = builder.stream(IN)
                .groupByKey()
                .windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMillis(DIFFERENCE))
                        .withGrace(Duration.ofMillis(GRACE)))
                .emitFinal()
                .count("counts");
        counts.toStream().to(OUT);
        counts.late().to(LATE);
        return builder.build();
    }

    /** The windows that are closed at a time, by nothing but their definition. */
    private static List<String> windows(List<Long> times, long untilTime) {
        List<Long> inTime = times.stream().filter(time -> time != 9).toList();
        TreeSet<Long> starts = new TreeSet<>();
        for (long time : inTime) {
            starts.add(time - DIFFERENCE);
            starts.add(time + 1);
        }
        List<String> windows = new ArrayList<>();
        for (long start : starts) {
            List<Long> within = inTime.stream()
                    .filter(time -> time >= start && time <= start + DIFFERENCE)
                    .sorted()
                    .toList();
            if (!within.isEmpty() && start + DIFFERENCE + GRACE < untilTime) {
                windows.add(new Windowed<>("key", start, start + DIFFERENCE + 1) + "=" + within.size() + "@"
                        + within.get(within.size() - 1));
            }
        }
        return windows;
    }

    private static List<String> written(EventLog log, Topic<?, ?> topic) {
        return LogReading.read(log, topic, 0).stream()
                .map(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The clock may have closed some more, but nothing that the input closed is missing. */
    private static void assertPrefix(Simulation simulation, String when) {
        EventLog log = simulation.log();
        List<Long> times = LogReading.committedValues(log, "slides", IN);
        long watermark = times.stream().mapToLong(time -> time).max().orElse(Long.MIN_VALUE);
        List<String> written = written(log, OUT);
        assertThat(written(log, LATE)).as(when).hasSize(times.contains(9L) ? 1 : 0);
        assertThat(written)
                .as(when)
                .isEqualTo(windows(times, Long.MAX_VALUE).subList(0, written.size()))
                .hasSizeGreaterThanOrEqualTo(windows(times, watermark).size());
    }

    @Test
    void anUndisturbedRunTellsOfEachWindowOnce() {
        Simulation simulation = CrashSweep.simulation(Durability.PROCESS_CRASH);
        SWEEP.runToTheEnd(simulation);
        assertThat(written(simulation.log(), OUT))
                .isEqualTo(windows(TIMES, Long.MAX_VALUE))
                .contains("Windowed[key=key, start=20, end=31]=5@30")
                .hasSizeGreaterThan(windows(TIMES, 70).size());
    }

    @Test
    void aKilledProcessSkipsNoWindowAndRepeatsNone() {
        SWEEP.killingTheProcess();
    }

    @Test
    void aPowerLossSkipsNoWindowAndRepeatsNone() {
        SWEEP.cuttingThePower();
    }
}
