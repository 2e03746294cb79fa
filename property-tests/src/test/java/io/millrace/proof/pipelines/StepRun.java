package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.GlobalTableSpec;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.GroupDescription;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.MemoryBudget;
import io.millrace.state.StoreSpec;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.VersionedTableSpec;
import io.millrace.state.time.WindowSpec;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One step on the real engine, fed record by record, and what is committed after each: of the step's results, and of its state. After the last one time passes,
 * until all that waits for it has come. One thread.
 */
final class StepRun {
    /** What is done to the step meanwhile. */
    enum Trouble {
        NONE,
        /** Whatever it sends is refused once, and so is each commit. */
        REFUSED,
        /** After every record the process dies, and the next one goes on with the state that it left. */
        RESTORED,
        /** The same without the state, which is built anew from its changelogs. */
        REBUILT
    }

    private static final int MOST_FAILURES = 10_000;
    private static final long SEED = 1;
    private static final MemoryBudget MEMORY = new MemoryBudget(64 << 20);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration BEYOND_IDLE = Duration.ofMinutes(3);
    private static final int QUIET_ROUNDS = 2;
    /** When nothing that goes by the clock has begun yet. */
    private static final Instant INPUT_ENDS = Instant.parse("2026-01-01T00:01:20Z");

    private final Trouble trouble;
    private final Pipeline pipeline;
    private final Topology topology;
    private final StepHistory history;
    private final boolean readsOther;
    private final Refusals refusals = new Refusals(StepBench.NAME + "-0");
    private SimulatedWorld world = new SimulatedWorld(SEED);
    private @Nullable MemoryBackend backend;
    private EmbeddedLog log;
    private LogProducer producer;
    private Application application;

    private StepRun(StepBench bench, Trouble trouble) {
        this.trouble = trouble;
        this.pipeline = bench.build();
        this.topology = Planner.plan(pipeline);
        this.readsOther = readsOther(topology);
        this.history = new StepHistory(
                bench.outputs().stream().<String>map(Topic::name).toList(),
                topology.stores().stream()
                        .filter(store -> !(store instanceof GlobalTableSpec<?, ?>))
                        .collect(Collectors.toMap(
                                store -> topology.changelogTopic(store.name()), StepRun::retentionMillis)));
        this.log = openLog();
        this.producer = log.producer();
        this.application = start();
    }

    /** That after each record of this input, and at the end, no trouble makes a difference. */
    static void check(StepCase step, List<StepInput> input) {
        List<StepHistory.Observation> quiet = new StepRun(step.bench(), Trouble.NONE).run(input);
        for (Trouble trouble : List.of(Trouble.REFUSED, Trouble.RESTORED, Trouble.REBUILT)) {
            List<StepHistory.Observation> troubled = new StepRun(step.bench(), trouble).run(input);
            for (int i = 0; i < quiet.size(); i++) {
                assertThat(troubled.get(i).beside(quiet.get(i)))
                        .as("'%s' %s, after record %s of %s", step, trouble, i, input)
                        .isEqualTo(quiet.get(i).beside(troubled.get(i)));
            }
        }
    }

    private static OptionalLong retentionMillis(StoreSpec<?> store) {
        if (store instanceof WindowSpec<?, ?> windows) {
            return OptionalLong.of(windows.retentionMillis());
        }
        if (store instanceof SessionSpec<?, ?> sessions) {
            return OptionalLong.of(sessions.retentionMillis());
        }
        if (store instanceof RecordBufferSpec<?, ?> buffer) {
            return OptionalLong.of(buffer.retentionMillis());
        }
        return store instanceof VersionedTableSpec<?, ?> versions
                ? OptionalLong.of(versions.historyMillis())
                : OptionalLong.empty();
    }

    private static boolean readsOther(Topology topology) {
        return topology.inputTopics().contains(StepBench.OTHER.name())
                || !topology.patterns().isEmpty()
                || topology.stores().stream().anyMatch(GlobalTableSpec.class::isInstance);
    }

