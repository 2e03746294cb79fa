package io.millrace.dsl.testing;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.dsl.query.CommittedState;
import io.millrace.dsl.runtime.TopologyRecord;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.TransactionalLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a test runs: one process after the other on one simulated disk, each opened when it is first needed. Owned by the test's thread. */
final class SimulatedRun {
    /** A pipeline that is still not done then never will be: about a minute of a machine's time. */
    private static final int MOST_STEPS = 10_000_000;

    private final PipelineTestSettings settings;
    private Pipeline pipeline;
    private final TestBackends backends;
    private final CrashPlan crashes = new CrashPlan();
    private SimulatedWorld world;
    private @Nullable TestProcess process;
    private int instances;
    private int restarts;
    private boolean closed;

    SimulatedRun(Function<? super InstantSource, Pipeline> pipeline, PipelineTestSettings settings) {
        this.settings = settings;
        this.world = new SimulatedWorld(settings.seed());
        this.pipeline = pipeline.apply(world.clock());
        this.backends = new TestBackends(settings);
        this.instances = settings.instances();
    }

    Pipeline pipeline() {
        return pipeline;
    }

    SimulatedWorld world() {
        checkOpen();
        return world;
    }

    TestProcess process() {
        checkOpen();
        TestProcess present = process;
        if (present == null) {
            present = new TestProcess(pipeline, settings, backends, world);
            process = present;
        }
        return present;
    }

    int restarts() {
        return restarts;
    }

    /** The instances end, and those of another version take their place with the next work. */
    void upgrade(Pipeline next) {
        checkOpen();
        if (!next.name().equals(pipeline.name())) {
            throw new IllegalArgumentException("The next version of '" + pipeline.name()
                    + "' has its name, since that is the application's identity, got '" + next.name() + "'");
        }
        pipeline = next;
        if (process != null) {
            process.upgrade(next);
        }
    }

    // --- work

    /** Does it with all instances running, over as many lives of the process as the plan of crashes makes of it. */
    void drive(Runnable work) {
        checkOpen();
        while (true) {
            crashes.begin(world.storage());
            try {
                process().startInstances(instances);
                work.run();
                return;
            } catch (SimulatedCrash crash) {
                leaveProcess(crashes.happened(crash));
            } finally {
                crashes.pause(world.storage());
            }
        }
    }

    /** Runs what has reason to run until the application has failed, it is over, or so much virtual time has gone by. */
    void runUntil(BooleanSupplier over, Duration atMost) {
        int[] steps = {0};
        world.runUntil(
                () -> {
                    if (steps[0]++ > MOST_STEPS) {
                        throw failed("The pipeline is never done: " + process().describe(), null);
                    }
                    return process().failure().isPresent() || over.getAsBoolean();
                },
                atMost.isNegative() ? Duration.ZERO : atMost);
    }

    // --- crashes and instances

    void planCrash(long storageCalls, CrashMode mode) {
        checkOpen();
        checkPower(mode);
        if (storageCalls < 0) {
            throw new IllegalArgumentException("storageCalls is 0 or more, got " + storageCalls);
        }
        crashes.add(storageCalls, mode);
    }

    /** The process dies now; the next one runs what this one ran. */
    void crash(CrashMode mode) {
        checkOpen();
        checkPower(mode);
        boolean ran = process != null && !process.instances().isEmpty();
        leaveProcess(mode);
        if (ran) {
            process().startInstances(instances);
        }
    }

    /** The same, and nothing of the state is left but its changelogs. */
    void loseState(CrashMode mode) {
        checkOpen();
        if (settings.stateBackends().isPresent()) {
            throw new IllegalStateException("State that is kept elsewhere (PipelineTestSettings.withStateBackends) is"
                    + " the test's to delete");
        }
        boolean ran = process != null && !process.instances().isEmpty();
        leaveProcess(mode);
        backends.lose();
        if (ran) {
            process().startInstances(instances);
        }
    }

    /** Looks at what there is; no storage call of it counts, and none is crashed. */
    void look(Runnable look) {
        crashes.pause(world.storage());
        try {
            look.run();
        } finally {
            crashes.begin(world.storage());
        }
    }

    /**
     * An instance stands still for a while.
     *
     * @return false if there is no such instance at work
     */
    boolean standStill(int instance, Duration time) {
        if (process().instances().size() <= instance) {
            return false;
        }
        String loops = TestProcess.loopsOf(pipeline.name(), instance);
        world.scheduler().standStill(name -> name.startsWith(loops), time);
        return true;
    }

    int instances() {
        return instances;
    }

