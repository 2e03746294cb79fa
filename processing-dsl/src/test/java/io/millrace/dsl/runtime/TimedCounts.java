package io.millrace.dsl.runtime;

import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.EventLog;
import io.millrace.log.TopicPartition;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.Timer;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline whose results come by timers alone, and the plain function that it has to equal: how many records each key had until the end of
 * the ten milliseconds of event time that a record is in. A value is its record's timestamp.
 */
final class TimedCounts {
    static final int PARTITIONS = 1;
    static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(PARTITIONS);
    static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(PARTITIONS);
    /** Where the clock's timers write, one for each key. */
    static final Topic<String, Long> SEEN =
            Topic.of("seen", Serdes.string(), Serdes.int64()).withPartitions(PARTITIONS);

    static final KeyValueSpec<String, Long> COUNTS = StoreSpec.keyValue("counts", Serdes.string(), Serdes.int64());
    static final KeyValueSpec<String, Long> KNOWN = StoreSpec.keyValue("known", Serdes.string(), Serdes.int64());
    static final TimerSpec<String> ENDS = TimerSpec.eventTime("ends", Serdes.string());
    static final TimerSpec<String> SEEN_SINCE = TimerSpec.wallClock("seen-since", Serdes.string());
    static final long SEEN_AFTER_MILLIS = 20;

    private static final Output<String, Long> COUNT = Output.named("count");
    private static final Output<String, Long> SEEN_KEY = Output.named("seen-key");
    private static final Comparator<Timer<String>> ORDER =
            Comparator.<Timer<String>>comparingLong(Timer::time).thenComparing(Timer::key);

    private TimedCounts() {}

    static String key(long item) {
        return "k" + item % 3;
    }

    static Pipeline pipeline(List<Long> times) {
        Pipeline.Builder builder = Pipeline.named("counts");
        builder.ingest("times", () -> RecordSource.of(times), (time, out) -> out.send(IN, key(time), time, time));
        var counts = builder.stream(IN)
                .process(
                        "count",
                        stores -> {
                            KeyValueStore<String, Long> kept = stores.get(COUNTS);
                            KeyValueStore<String, Long> known = stores.get(KNOWN);
                            Timers<String> ends = stores.get(ENDS);
                            Timers<String> seen = stores.get(SEEN_SINCE);
                            stores.onTimer(ENDS, (key, time, context) -> {
                                context.emit(COUNT, key, orNone(kept.get(key)));
                                kept.delete(key);
                            });
                            stores.onTimer(SEEN_SINCE, (key, time, context) -> context.emit(SEEN_KEY, key, 1L));
                            return (key, value, context) -> {
                                kept.put(key, orNone(kept.get(key)) + 1);
                                ends.set(key, end(context.timestamp()));
                                if (known.get(key) == null) {
                                    known.put(key, 1L);
                                    seen.set(key, context.wallClock() + SEEN_AFTER_MILLIS);
                                }
                            };
                        },
                        COUNTS,
                        KNOWN,
                        ENDS,
                        SEEN_SINCE);
        counts.output(COUNT).to(OUT);
        counts.output(SEEN_KEY).to(SEEN);
        return builder.build();
    }

    private static long orNone(@Nullable Long count) {
        return count == null ? 0 : count;
    }

    private static long end(long time) {
        return time / 10 * 10 + 10;
    }

    /**
     * What the pipeline has to write for these inputs of one partition.
     *
     * @param untilTime how far event time comes after the last of them
     */
    static List<String> fold(List<Long> times, long untilTime) {
        Map<String, Long> counts = new HashMap<>();
        TreeSet<Timer<String>> timers = new TreeSet<>(ORDER);
        List<String> outputs = new ArrayList<>();
        long watermark = Long.MIN_VALUE;
        for (long time : times) {
            watermark = Math.max(watermark, time);
            counts.merge(key(time), 1L, Long::sum);
            timers.add(new Timer<>(key(time), end(time)));
            fire(timers, watermark, counts, outputs);
        }
        fire(timers, untilTime, counts, outputs);
        return outputs;
    }

    private static void fire(
            TreeSet<Timer<String>> timers, long watermark, Map<String, Long> counts, List<String> outputs) {
        while (!timers.isEmpty() && timers.first().time() <= watermark) {
            Timer<String> first = timers.pollFirst();
            Long count = counts.remove(first.key());
            outputs.add(first.key() + "=" + orNone(count) + "@" + first.time());
        }
    }

    /** What it wrote so far. */
    static List<String> outputs(EventLog log, int partition) {
        return LogReading.read(log, OUT, partition).stream()
                .map(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The inputs of a partition that the group has committed, as the log says it at this moment. */
    static List<Long> committedInputs(EventLog log, int partition) {
        long committed = log.admin().committedOffsets("counts").getOrDefault(new TopicPartition("in", partition), 0L);
        return LogReading.read(log, IN, partition).stream()
                .filter(seen -> seen.offset() < committed)
                .map(LogReading.Seen::value)
                .toList();
    }
}
