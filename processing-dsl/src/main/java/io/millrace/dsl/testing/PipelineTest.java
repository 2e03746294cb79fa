package io.millrace.dsl.testing;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.deadletter.DeadLetter;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.dsl.metrics.Metrics;
import io.millrace.dsl.query.CommittedState;
import io.millrace.log.Durability;
import io.millrace.platform.StorageException;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedStorage;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.state.StoreSpec;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tests a pipeline on the real engine: an embedded log with many partitions, real transactions, real state, on a simulated disk, in virtual time.
 * What is sent waits in the log; {@link #run} lets the pipeline process it; committed output and state are then read. The process can be killed,
 * or lose power, between any two calls or in the middle of one of its own, and instances can join and leave.
 *
 * <pre>{@code
 * try (PipelineTest test = PipelineTest.of(pipeline)) {
 *     TestInputTopic<String, Long> orders = test.input(ORDERS);
 *     orders.send("alice", 10L);
 *     orders.send("alice", 5L);
 *     test.run();
 *     test.crashAndRestart();
 *     orders.send("alice", 1L);
 *     test.run();
 *
 *     assertEquals(List.of(10L, 15L, 16L), test.output(TOTALS).readValues());
 *     assertEquals(16L, test.state(TOTALS_STORE).get("alice"));
 * }
 * }</pre>
 *
 * <p>That nothing is lost or counted twice, wherever the process dies, is a loop:
 *
 * <pre>{@code
 * int crashes = 1;
 * for (long call = 0; crashes > 0; call++) {
 *     try (PipelineTest test = PipelineTest.of(pipeline)) {
 *         send(test.input(ORDERS));
 *         test.crashAfter(call, CrashMode.PROCESS);
 *         test.run();
 *         check(test);
 *         crashes = test.restarts();
 *     }
 * }
 * }</pre>
 *
 * <p>Nothing happens but by calls of this class, on the caller's thread: no thread is started, no file written, no time spent waiting. The log is
 * opened when it is first needed, and the application started by the first {@link #run} or {@link #advanceTime}. Everything that the seed leaves
 * open it decides, so that the same seed and the same calls give the same run; messages name it. All instances live in one process, as those
 * of an embedded log do. One thread.
 *
 * <p>Virtual time does not wait for other threads: a {@code mapAsync} whose function is answered by one ({@code CompletableFuture.supplyAsync}) fails by its timeout. In a test it returns a
 * completed future, or is slow by {@code call.delay(...)}; or it has no timeout ({@code AsyncCalls.withoutTimeout()}), and the test completes its future after {@link #advanceTime}.
 *
 * <p>Where something is wrong with the pipeline under test, methods throw {@link AssertionError}; IllegalArgumentException and
 * IllegalStateException say that the test is wrong.
 */
public final class PipelineTest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration INPUT_TRANSACTION_TIMEOUT = Duration.ofDays(1);

    private final SimulatedRun run;
    private int transactions;
    private boolean failureTold;

    private PipelineTest(SimulatedRun run) {
        this.run = run;
    }

    /** A test with {@link PipelineTestSettings#defaults}. */
    public static PipelineTest of(Pipeline pipeline) {
        return of(pipeline, PipelineTestSettings.defaults());
    }

    public static PipelineTest of(Pipeline pipeline, PipelineTestSettings settings) {
        return of(clock -> pipeline, settings);
    }

    /** The same for a pipeline that asks what time it is: it is given the virtual clock. */
    public static PipelineTest of(Function<? super InstantSource, Pipeline> pipeline, PipelineTestSettings settings) {
        return new PipelineTest(new SimulatedRun(pipeline, settings));
    }

    /** A search for what breaks a pipeline: many random runs of it, in which everything goes wrong that can. */
    public static PipelineSimulation simulate(Pipeline pipeline) {
        return simulate(clock -> pipeline);
    }

    /** The same for a pipeline that is to be built anew for each run, perhaps with the virtual clock. */
    public static PipelineSimulation simulate(Function<? super InstantSource, Pipeline> pipeline) {
        return new PipelineSimulation(pipeline);
    }

    // --- what goes in and what comes out

    /**
     * Writes to a topic: an input of the pipeline, or any other that the log has.
     *
     * @throws IllegalArgumentException if there is no such topic, or if the pipeline reads it as other types
     */
    public <K, V> TestInputTopic<K, V> input(Topic<K, V> topic) {
        run.check(topic);
        return new TestInputTopic<>(run, topic);
    }

    /**
     * Reads a topic from its beginning, whoever else reads it: an output of the pipeline, or any other that the log has.
     *
     * @throws IllegalArgumentException if there is no such topic, or if the pipeline writes it as other types
     */
    public <K, V> TestOutputTopic<K, V> output(Topic<K, V> topic) {
        run.check(topic);
        return new TestOutputTopic<>(run, topic);
    }

    /** Begins a transaction for {@link TestInputTopic#in}. */
    public TestTransaction beginTransaction() {
        TransactionalProducerConfig config = TransactionalProducerConfig.of("pipeline-test-" + transactions++)
                .withTransactionTimeout(INPUT_TRANSACTION_TIMEOUT);
        return new TestTransaction(run, run.process().log().transactionalProducer(config));
    }

    /**
     * The store over all its partitions, for reading: what is committed at the time of each question. A key that is in several partitions is
     * answered from the lowest; entries of a sorted store come in the order of their keys, those of others partition after partition.
     *
     * @throws IllegalStateException if a store with this name is another one, or nobody has the partition: {@link #run} first
     */
    public <S> S state(StoreSpec<S> store) {
        return CommittedState.of(TestViews.of(run, store, 0, run.partitionsOfStore(store.name())));
    }

    /** The same of one partition. */
    public <S> S state(StoreSpec<S> store, int partition) {
        int partitions = run.partitionsOfStore(store.name());
        if (partition < 0 || partition >= partitions) {
            throw new IllegalArgumentException(
                    "Store '" + store.name() + "' has " + partitions + " partitions, got " + partition);
        }
        return CommittedState.of(TestViews.of(run, store, partition, partition + 1));
    }

    /**
     * Everything that is committed in the store with this name, over all its partitions: values by key, by {@code Windowed}, {@code Session} or
     * {@code TimedKey}, as its kind is. Values that are kept with their times, as those of tables are, come without.
     *
     * @throws IllegalStateException as the other one; also if a key is in several partitions
     */
    public Map<Object, Object> state(String store) {
        return CommittedState.entries(
                TestViews.of(run, CommittedState.find(run.pipeline(), store), 0, run.partitionsOfStore(store)));
    }

    /**
     * The dead letters in a topic, partition after partition, with what is said of each: its record as it came, where that was, and why it failed.
     *
     * @throws io.millrace.log.LogException if there is no such topic
     */
    public List<DeadLetter> deadLetters(Topic<?, ?> topic) {
        List<DeadLetter> letters = new ArrayList<>();
        DeadLetterTopic.of(run.process().log(), topic.name()).forEach(DeadLetterFilter.all(), (letter, decision) -> {
            letters.add(letter);
            return true;
        });
        return letters;
    }

    // --- time

    /**
     * Runs until everything that was sent is processed and committed, sources are finished, and partitions have come to rest; starts the
     * application if it does not run. Takes no more virtual time than that needs.
     *
     * @throws AssertionError if the application fails, or is not done within an hour of virtual time
     */
    public void run() {
        run.drive(() -> run.runUntil(() -> run.process().isSettled(), PATIENCE));
        throwFailure();
        if (!run.process().isSettled()) {
            throw run.failed(
                    "The pipeline is not done within " + PATIENCE + " of virtual time: "
                            + run.process().describe(),
                    null);
        }
    }

    /**
     * Runs until the application fails.
     *
     * @return why it failed
     * @throws AssertionError if it does not, though everything is processed
     */
    public Throwable runUntilFailure() {
        run.drive(() -> run.runUntil(() -> run.process().isSettled(), PATIENCE));
        return failure()
                .orElseThrow(() -> run.failed(
                        "The application was to fail and did not: "
                                + run.process().describe(),
                        null));
    }

    /**
     * Moves virtual time on, and runs everything that becomes due meanwhile, at the time at which it does.
     *
     * @throws AssertionError if the application fails
     * @throws IllegalArgumentException if the time is negative
     */
    public void advanceTime(Duration duration) {
        checkForward(duration);
        Instant end = now().plus(duration);
        run.drive(() -> {
            run.runUntil(() -> false, Duration.between(now(), end));
            run.world().runUntilIdle();
        });
        throwFailure();
    }

    /**
     * What a slow function of the pipeline calls: time passes while it is at work, and nothing else happens meanwhile. So nobody notices during one call that its loop
     * does not poll, as others would in production after five minutes; {@link PipelineSimulation} with {@link Fault#ZOMBIE} plays that.
     */
    public void takeTime(Duration duration) {
        checkForward(duration);
        run.world().clock().advance(duration);
    }

    private static void checkForward(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("Time goes forward, got " + duration
                    + ": for records of the past, send(key, value, timestamp) says when they happened");
        }
    }

    /** The virtual time. It begins with the year 2026, and goes on over crashes. */
    public Instant now() {
        return run.world().clock().instant();
    }

    SimulatedRun simulated() {
        return run;
    }

    private void throwFailure() {
        Optional<Throwable> failure = run.process().failure();
        if (failure.isPresent()) {
            failureTold = true;
            throw run.failed(
                    "The application failed; where it is to, call runUntilFailure(): "
                            + SimulatedRun.said(failure.get()),
                    failure.get());
        }
    }

    // --- how it stands

    /** How the first instance stands. Its counters begin anew when it is restarted. */
    public AppStatus status() {
        return status(0);
    }

    /** How an instance stands; numbered from 0 in the order of their start. */
    public AppStatus status(int instance) {
        return instance(instance).status();
    }

    /** The metrics of the first instance, which are those of {@link Application#metrics}. They begin anew when it is restarted. */
    public Metrics metrics() {
        return metrics(0);
    }

    /** The metrics of an instance; numbered from 0 in the order of their start. */
    public Metrics metrics(int instance) {
        return instance(instance).metrics();
    }

    private Application instance(int instance) {
        TestProcess running = run.process();
        if (instance < 0 || instance >= running.instances().size()) {
            throw new IllegalStateException("No instance " + instance + " runs, "
                    + running.instances().size() + " do: the application is started by run() or advanceTime()");
        }
        return running.instances().get(instance);
    }

    /** Why the application failed, if it did. Whoever asks is believed to expect it: {@link #close} does not throw it any more. */
    public Optional<Throwable> failure() {
        failureTold = true;
        return run.process().failure();
    }

    /** The log under test, with everything that it offers; another one after each restart. */
    public TransactionalLog log() {
        return run.process().log();
    }

    /** A hash of everything that the present process did: equal in two runs that were the same. */
    public long trace() {
        return run.world().trace();
    }

    // --- what goes wrong

    /** The process is killed between two calls, and the next one opens what it left. What was written to the disk stays. */
    public void crashAndRestart() {
        run.crash(CrashMode.PROCESS);
    }

    /**
     * The power fails between two calls, and the next process opens what is left. Of what was not forced to the disk, anything may be gone.
     *
     * @throws IllegalStateException unless the log is one with {@link Durability#POWER_LOSS}: others promise nothing then
     */
    public void powerLossAndRestart() {
        run.crash(CrashMode.POWER);
    }

    /**
     * The process dies in the storage call with this number, from 0, among those that {@link #run} and {@link #advanceTime} make from here on;
     * calls that open, write, force, rename or delete count. Then a next process opens what it left, and the call that was interrupted goes
     * on. Called several times, it plans one crash after the other: the calls of the next one count from the restart on.
     */
    public void crashAfter(long storageCalls, CrashMode mode) {
        run.planCrash(storageCalls, mode);
    }

    /** How often the process died. */
    public int restarts() {
        return run.restarts();
    }

    /** The next write to the disk fails because there is no room, having written a part or all of it. */
    public void failNextWrite() {
        storage().failNext(StorageOperation.WRITE, StorageException.Kind.NO_SPACE);
    }

    /** The next attempt to force a file fails. The log stops then; {@link #crashAndRestart} goes on from what it left. */
    public void failNextForce() {
        storage().failNext(StorageOperation.FORCE, StorageException.Kind.IO);
    }

    /** The disk is full from here on, until {@link #freeDisk}. */
    public void fillDisk() {
        storage().limitCapacity(0);
    }

    public void freeDisk() {
        storage().limitCapacity(Long.MAX_VALUE);
    }

    /** The disk as the present process sees it, with every fault that it can play; what was planned is forgotten at a restart. */
    public SimulatedStorage storage() {
        return run.world().storage();
    }

    /**
     * The process dies, and what it kept of its state is gone with it, as with the disk of a lost machine: the next one restores what was
     * committed from the changelogs.
     */
    public void loseStateAndRestart() {
        run.loseState(CrashMode.PROCESS);
    }

    // --- another version of the program

    /**
     * Stops all instances, gracefully, and has the next {@link #run} or {@link #advanceTime} start another version of the pipeline on what they leave. What the application
     * keeps goes on, or is refused, as {@link Pipeline#start} says; {@code pipeline.plan(test.log())} says it before.
     *
     * @throws IllegalArgumentException if it has another name
     */
    public void upgrade(Pipeline next) {
        run.upgrade(next);
    }

    // --- instances come and go

    /** Starts one more instance of the application, with state of its own, at the next {@link #run} or {@link #advanceTime}. */
    public void addInstance() {
        run.addInstance();
    }

    /** Stops the instance that was added last, gracefully. Its partitions go to the others with the next run. */
    public void removeInstance() {
        run.removeInstance();
    }

    /**
     * Kills one of several instances, as if each were a process of its own: it commits and closes nothing, and is told of nothing. Another one takes over its
     * partitions when the group has missed it for long, which the next {@link #run} waits for; its open transaction is aborted. The next {@link
     * #addInstance} brings it back under its name, with the state that it left.
     *
     * @param instance as in {@link #status(int)}; those behind it move up
     * @throws IllegalStateException if it does not run, or runs alone
     */
    public void crashInstance(int instance) {
        run.killInstance(instance);
    }

    // --- the end

    /**
     * Stops the instances and closes the log.
     *
     * @throws AssertionError if the application has failed and nobody was told, or if a file or a loop is left
     */
    @Override
    public void close() {
        if (run.isClosed()) {
            return;
        }
        Optional<Throwable> failure = run.failureAtTheEnd();
        String left = run.close();
        if (failure.isPresent() && !failureTold) {
            throw run.failed("The application failed: " + SimulatedRun.said(failure.get()), failure.get());
        }
        if (!left.isEmpty()) {
            throw run.failed("The end of the process left " + left, null);
        }
    }

    /** With the seed, for messages of a test's own. */
    @Override
    public String toString() {
        return run.toString();
    }
}