    private void leaveProcess(CrashMode mode) {
        world = world.restart(mode);
        backends.crash(mode);
        process = null;
        restarts++;
    }

    private void checkPower(CrashMode mode) {
        if (mode == CrashMode.POWER && settings.log().durability() != Durability.POWER_LOSS) {
            throw new IllegalStateException("A log with " + settings.log().durability()
                    + " promises nothing about power losses: PipelineTestSettings.withDurability(Durability.POWER_LOSS)"
                    + " gives the test one that does");
        }
    }

    void addInstance() {
        checkOpen();
        instances++;
    }

    void removeInstance() {
        checkOpen();
        if (instances == 1) {
            throw new IllegalStateException("The last instance cannot be removed: close the test");
        }
        instances--;
        if (process().instances().size() > instances) {
            process().stopInstance();
        }
    }

    void killInstance(int instance) {
        int running = process().instances().size();
        if (instance < 0 || instance >= running) {
            throw new IllegalStateException("No instance " + instance + " runs, " + running
                    + " do: they are started by run() or advanceTime()");
        }
        if (running == 1) {
            throw new IllegalStateException(
                    "The only instance cannot be killed alone: crashAndRestart() kills the process, and starts another");
        }
        instances--;
        process().killInstance(instance);
    }

    // --- what is there

    /** @throws IllegalArgumentException if there is no such topic, or if it has other types in the pipeline */
    void check(Topic<?, ?> topic) {
        partitionsOf(topic);
        for (Topic<?, ?> known : pipeline.topics()) {
            if (known.name().equals(topic.name())
                    && !(known.keySerde().name().equals(topic.keySerde().name())
                            && known.valueSerde()
                                    .name()
                                    .equals(topic.valueSerde().name()))) {
                throw new IllegalArgumentException("Topic '" + topic.name() + "' has keys of "
                        + known.keySerde().name() + " and values of "
                        + known.valueSerde().name()
                        + " in the pipeline, and of " + topic.keySerde().name() + " and "
                        + topic.valueSerde().name() + " in the test: use one constant");
            }
        }
    }

    int partitionsOf(Topic<?, ?> topic) {
        return partitionsOf(topic.name())
                .orElseThrow(() -> new IllegalArgumentException("There is no topic '" + topic.name()
                        + "': the pipeline names "
                        + pipeline.topics().stream().<String>map(Topic::name).toList()
                        + ", of which run() creates the application's own; Pipeline.Builder.topics or log().admin()"
                        + " creates others"));
    }

    int partitionsOfStore(String store) {
        CommittedState.find(pipeline, store);
        Topology topology = Planner.plan(pipeline);
        Topology stored = TopologyRecord.read(process().log(), topology.name())
                .map(found -> topology.storedAs(found.storage()))
                .orElse(topology);
        return partitionsOf(stored.changelogTopic(store))
                .orElseThrow(() -> new StateNotHeldException(
                        "The application has not been started yet: run() does, before state is read"));
    }

    private Optional<Integer> partitionsOf(String topic) {
        return process().log().admin().describeTopic(topic).map(TopicDescription::partitions);
    }

    /** Reads what is visible behind these positions, and moves them on. */
    void readCommitted(Map<TopicPartition, Long> positions, Consumer<RecordCursor> reader) {
        TransactionalLog log = process().log();
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(positions.keySet());
            positions.forEach((partition, position) ->
                    consumer.seek(partition, Math.max(position, log.admin().logStartOffset(partition))));
            for (TopicPartition partition : positions.keySet()) {
                long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ZERO).forEach(reader);
                }
            }
            positions.replaceAll((partition, before) -> consumer.position(partition));
        }
    }

    // --- the end

    /** Why the application failed, if there is one. Of a dead process it is the death, which is no failure. */
    Optional<Throwable> failureAtTheEnd() {
        TestProcess last = living();
        return last == null ? Optional.empty() : last.failure();
    }

    private @Nullable TestProcess living() {
        return world.storage().crashed() == null ? process : null;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Ends everything in order, unless the process is dead.
     *
     * @return what is left of it that should not be; empty if nothing is
     */
    String close() {
        closed = true;
        TestProcess last = living();
        String left = last == null ? "" : last.close();
        backends.close();
        return left;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The test is closed");
        }
    }

    /** An error of the machine often has no message. */
    static String said(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    AssertionError failed(String message, @Nullable Throwable cause) {
        return new AssertionError(
                message + "\n  in " + this + "; PipelineTestSettings.withSeed(" + settings.seed() + "L) repeats it",
                cause);
    }

    @Override
    public String toString() {
        return "PipelineTest[pipeline=" + pipeline.name() + ", seed=" + settings.seed() + "]";
    }
}
