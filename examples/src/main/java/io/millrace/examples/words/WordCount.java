package io.millrace.examples.words;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.examples.local.LocalRun;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts the words of lines: each word once, whatever is killed meanwhile. Run again with other lines, it goes on counting. */
public final class WordCount {
    /** What is counted when nothing else is given. */
    public static final List<String> PROVERBS = List.of(
            "The mill that is always going grinds coarse and fine",
            "The mill cannot grind with the water that is past",
            "All is grist that comes to the mill");

    static final Topic<Long, String> LINES =
            Topic.of("lines", Serdes.int64(), Serdes.string()).withPartitions(2);
    static final Topic<String, Long> COUNTS =
            Topic.of("counts", Serdes.string(), Serdes.int64()).withPartitions(2);
    static final String TOTALS = "totals";

    private WordCount() {}

    static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("word-count");
        builder.stream(LINES)
                .flatMapValues(WordCount::words)
                .withValueSerde(Serdes.string())
                .groupBy("by-word", (line, word) -> word, Serdes.string()) // equal words meet in one partition
                .count(TOTALS)
                .toStream()
                .to(COUNTS);
        return builder.build();
    }

    private static List<String> words(String line) {
        return Arrays.stream(line.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** Adds these lines, counts until nothing is left to count, and tells of each word how often it came, in all runs. */
    public static void run(Path directory, List<String> lines, Consumer<String> out) {
        try (LocalRun run = LocalRun.start(pipeline(), directory)) {
            try (LogProducer producer = run.log().producer()) {
                lines.forEach(line -> producer.send(ProducerRecord.of(LINES.name(), null, BytesView.ofUtf8(line))));
            }
            run.awaitDrained();
            TreeMap<String, Long> totals = new TreeMap<>();
            run.app()
                    .queries()
                    .keyValue(TOTALS, Serdes.string(), Serdes.int64())
                    .forEach(totals::put);
            totals.forEach((word, count) -> out.accept(count + " " + word));
        }
    }
}
