package io.millrace.dsl.testing;

import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.state.StateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One scenario from its beginning to its end. One thread. */
final class SimulationRun {
    static final String FAILED = "the application does not fail";
    static final String DONE = "everything is processed in the end";
    static final String RESTORED = "changelogs restore the state";

    private static final Duration PATIENCE = Duration.ofHours(2);
    /** In which every loop comes to its turn, whatever it waits for. */
    private static final Duration A_TURN = Duration.ofSeconds(10);

    private static final int MOST_INSTANCES = 3;
    private static final int STEPS_BETWEEN_QUESTIONS = 16;

    private final SimulationPlan plan;
    private final SimulationScenario scenario;
    private final SimulationTally tally;
    private final CrashMode crashMode;
    private final PipelineTest test;
    private final SimulatedRun run;
    private final int[] made;
    private final List<CalmStep> calm = new ArrayList<>();
    private final SimulationCut cut;
    private final CommittedWatch watch;
    private boolean isUndisturbed = true;
    /** An instance stands still, or did and may not know yet what it lost meanwhile. */
    private boolean hasZombies;

    private int steps;

    /** What a run does in which nothing goes wrong. */
    record CalmStep(boolean isRun, Consumer<PipelineTest> action) {
        void perform(PipelineTest test) {
            action.accept(test);
        }
    }

    private SimulationRun(SimulationPlan plan, SimulationScenario scenario, SimulationTally tally, PipelineTest test) {
        this.plan = plan;
        this.scenario = scenario;
        this.tally = tally;
        this.crashMode = scenario.isPower() ? CrashMode.POWER : CrashMode.PROCESS;
        this.test = test;
        this.run = test.simulated();
        this.made = new int[plan.feeds().size()];
        this.cut = new SimulationCut(test, run.pipeline().name());
        this.watch = new CommittedWatch(run, run.pipeline().name(), topics());
    }

    private List<String> topics() {
        Topology topology = Planner.plan(run.pipeline());
        return topology.topics().stream()
                .filter(topic -> !topology.isOwned(topic))
                .<String>map(Topic::name)
                .distinct()
                .toList();
    }

