package io.millrace.proof.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.dsl.testing.TestInputTopic;
import io.millrace.dsl.testing.TestTransaction;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.platform.sim.CrashMode;
import io.millrace.proof.pipelines.Scenario.Event;
import io.millrace.proof.pipelines.Scenario.Policy;
import io.millrace.proof.pipelines.Scenario.World;
import io.millrace.serde.BytesView;
import io.millrace.state.StateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A scenario from its beginning to its end, on the real engine in the simulated world. One thread. */
final class ScenarioRun {
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration PURGES = Duration.ofMillis(50);
    private static final Duration BEYOND_IDLE = Duration.ofMinutes(3);
    private static final Duration AFTER_JUMP = Duration.ofSeconds(1);
    private static final long START = 1000;
    private static final long JUMP = 5000;
    private static final int MOST_INSTANCES = 3;
    private static final int QUIET_ROUNDS = 2;

    private final Scenario scenario;
    private final PipelinePlan plan;
    private final Function<PipelinePlan, Reference> references;
    private final Recorder recorder;
    private final CrashMode crashMode;
    private int instances = 1;
    private int sent;
    private long jumped;
    private @Nullable AssertionError foundInTheMiddle;

    private ScenarioRun(Scenario scenario, Function<PipelinePlan, Reference> references) {
        this.scenario = scenario;
        this.plan = scenario.plan();
        this.references = references;
        this.recorder = new Recorder(scenario.world().checkEvery());
        this.crashMode = scenario.world().isPower() ? CrashMode.POWER : CrashMode.PROCESS;
    }

    static void run(Scenario scenario) {
        run(scenario, Reference::new);
    }

    /** @param references makes what is compared with: another one than {@link Reference} is for tests of the check */
    static void run(Scenario scenario, Function<PipelinePlan, Reference> references) {
        try {
            new ScenarioRun(scenario, references).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(e.getMessage() + "\nin " + scenario, e);
        }
    }

    private void run() {
        World world = scenario.world();
        Pipeline pipeline = PlannedPipeline.of(plan, recorder);
        PipelineTestSettings settings = PipelineTestSettings.defaults()
                .withSeed(world.seed())
                .withPartitions(world.partitions())
                .withLoops(world.loops())
                .withDurability(world.isPower() ? Durability.POWER_LOSS : Durability.PROCESS_CRASH)
                .withApplication(this::settings);
        try (PipelineTest test = PipelineTest.of(pipeline, settings)) {
            PrefixCheck check = new PrefixCheck(test, plan, world.partitions(), recorder, references);
            recorder.use(() -> checkInTheMiddle(check));
            for (int i = 0; i < scenario.events().size(); i++) {
                perform(test, scenario.events().get(i));
                check.check("after event " + i);
            }
            finish(test, check);
        }
    }

    private AppSettings settings(AppSettings given) {
        return given.withTransactionRecords(scenario.world().transactionRecords())
                // What was told has to be there to be compared with.
                .withRepartitionPurgeInterval(plan.hasToldTopics() ? IDLE : PURGES)
                .withIdleTimeout(IDLE);
    }

    /** An error there would be taken for one of the pipeline's. */
    private void checkInTheMiddle(PrefixCheck check) {
        if (foundInTheMiddle == null) {
            try {
                check.check("in the middle of a transaction");
            } catch (AssertionError e) {
                foundInTheMiddle = e;
            }
        }
    }

    private void throwFound() {
        if (foundInTheMiddle != null) {
            throw foundInTheMiddle;
        }
    }

    // --- what happens