    private List<StepHistory.Observation> run(List<StepInput> input) {
        List<StepHistory.Observation> seen = new ArrayList<>();
        for (StepInput record : input) {
            send(record);
            runUntilSettled();
            seen.add(history.observe(log, false));
            if (trouble == Trouble.RESTORED || trouble == Trouble.REBUILT) {
                crash();
            }
        }
        runUntilSettled();
        assertThat(world.clock().instant()).as("the time of the last record").isBefore(INPUT_ENDS);
        seen.add(untilNothingComes());
        // A record of a global table alone is in no transaction.
        if (trouble == Trouble.REFUSED
                && input.stream().anyMatch(record -> topicOf(record).equals(StepBench.IN))) {
            assertThat(refusals.refused()).as("refusals").isPositive();
        }
        close();
        return seen;
    }

    /** A refused commit takes the tasks with it, whose input is then idle later. */
    private StepHistory.Observation untilNothingComes() {
        StepHistory.Observation last = history.observe(log, true);
        for (int quiet = 0; quiet < QUIET_ROUNDS; ) {
            world.runUntil(() -> application.failure().isPresent(), BEYOND_IDLE);
            runUntilSettled();
            StepHistory.Observation next = history.observe(log, true);
            quiet = next.equals(last) ? quiet + 1 : 0;
            last = next;
        }
        return last;
    }

    // --- lives of the process

    private EmbeddedLog openLog() {
        EmbeddedLog opened = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
        for (Topic<?, ?> topic : topology.topics()) {
            if (!topology.isOwned(topic)) {
                opened.admin().createTopic(topic.name(), 1, topic.settings());
            }
        }
        return opened;
    }

    private Application start() {
        TransactionalLog given = trouble == Trouble.REFUSED ? refusals.around(log) : log;
        AppSettings settings = AppSettings.of(world.world(), this::backend)
                .withStateMemory(MEMORY)
                .withRetries(MOST_FAILURES, Duration.ZERO)
                .withIdleTimeout(IDLE);
        return pipeline.start(given, settings);
    }

    private MemoryBackend backend(String logId) {
        MemoryBackend present = backend;
        if (present == null) {
            present = new MemoryBackend(logId);
            backend = present;
        }
        return present;
    }

    private void crash() {
        world = world.restart(CrashMode.PROCESS);
        if (trouble == Trouble.REBUILT) {
            backend = null;
        }
        log = openLog();
        producer = log.producer();
        application = start();
    }

    private void close() {
        application.close();
        producer.close();
        log.close();
        assertThat(world.scheduler().names()).as("running loops").isEmpty();
        assertThat(world.storage().openFiles()).as("open files").isZero();
    }

    // --- records

    private void send(StepInput record) {
        Topic<String, Long> topic = topicOf(record);
        var sent = producer.send(new ProducerRecord(
                topic.name(),
                0,
                record.timeMillis(),
                bytes(topic.keySerde(), record.key()),
                bytes(topic.valueSerde(), record.value()),
                List.of()));
        producer.flush();
        sent.toCompletableFuture().join();
    }

    private Topic<String, Long> topicOf(StepInput record) {
        return record.isOther() && readsOther ? StepBench.OTHER : StepBench.IN;
    }

    private static <T> @Nullable BytesView bytes(Serde<T> serde, @Nullable T value) {
        if (value == null) {
            return null;
        }
        BytesWriter bytes = new BytesWriter();
        serde.write(value, bytes);
        return bytes.viewInto(new BytesView());
    }

    private void runUntilSettled() {
        boolean isSettled = world.runUntil(() -> application.failure().isPresent() || isSettled(), PATIENCE);
        assertThat(application.failure()).isEmpty();
        assertThat(isSettled).as("%s", application.status()).isTrue();
    }

    private boolean isSettled() {
        return application.isDrained()
                && application.status().state() == AppStatus.State.RUNNING
                && log.admin()
                        .describeGroup(pipeline.name())
                        .map(group -> group.state() != GroupDescription.State.RECONCILING)
                        .orElse(true);
    }
}