    /** @throws SimulationFailure if something is wrong with the pipeline */
    static void run(SimulationPlan plan, SimulationScenario scenario, SimulationTally tally) {
        try (PipelineTest test = PipelineTest.of(plan.pipeline(), settings(plan, scenario))) {
            SimulationRun run = new SimulationRun(plan, scenario, tally, test);
            long began = run.run.world().clock().nanos();
            run.run();
            tally.passed(Duration.ofNanos(run.run.world().clock().nanos() - began));
        } catch (AssertionError e) {
            throw new SimulationFailure(FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    /** The user's choice comes last. */
    static PipelineTestSettings settings(SimulationPlan plan, SimulationScenario scenario) {
        PipelineTestSettings given = plan.settings();
        return PipelineTestSettings.defaults()
                .withSeed(scenario.seed())
                .withPartitions(scenario.partitions())
                .withInstances(scenario.instances())
                .withLoops(scenario.loops())
                .withLog(given.log())
                .withDurability(
                        scenario.isPower() ? Durability.POWER_LOSS : given.log().durability())
                .withApplication(settings ->
                        given.application().apply(settings.withTransactionRecords(scenario.transactionRecords())));
    }

    private void run() {
        for (SimulationEvent event : scenario.events()) {
            perform(event);
            look();
        }
        finish();
    }

    // --- what happens

    private void perform(SimulationEvent event) {
        switch (event.kind()) {
            case SEND -> send(event);
            case SEND_TOGETHER, SEND_ABORTED -> sendTogether(event);
            case RUN -> {
                calm.add(new CalmStep(true, PipelineTest::run));
                settle();
            }
            case STEPS -> steps(event.a());
            case PASS_TIME -> pass(Duration.ofMillis(event.a()));
            case CRASH -> {
                happened(scenario.isPower() ? Fault.POWER_LOSS : Fault.KILL);
                crash();
            }
            case CRASH_IN_CALL -> {
                happened(scenario.isPower() ? Fault.POWER_LOSS : Fault.KILL);
                test.crashAfter(event.a(), crashMode);
            }
            case LOSE_STATE -> {
                happened(Fault.LOST_STATE);
                run.loseState(crashMode);
            }
            case JOIN -> join();
            case LEAVE -> leave();
            case STAND_STILL -> standStill(event);
            case JUMP -> {
                happened(Fault.CLOCK_JUMP);
                run.world().clock().jump(Duration.ofSeconds(event.a()));
            }
            case FAIL_WRITE ->
                fail(Fault.WRITE_ERROR, StorageOperation.WRITE, event.a(), StorageException.Kind.NO_SPACE);
            case FAIL_FORCE -> fail(Fault.FORCE_ERROR, StorageOperation.FORCE, event.a(), StorageException.Kind.IO);
            case FILL_DISK -> fillDisk(event.a());
        }
    }

    private void happened(Fault fault) {
        tally.happened(fault);
    }

    private void send(SimulationEvent event) {
        SimulationFeed.Made<?, ?> record = make(event.a(), event.b());
        record.sendTo(test);
        calm.add(new CalmStep(false, record::sendTo));
    }

    private void sendTogether(SimulationEvent event) {
        Random random = new Random(event.b());
        List<SimulationFeed.Made<?, ?>> records = new ArrayList<>();
        for (int i = 0; i < event.a(); i++) {
            records.add(make(random.nextInt(plan.feeds().size()), random.nextInt()));
        }
        try (TestTransaction transaction = test.beginTransaction()) {
            records.forEach(record -> record.sendIn(test, transaction));
            if (event.kind() == SimulationEvent.Kind.SEND_ABORTED) {
                transaction.abort();
            } else {
                transaction.commit();
                records.forEach(record -> calm.add(new CalmStep(false, record::sendTo)));
            }
        }
    }

    private SimulationFeed.Made<?, ?> make(int feed, int seed) {
        tally.sent(1);
        int input = feed % plan.feeds().size();
        return plan.feeds().get(input).make(seed, made[input]++, test.now());
    }

    private void steps(int count) {
        calm.add(new CalmStep(true, PipelineTest::run));
        int end = steps + count;
        runUntil(() -> steps >= end, PATIENCE);
    }

    private void pass(Duration time) {
        calm.add(new CalmStep(false, calmTest -> calmTest.advanceTime(time)));
        runUntil(() -> false, time);
    }

    private void crash() {
        run.crash(crashMode);
    }

    private void join() {
        if (run.instances() < MOST_INSTANCES) {
            happened(Fault.REBALANCE);
            run.addInstance();
        }
    }

    /** Not while one stands still, which could not leave. */
    private void leave() {
        if (run.instances() > 1 && !run.world().scheduler().standsStill()) {
            happened(Fault.REBALANCE);
            run.removeInstance();
        }
    }

    private void standStill(SimulationEvent event) {
        if (run.standStill(event.a() % run.instances(), Duration.ofSeconds(event.b()))) {
            happened(Fault.ZOMBIE);
            hasZombies = true;
        }
    }

    /** Whatever becomes of the application by that, a next process goes on. */
    private void fail(Fault fault, StorageOperation operation, int skip, StorageException.Kind kind) {
        happened(fault);
        test.storage().failAfter(operation, skip, kind);
        disturbed(test::run);
        crash();
    }

    private void fillDisk(int count) {
        happened(Fault.DISK_FULL);
        test.fillDisk();
        int end = steps + count;
        disturbed(() -> runUntil(() -> steps >= end, PATIENCE));
        test.freeDisk();
        crash();
    }

    /** The application may fail, or not even start. */
    private void disturbed(Runnable work) {
        isUndisturbed = false;
        try {
            work.run();
        } catch (LogException | StorageException | StateException e) {
            // The log or the state is not opened on such a disk, and says so.
            throwUnlessStorage(e);
        } catch (AssertionError e) {
            if (test.failure().isEmpty()) {
                throw e;
            }
        } finally {
            isUndisturbed = true;
        }
    }

    private static void throwUnlessStorage(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException) {
                return;
            }
        }
        throw e;
    }

    // --- running

    private void runUntil(BooleanSupplier over, Duration patience) {
        run.drive(() -> run.runUntil(
                () -> {
                    steps++;
                    if (isUndisturbed && steps % scenario.stride() == 0) {
                        run.look(this::look);
                    }
                    return over.getAsBoolean();
                },
                patience));
        if (isUndisturbed) {
            throwFailure();
        }
    }

    private void settle() {
        runUntilSettled();
        if (hasZombies && isSettled()) {
            runUntil(() -> false, A_TURN);
            runUntilSettled();
            hasZombies = !isSettled();
        }
        if (!isSettled()) {
            throw new SimulationFailure(
                    DONE,
                    "Not done within " + PATIENCE + " of virtual time: "
                            + run.process().describe());
        }
    }

    /** To ask takes longer than most steps. */
    private void runUntilSettled() {
        runUntil(() -> steps % STEPS_BETWEEN_QUESTIONS == 0 && isSettled(), PATIENCE);
    }

    private boolean isSettled() {
        return run.process().isSettled() && !run.world().scheduler().standsStill();
    }

    private void throwFailure() {
        test.failure().ifPresent(failure -> {
            throw new SimulationFailure(FAILED, "The application failed: " + SimulatedRun.said(failure), failure);
        });
    }

    // --- looking

    private void look() {
        tally.looked();
        watch.look();
        cut.at(run.process().isSettled(), !hasZombies);
        for (SimulationPlan.Invariant invariant : plan.invariants()) {
            try {
                invariant.check().accept(cut);
            } catch (StateNotHeldException e) {
                continue; // until the partition has come to rest, nobody can say
            } catch (RuntimeException | AssertionError e) {
                throw new SimulationFailure("invariant '" + invariant.name() + "'", String.valueOf(e.getMessage()), e);
            }
        }
    }

    // --- the end

    private void finish() {
        settle();
        look();
        if (!plan.settling().isZero()) {
            runUntil(() -> false, plan.settling());
            settle();
            look();
        }
        watch.readAgain();
        checkNothingIsLeft();
        if (plan.faults().contains(Fault.LOST_STATE)) {
            checkRestored();
        }
        if (!plan.isComparing()) {
            return;
        }
        new CalmRuns(plan, scenario, calm).compare(new SimulationResults(test));
    }

    private void checkNothingIsLeft() {
        for (int instance = 0; instance < run.process().instances().size(); instance++) {
            long lag = test.status(instance).lag().orElse(0);
            if (lag != 0) {
                throw new SimulationFailure(DONE, "Instance " + instance + " has a lag of " + lag);
            }
        }
        List<String> open = test.log().transactions().list().stream()
                .filter(transaction -> !transaction.partitions().isEmpty())
                .map(Object::toString)
                .toList();
        if (!open.isEmpty()) {
            throw new SimulationFailure(DONE, "Transactions are left open: " + open);
        }
    }

    /** What is committed is in the changelogs, all of it and nothing else. */
    private void checkRestored() {
        Map<String, Map<Integer, Map<Object, Object>>> before = SimulationResults.stateOf(run);
        run.loseState(crashMode);
        settle();
        SimulationResults.stateDifference(SimulationResults.stateOf(run), before, plan, RESTORED)
                .ifPresent(failure -> {
                    throw failure;
                });
    }
}