    private void perform(PipelineTest test, Op<Event> op) {
        switch (op.what()) {
            case SEND -> send(input(test, op), op);
            case SEND_DAMAGED -> sendDamaged(test, op);
            case SEND_ABORTED -> {
                try (TestTransaction transaction = test.beginTransaction()) {
                    send(input(test, op).in(transaction), op);
                    transaction.abort();
                }
            }
            case SEND_BOTH -> {
                try (TestTransaction transaction = test.beginTransaction()) {
                    send(input(test, op).in(transaction), op);
                    send(input(test, new Op<>(op.what(), op.a() + 1, 0, 0, 0)).in(transaction), op);
                    transaction.commit();
                }
            }
            case RUN -> run(test);
            case ADVANCE_CLOCK -> test.advanceTime(Duration.ofMillis(op.d() * 5L));
            case CRASH_IN_CALL -> test.crashAfter(op.a(), crashMode);
            case CRASH -> crash(test);
            case ADD_INSTANCE -> {
                if (instances < MOST_INSTANCES) {
                    instances++;
                    test.addInstance();
                }
            }
            case REMOVE_INSTANCE -> {
                if (instances > 1) {
                    instances--;
                    test.removeInstance();
                }
            }
            case FAIL_FORCE -> fail(test, PipelineTest::failNextForce);
            case FAIL_WRITE -> fail(test, PipelineTest::failNextWrite);
        }
        throwFound();
    }

    private void run(PipelineTest test) {
        try {
            test.run();
        } finally {
            throwFound();
        }
    }

    private void crash(PipelineTest test) {
        if (crashMode == CrashMode.POWER) {
            test.powerLossAndRestart();
        } else {
            test.crashAndRestart();
        }
    }

    /** Whatever becomes of the application by that, a next process goes on. */
    private void fail(PipelineTest test, Consumer<PipelineTest> fault) {
        fault.accept(test);
        try {
            test.run();
        } catch (LogException | StorageException | StateException e) {
            throwFound(); // the application was not even started
        } catch (AssertionError e) {
            throwFound();
            if (test.failure().isEmpty()) {
                throw e;
            }
        }
        crash(test);
    }

    private TestInputTopic<String, Long> input(PipelineTest test, Op<Event> op) {
        return test.input(
                PlannedPipeline.input(plan.node(op.a() % scenario.world().sources())));
    }

    private void send(TestInputTopic<String, Long> input, Op<Event> op) {
        String key = op.b() < 0 ? null : "k" + op.b();
        Long value = op.c() < -1 ? null : (long) op.c();
        input.send(key, value, time(op));
    }

    private void sendDamaged(PipelineTest test, Op<Event> op) {
        if (scenario.world().policy() == Policy.STOP) {
            send(input(test, op), op);
        } else {
            input(test, op).sendBytes(BytesView.ofUtf8("k" + Math.max(0, op.b())), BytesView.ofUtf8("?"), time(op));
        }
    }

    /** On and on, back a little now and then, far back seldom, and far ahead for good as seldom. */
    private long time(Op<Event> op) {
        if (op.d() > 116) {
            jumped += JUMP;
        }
        return START + jumped + 3L * sent++ + op.d() % 30 - (op.d() > 100 ? 60 : 0);
    }

    // --- the end

    private void finish(PipelineTest test, PrefixCheck check) {
        run(test);
        check.check("when all is processed");
        recorder.use(() -> {});
        // What is idle closes; what it tells of comes to other tasks, or this one, which are idle later. So is a
        // process that died meanwhile.
        for (int quiet = 0; quiet < QUIET_ROUNDS; ) {
            int seenBefore = recorder.seen();
            int restartsBefore = test.restarts();
            closeIdle(test);
            run(test);
            quiet = recorder.seen() == seenBefore && test.restarts() == restartsBefore ? quiet + 1 : 0;
        }
        check.checkEnd();
        for (int instance = 0; instance < instances; instance++) {
            assertThat(test.status(instance).lag().orElse(0))
                    .as("lag of instance %s", instance)
                    .isZero();
        }
        List<String> open = new ArrayList<>();
        test.log().transactions().list().stream()
                .filter(transaction -> !transaction.partitions().isEmpty())
                .forEach(transaction -> open.add(transaction.toString()));
        assertThat(open).as("open transactions").isEmpty();
    }

    /**
     * Of a record it is known which watermark came with it, not which one the clock had brought before. So where a step that acts at times feeds another task, the
     * clock jumps, and the other one's time has passed as a whole, or not at all, when the record comes.
     */
    private void closeIdle(PipelineTest test) {
        if (plan.hasTimedTopics()) {
            test.takeTime(BEYOND_IDLE);
            test.advanceTime(AFTER_JUMP);
        } else {
            test.advanceTime(BEYOND_IDLE);
        }
    }
}
