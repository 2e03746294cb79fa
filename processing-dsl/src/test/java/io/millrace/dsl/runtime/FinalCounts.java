package io.millrace.dsl.runtime;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.log.EventLog;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Final counts of windows in a pipeline, and the plain function that they have to equal. A value is its record's timestamp. */
final class FinalCounts {
    static final Duration SIZE = Duration.ofMillis(10);
    static final Duration GRACE = Duration.ofMillis(5);
    static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    static final Topic<Windowed<String>, Long> OUT = Topic.of(
                    "out", WindowedSerdes.time(Serdes.string(), SIZE), Serdes.int64())
            .withPartitions(1);
    static final Topic<String, Long> LATE =
            Topic.of("late", Serdes.string(), Serdes.int64()).withPartitions(1);

    private FinalCounts() {}

    static String key(long item) {
        return "k" + item % 3;
    }

    static Pipeline pipeline(List<Long> times) {
        Pipeline.Builder builder = Pipeline.named("counts");
        builder.ingest("times", () -> RecordSource.of(times), (time, out) -> out.send(IN, key(time), time, time));
        var counts = builder.stream(IN)
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(SIZE).withGrace(GRACE))
                .emitFinal()
                .count("counts");
        counts.toStream().to(OUT);
        counts.late().to(LATE);
        return builder.build();
    }

    /** What came of some inputs, in the order of writing. */
    record Results(List<String> counts, List<String> late) {}

    /**
     * What the pipeline has to write for these inputs.
     *
     * @param untilTime how far event time comes after the last of them
     */
    static Results fold(List<Long> times, long untilTime) {
        Results results = new Results(new ArrayList<>(), new ArrayList<>());
        TreeMap<Windowed<String>, long[]> open = new TreeMap<>(
                Comparator.<Windowed<String>>comparingLong(Windowed::start).thenComparing(Windowed::key));
        long watermark = Long.MIN_VALUE;
        for (long time : times) {
            watermark = Math.max(watermark, time);
            long start = time / SIZE.toMillis() * SIZE.toMillis();
            Windowed<String> window = new Windowed<>(key(time), start, start + SIZE.toMillis());
            if (window.end() + GRACE.toMillis() <= watermark) {
                results.late.add(key(time) + "=" + time + "@" + time);
            } else {
                long[] count = open.computeIfAbsent(window, first -> new long[2]);
                count[0]++;
                count[1] = Math.max(count[1], time);
            }
            close(open, watermark, results);
        }
        close(open, untilTime, results);
        return results;
    }

    private static void close(TreeMap<Windowed<String>, long[]> open, long watermark, Results results) {
        while (!open.isEmpty() && open.firstKey().end() + GRACE.toMillis() <= watermark) {
            var first = open.pollFirstEntry();
            results.counts.add(first.getKey() + "=" + first.getValue()[0] + "@" + first.getValue()[1]);
        }
    }

    static Results written(EventLog log) {
        return new Results(texts(log, OUT), texts(log, LATE));
    }

    private static List<String> texts(EventLog log, Topic<?, ?> topic) {
        return LogReading.read(log, topic, 0).stream()
                .map(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The inputs that the group has committed, as the log says it at this moment. */
    static List<Long> committedInputs(EventLog log) {
        return LogReading.committedValues(log, "counts", IN);
    }
}
