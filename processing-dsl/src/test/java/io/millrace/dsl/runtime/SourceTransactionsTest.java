package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.IngestHandler;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.serde.Serdes;
import io.millrace.state.MemoryBudget;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a transaction of a source ends: as the settings say of all, and at once when there is nothing to wait for. */
class SourceTransactionsTest {
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, String> LARGE =
            Topic.of("large", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final List<Long> ITEMS =
            LongStream.rangeClosed(1, 100).boxed().toList();

    /** Nothing but what a test says ends a transaction. */
    private static AppSettings endless(AppSettings given) {
        return given.withCommitInterval(Duration.ofHours(10)).withTransactionRecords(Integer.MAX_VALUE);
    }

    /** The positions that were committed, one a transaction. */
    private static List<Long> positions(
            Supplier<RecordSource<Long>> source, IngestHandler<Long> handler, UnaryOperator<AppSettings> change) {
        Pipeline pipeline = Pipeline.named("app")
                .ingest("items", source, handler)
                .topics(OUT, LARGE)
                .build();
        PipelineTestSettings settings =
                PipelineTestSettings.defaults().withApplication(given -> change.apply(endless(given)));
        try (PipelineTest test = PipelineTest.of(pipeline, settings)) {
            test.run();
            assertThat(test.status().recordsIngested())
                    .isEqualTo(test.output(OUT).readAll().size()
                            + test.output(LARGE).readAll().size());
            return committed(test, pipeline);
        }
    }

    private static List<Long> committed(PipelineTest test, Pipeline pipeline) {
        Topic<String, Long> positions =
                Topic.of(Planner.plan(pipeline).positionsTopic(), Serdes.string(), Serdes.int64());
        return test.output(positions).readValues();
    }

    private static RecordSource<Long> all() {
        return RecordSource.of(ITEMS);
    }

    private static List<Long> every(long step) {
        return LongStream.iterate(step, position -> position < 100 + step, position -> position + step)
                .map(position -> Math.min(100, position))
                .boxed()
                .toList();
    }

    @Test
    void withoutALimitThereIsOne() {
        assertThat(positions(SourceTransactionsTest::all, (item, out) -> out.send(OUT, "k", item), same -> same))
                .containsExactly(100L);
    }

    @Test
    void aTransactionHoldsAsManyRecordsAsItMayWhateverAnItemBecomes() {
        UnaryOperator<AppSettings> seven = given -> given.withTransactionRecords(7);
        assertThat(positions(SourceTransactionsTest::all, (item, out) -> out.send(OUT, "k", item), seven))
                .isEqualTo(every(7));
        assertThat(positions(
                        SourceTransactionsTest::all,
                        (item, out) -> {
                            for (int i = 0; i < 3; i++) {
                                out.send(OUT, "k", item);
                            }
                        },
                        seven))
                .isEqualTo(every(3));
        assertThat(positions(SourceTransactionsTest::all, (item, out) -> {}, seven))
                .isEqualTo(every(7));
    }

    @Test
    void aTransactionEndsWhenTheIntervalIsOverThoughTheSourceHasMore() {
        PipelineTest[] running = new PipelineTest[1];
        Pipeline pipeline = Pipeline.named("app")
                .ingest("items", SourceTransactionsTest::all, (item, out) -> {
                    running[0].takeTime(Duration.ofMillis(10));
                    out.send(OUT, "k", item);
                })
                .topics(OUT)
                .build();
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withApplication(given -> endless(given).withCommitInterval(Duration.ofMillis(100)));
        try (PipelineTest test = PipelineTest.of(pipeline, settings)) {
            running[0] = test;
            test.run();
            // A look comes every 16 items.
            assertThat(committed(test, pipeline)).isEqualTo(every(16));
        }
    }

    @Test
    void aTransactionHoldsNoMoreBytesThanAllMayStage() {
        String value = "v".repeat(100_000);
        // Of 16 MiB, open transactions may hold 1.
        assertThat(positions(
                        SourceTransactionsTest::all,
                        (item, out) -> out.send(LARGE, "k", value),
                        given -> given.withStateMemory(new MemoryBudget(16 << 20))))
                .isEqualTo(every(11));
    }

    @Test
    void aTransactionEndsWithTheItemThatBringsItsBytes() {
        // Nine bytes each.
        assertThat(positions(
                        SourceTransactionsTest::all,
                        (item, out) -> out.send(OUT, "k", item),
                        given -> given.withTransactionBytes(60)))
                .isEqualTo(every(7));
    }

    @Test
    void aSourceThatHasNothingForNowIsCommittedAtOnce() {
        assertThat(positions(() -> new Pausing(all()), (item, out) -> out.send(OUT, "k", item), same -> same))
                .isEqualTo(every(4));
    }

    /** Has nothing for now behind every fourth item. */
    private static final class Pausing implements RecordSource<Long> {
        private final RecordSource<Long> source;
        private boolean hasPaused;

        Pausing(RecordSource<Long> source) {
            this.source = source;
        }

        @Override
        public void seek(long position) {
            source.seek(position);
        }

        @Override
        public @Nullable Long next() {
            hasPaused = !hasPaused && source.position() % 4 == 0;
            return hasPaused ? null : source.next();
        }

        @Override
        public long position() {
            return source.position();
        }

        @Override
        public boolean isFinished() {
            return source.isFinished();
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
