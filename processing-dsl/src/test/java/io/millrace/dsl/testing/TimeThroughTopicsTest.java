package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What event time is behind a topic between two steps: that of its records. Of two tasks that write to one of its partitions, the one that is ahead decides what the
 * other one's records are late for; a grace as long as the lag lets nothing be.
 */
class TimeThroughTopicsTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(2);
    private static final Topic<Long, Long> COUNTS = Topic.of("counts-out", Serdes.int64(), Serdes.int64());
    private static final Topic<String, Long> LATE = Topic.of("late", Serdes.string(), Serdes.int64());
    private static final Duration LAG = Duration.ofHours(6);
    private static final TimeWindows TEN_MILLIS = TimeWindows.tumbling(Duration.ofMillis(10));

    /** Counts all records of both partitions together, and writes how many each window has under its start. */
    private static PipelineTest start(TimeWindows windows) {
        Pipeline.Builder builder = Pipeline.named("app");
        var counts = builder.stream(IN)
                .selectKey((key, value) -> "all")
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("again", 1)
                .groupByKey()
                .windowedBy(windows)
                .emitFinal()
                .count("counts");
        counts.toStream()
                .selectKey((window, count) -> window.start())
                .withSerdes(Serdes.int64(), Serdes.int64())
                .to(COUNTS);
        counts.late().to(LATE);
        return PipelineTest.of(
                builder.build(), PipelineTestSettings.defaults().withApplication(AppSettings::withoutIdleTimeout));
    }

    /** One task is ahead by the lag when the other one has its first record. */
    private static void sendFromBoth(PipelineTest test) {
        test.input(IN).toPartition(0).send("a", 1L, 100);
        test.input(IN).toPartition(0).send("a", 2L, 100 + LAG.toMillis());
        test.run();
        test.input(IN).toPartition(1).send("b", 3L, 101);
        test.run();
    }

    @Test
    void theWriterThatIsAheadDecidesWhatIsLate() {
        try (PipelineTest test = start(TEN_MILLIS)) {
            sendFromBoth(test);
            assertThat(test.output(LATE).readValues()).containsExactly(3L);
            assertThat(test.output(COUNTS).readLatestPerKey()).containsEntry(100L, 1L);
        }
    }

    @Test
    void aGraceAsLongAsTheLagWaitsForTheOneThatIsBehind() {
        try (PipelineTest test = start(TEN_MILLIS.withGrace(LAG))) {
            sendFromBoth(test);
            assertThat(test.output(COUNTS).isEmpty()).isTrue();
            test.input(IN).toPartition(1).send("b", 4L, 120 + LAG.toMillis());
            test.run();
            assertThat(test.output(LATE).isEmpty()).isTrue();
            assertThat(test.output(COUNTS).readLatestPerKey()).containsEntry(100L, 2L);
        }
    }
}
