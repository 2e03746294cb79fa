package io.millrace.dsl.testing;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.GroupDescription;
import io.millrace.log.LogProducer;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.state.MemoryBudget;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One process of a test: the log it has opened, and the instances that run in it. It ends by {@link #close}, or is left behind when it crashes. */
final class TestProcess {
    /** The same on every machine, so that a run is. */
    private static final MemoryBudget STATE_MEMORY = new MemoryBudget(64 << 20);

    private Pipeline pipeline;
    private final PipelineTestSettings settings;
    private final TestBackends backends;
    private final SimulatedWorld world;
    private final EmbeddedLog log;
    private final List<Application> instances = new ArrayList<>();
    private @Nullable LogProducer producer;

    /** Opens the log and creates the topics that the pipeline names, but for the application's own, of which it knows more. */
    TestProcess(Pipeline pipeline, PipelineTestSettings settings, TestBackends backends, SimulatedWorld world) {
        this.pipeline = pipeline;
        this.settings = settings;
        this.backends = backends;
        this.world = world;
        this.log = EmbeddedLog.open(world.world(), settings.log());
        createTopics();
    }

    private void createTopics() {
        Topology topology = Planner.plan(pipeline);
        for (Topic<?, ?> topic : topology.topics()) {
            if (topology.isOwned(topic)) {
                continue;
            }
            log.admin().createTopic(topic.name(), topic.partitions().orElse(settings.partitions()), topic.settings());
        }
    }

    /** Ends all instances; those that are started from here on run the next version. */
    void upgrade(Pipeline next) {
        while (!instances.isEmpty()) {
            stopInstance();
        }
        pipeline = next;
        createTopics();
    }

    EmbeddedLog log() {
        return log;
    }

    /** A producer for the inputs of the test. */
    LogProducer producer() {
        LogProducer present = producer;
        if (present == null) {
            present = log.producer();
            producer = present;
        }
        return present;
    }

    List<Application> instances() {
        return instances;
    }

    /** Starts what is missing: the first instance has no name. */
    void startInstances(int count) {
        for (int number = instances.size(); number < count; number++) {
            int instance = number;
            AppSettings given = AppSettings.of(world.world(), logId -> backends.open(logId, instance))
                    .withStateMemory(STATE_MEMORY);
            instances.add(pipeline.start(log, settings.application().apply(given), instanceName(number)));
        }
    }

    private static String instanceName(int number) {
        return number == 0 ? "" : "instance-" + number;
    }

    /** What the names of an instance's loops begin with, and those of no other. */
    static String loopsOf(String application, int number) {
        return number == 0 ? application + "-" : application + "@" + instanceName(number) + "-";
    }

    /** Ends the instance that was started last. */
    void stopInstance() {
        instances.remove(instances.size() - 1).close();
    }

    /** Why the first of the instances that failed did. */
    Optional<Throwable> failure() {
        return instances.stream().flatMap(app -> app.failure().stream()).findFirst();
    }

    /** True if everything is processed, and every partition is where it is to be, with its state. */
    boolean isSettled() {
        return instances.stream().allMatch(Application::isDrained)
                && instances.stream().allMatch(app -> app.status().state() == AppStatus.State.RUNNING)
                && isStable();
    }

    private boolean isStable() {
        Optional<GroupDescription> group = log.admin().describeGroup(pipeline.name());
        return group.isEmpty() || group.get().state() != GroupDescription.State.RECONCILING;
    }

    /** How everything stands, for a message. */
    String describe() {
        List<AppStatus> statuses = instances.stream().map(Application::status).toList();
        return "instances " + statuses + ", group " + log.admin().describeGroup(pipeline.name())
                + ", open transactions "
                + log.transactions().list().stream()
                        .filter(transaction -> !transaction.partitions().isEmpty())
                        .toList();
    }

    /** Ends everything in order. @return what is left of it that should not be; empty if nothing is */
    String close() {
        for (int i = instances.size() - 1; i >= 0; i--) {
            instances.get(i).close();
        }
        if (producer != null) {
            producer.close();
        }
        log.close();
        StringBuilder left = new StringBuilder();
        int files = world.storage().openFiles();
        if (files > 0) {
            left.append(files).append(" open files ");
        }
        List<String> loops = world.scheduler().names();
        if (!loops.isEmpty()) {
            left.append("running loops ").append(loops);
        }
        return left.toString();
    }
}
