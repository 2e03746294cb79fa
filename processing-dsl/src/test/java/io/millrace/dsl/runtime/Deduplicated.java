package io.millrace.dsl.runtime;

import io.millrace.dsl.DeduplicateStep;
import io.millrace.dsl.DeduplicatedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.EventLog;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pipeline without duplicates, and the plain function that it has to equal, which forgets nothing that it need not. A value is its id, times a
 * thousand, and its record's timestamp.
 */
final class Deduplicated {
    static final long WINDOW = 10;
    static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);
    static final Topic<String, Long> REPEATED =
            Topic.of("repeated", Serdes.string(), Serdes.int64()).withPartitions(1);
    static final Topic<String, Long> LATE =
            Topic.of("too-late", Serdes.string(), Serdes.int64()).withPartitions(1);

    private Deduplicated() {}

    static long item(long id, long time) {
        return id * 1000 + time;
    }

    /** Ids meet among those of one key: there are two. */
    static String key(long item) {
        return "k" + item / 1000 % 2;
    }

    static Pipeline pipeline(List<Long> items) {
        return pipeline(items, WINDOW);
    }

    static Pipeline pipeline(List<Long> items, long windowMillis) {
        Pipeline.Builder builder = Pipeline.named("once");
        DeduplicatedStream<String, Long> once = once(builder, items, windowMillis);
        once.to(OUT);
        once.duplicates().to(REPEATED);
        once.late().to(LATE);
        return builder.build();
    }

    /** The same where nobody asks for what does not pass. */
    static Pipeline ofPassedAlone(List<Long> items) {
        Pipeline.Builder builder = Pipeline.named("once");
        once(builder, items, WINDOW).to(OUT);
        return builder.build();
    }

    private static DeduplicatedStream<String, Long> once(
            Pipeline.Builder builder, List<Long> items, long windowMillis) {
        builder.ingest(
                "items", () -> RecordSource.of(items), (item, out) -> out.send(IN, key(item), item, item % 1000));
        return builder.stream(IN)
                .deduplicate("ids", (key, value) -> value / 2000, Serdes.int64(), Duration.ofMillis(windowMillis));
    }

    static DeduplicateStep step(Pipeline pipeline) {
        return pipeline.steps().stream()
                .filter(DeduplicateStep.class::isInstance)
                .map(DeduplicateStep.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Where records went, in the order of writing. */
    record Results(List<String> passed, List<String> repeated, List<String> late) {}

    static Results fold(List<Long> items) {
        Results results = new Results(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<String, List<Long>> passed = new HashMap<>();
        long watermark = Long.MIN_VALUE;
        for (long item : items) {
            long time = item % 1000;
            watermark = Math.max(watermark, time);
            boolean isFarBehind = time < watermark - WINDOW;
            long forgottenTo = watermark - 2 * WINDOW;
            List<Long> known = passed.computeIfAbsent(key(item) + "/" + item / 2000, first -> new ArrayList<>());
            boolean isRepeated = known.stream()
                    .anyMatch(before -> Math.abs(before - time) < WINDOW && (!isFarBehind || before > forgottenTo));
            String text = key(item) + "=" + item + "@" + time;
            if (isRepeated) {
                results.repeated.add(text);
            } else if (isFarBehind) {
                results.late.add(text);
            } else {
                known.add(time);
                results.passed.add(text);
            }
        }
        return results;
    }

    static Results written(EventLog log) {
        return new Results(texts(log, OUT), texts(log, REPEATED), texts(log, LATE));
    }

    private static List<String> texts(EventLog log, Topic<?, ?> topic) {
        return LogReading.read(log, topic, 0).stream()
                .map(seen -> seen.key() + "=" + seen.value() + "@" + seen.timestamp())
                .toList();
    }

    /** The inputs that the group has committed, as the log says it at this moment. */
    static List<Long> committedInputs(EventLog log) {
        return LogReading.committedValues(log, "once", IN);
    }
}
