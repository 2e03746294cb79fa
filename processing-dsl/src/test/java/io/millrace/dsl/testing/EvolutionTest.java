package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopologyChange;
import io.millrace.platform.sim.CrashMode;
import io.millrace.serde.Serdes;
import io.millrace.state.StoredPartition;
import io.millrace.state.memory.MemoryBackend;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Versions of a program, one after the other on the same log: what is kept, what goes, and what a crash between leaves. */
class EvolutionTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<Long, Long> OUT = Topic.of("out", Serdes.int64(), Serdes.int64());

    private static Pipeline pipeline(Consumer<Pipeline.Builder> steps) {
        Pipeline.Builder builder = Pipeline.named("app");
        steps.accept(builder);
        return builder.build();
    }

    private static Pipeline counting(String store) {
        return pipeline(builder -> builder.stream(IN).groupByKey().count(store));
    }

    private static Pipeline renamed(String store, String former) {
        return pipeline(builder -> builder.stream(IN).groupByKey().count(store).renamedFrom(former));
    }

    private static void send(PipelineTest test, String... keys) {
        TestInputTopic<String, Long> in = test.input(IN);
        for (String key : keys) {
            in.send(key, 1L);
        }
    }

    // --- another name

    @Test
    void aRenamedStoreCountsOnAlsoFromItsChangelog() {
        PipelineTestSettings settings = PipelineTestSettings.defaults();
        for (boolean isStateLost : List.of(false, true)) {
            Map<Integer, MemoryBackend> backends = new TreeMap<>();
            try (PipelineTest test = PipelineTest.of(
                    counting("counts"),
                    settings.withStateBackends((logId, instance) ->
                            backends.computeIfAbsent(instance, missing -> new MemoryBackend(logId))))) {
                send(test, "a", "b", "a");
                test.run();
                test.upgrade(renamed("totals", "counts"));
                if (isStateLost) {
                    backends.clear();
                }
                test.run();
                assertThat(test.state("totals")).isEqualTo(Map.of("a", 2L, "b", 1L));
                send(test, "a", "c");
                test.run();
                test.crashAndRestart();
                test.run();
                assertThat(test.state("totals")).isEqualTo(Map.of("a", 3L, "b", 1L, "c", 1L));
                assertThat(test.log().admin().describeTopic("app-totals-changelog"))
                        .isEmpty();
                // A rollback finds it, too.
                test.upgrade(counting("counts"));
                send(test, "b");
                test.run();
                assertThat(test.state("counts")).isEqualTo(Map.of("a", 3L, "b", 2L, "c", 1L));
            }
        }
    }

    @Test
    void aStoreThatTakesTheNameOfARenamedOneBeginsEmpty() {
        try (PipelineTest test = PipelineTest.of(counting("counts"))) {
            send(test, "a", "a");
            test.run();
            Pipeline both = pipeline(builder -> {
                builder.stream(IN).groupByKey().count("totals").renamedFrom("counts");
                builder.stream(IN).groupByKey().count("counts");
            });
            for (int start = 1; start <= 3; start++) {
                test.upgrade(both);
                send(test, "a");
                test.run();
                assertThat(test.state("totals")).isEqualTo(Map.of("a", 2L + start));
                assertThat(test.state("counts")).isEqualTo(Map.of("a", (long) start));
            }
        }
    }

    private static Pipeline grouped(String name, boolean isRenamed) {
        return pipeline(builder -> {
            var groups = builder.stream(IN).groupBy(name, (key, value) -> value % 3, Serdes.int64());
            if (isRenamed) {
                groups.renamedFrom("by");
            }
            groups.count("counts").toStream().to(OUT);
        });
    }

    /** What the first version wrote between its steps and did not read, the second counts once, wherever it dies. */
    @Test
    void recordsUnderWayInARenamedRepartitionArriveOnce() {
        Topic<Long, Long> between = Topic.of("app-by-repartition", Serdes.int64(), Serdes.int64());
        int crashes = 1;
        for (long call = 0; crashes > 0; call += 3) {
            try (PipelineTest test = PipelineTest.of(grouped("by", false))) {
                test.input(IN).send("key", 1L);
                test.run();
                test.input(between).send(1L, 1L);
                test.input(between).send(2L, 2L);
                test.upgrade(grouped("of", true));
                test.input(IN).send("key", 2L);
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                crashes = test.restarts();
                assertThat(test.state("counts")).as("call %s", call).isEqualTo(Map.of(1L, 2L, 2L, 2L));
                assertThat(test.log().admin().describeTopic("app-of-repartition"))
                        .isEmpty();
            }
        }
    }

    private static Pipeline reading(String source, String former, List<Long> items) {
        return pipeline(builder -> {
            builder.ingest(source, () -> RecordSource.of(items), (item, context) -> context.send(IN, "k", item));
            if (!former.isEmpty()) {
                builder.sourceRenamedFrom(source, former);
            }
            builder.stream(IN).groupByKey().reduce("sums", Long::sum);
        });
    }

    @Test
    void aRenamedSourceIsReadOn() {
        try (PipelineTest test = PipelineTest.of(reading("csv", "", List.of(1L, 2L)))) {
            test.run();
            test.upgrade(reading("file", "csv", List.of(1L, 2L, 4L)));
            test.run();
            test.upgrade(reading("list", "file", List.of(1L, 2L, 4L, 8L)));
            test.run();
            assertThat(test.state("sums")).isEqualTo(Map.of("k", 15L));
        }
    }

    // --- what is given up

    private static Pipeline dropping(String dropped, String... counted) {
        return pipeline(builder -> {
            for (String store : counted) {
                builder.stream(IN).groupByKey().count(store);
            }
            builder.allow(TopologyChange.drop(dropped));
        });
    }

    @Test
    void whatIsDroppedIsDeletedAndBeginsEmptyWhenItComesBack() {
        MemoryBackend[] backend = {null};
        PipelineTestSettings settings = PipelineTestSettings.defaults().withStateBackends((logId, instance) -> {
            backend[0] = backend[0] == null ? new MemoryBackend(logId) : backend[0];
            return backend[0];
        });
        try (PipelineTest test = PipelineTest.of(
                pipeline(builder -> {
                    builder.stream(IN).groupByKey().count("counts");
                    builder.stream(IN).groupByKey().count("others");
                }),
                settings)) {
            send(test, "a", "b");
            test.run();
            test.upgrade(counting("others"));
            assertThatThrownBy(test::run).isInstanceOf(PipelineException.class);
            test.upgrade(dropping("counts", "others"));
            test.run();
            assertThat(test.log().admin().describeTopic("app-counts-changelog")).isEmpty();
            assertThat(backend[0].stored()).extracting(StoredPartition::store).containsOnly("others");
            send(test, "a");
            test.run();
            test.upgrade(dropping("counts", "others", "counts"));
            send(test, "a");
            test.run();
            assertThat(test.state("counts")).isEqualTo(Map.of("a", 1L));
            assertThat(test.state("others")).isEqualTo(Map.of("a", 3L, "b", 1L));
        }
    }

    /** Whatever the start that gives it up does when it dies: it is there for the version before, or gone for the next. */
    @Test
    void aDropThatDiesIsDoneOrNotDone() {
        int crashes = 1;
        for (long call = 0; crashes > 0; call++) {
            try (PipelineTest test = PipelineTest.of(counting("counts"))) {
                send(test, "a", "b");
                test.run();
                test.upgrade(dropping("counts", "totals"));
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                crashes = test.restarts();
                send(test, "a");
                test.run();
                assertThat(test.state("totals")).as("call %s", call).isEqualTo(Map.of("a", 1L));
                assertThat(test.log().admin().describeTopic("app-counts-changelog"))
                        .isEmpty();
            }
        }
    }

    @Test
    void theVersionBeforeIsRefusedOnceItsStoreWasDropped() {
        try (PipelineTest test = PipelineTest.of(counting("counts"))) {
            send(test, "a");
            test.run();
            assertThatThrownBy(() -> {
                        test.upgrade(dropping("counts", "totals"));
                        test.run();
                        test.upgrade(counting("counts"));
                        test.run();
                    })
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("store 'totals' is gone");
        }
    }

    @Test
    void thePlanSaysWhatTheStartThenDoes() {
        try (PipelineTest test = PipelineTest.of(counting("counts"))) {
            Pipeline next = renamed("totals", "counts");
            assertThat(next.plan(test.log()).isFirst()).isTrue();
            send(test, "a");
            test.run();
            assertThat(next.plan(test.log()).toString())
                    .contains("rename  store 'counts' is called 'totals' from now on");
            assertThat(counting("numbers").plan(test.log()).isRefused()).isTrue();
            assertThatThrownBy(() -> {
                        test.upgrade(counting("numbers"));
                        test.run();
                    })
                    .hasMessageContaining("say .renamedFrom(\"counts\") right behind the step 'numbers'");
            test.upgrade(next);
            test.run();
            assertThat(next.plan(test.log()).toString()).contains("keep    store 'totals' goes on");
        }
    }
}
