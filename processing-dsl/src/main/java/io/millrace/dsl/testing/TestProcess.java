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
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.state.MemoryBudget;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private final SortedMap<Integer, Instance> instances = new TreeMap<>();
    /** What the members of instances that were killed are called in the group, up to the number of the loop. */
    private final Set<String> dead = new HashSet<>();

    private @Nullable LogProducer producer;

    private record Instance(Application application, MortalScheduler scheduler) {}

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

    /** Those that run, by number. */
    List<Application> instances() {
        return instances.values().stream().map(Instance::application).toList();
    }

    /** Starts what is missing, from the lowest number: the first instance has no name. */
    void startInstances(int count) {
        for (int number = 0; instances.size() < count; number++) {
            if (!instances.containsKey(number)) {
                instances.put(number, start(number));
            }
        }
    }

    private Instance start(int number) {
        World all = world.world();
        MortalScheduler scheduler = new MortalScheduler(all.scheduler());
        World own = new World(all.storage(), all.clock(), all.ticker(), all.random(), scheduler);
        AppSettings given =
                AppSettings.of(own, logId -> backends.open(logId, number)).withStateMemory(STATE_MEMORY);
        dead.remove(loopsOf(pipeline.name(), number));
        return new Instance(pipeline.start(log, settings.application().apply(given), instanceName(number)), scheduler);
    }

    private static String instanceName(int number) {
        return number == 0 ? "" : "instance-" + number;
    }

    /** What the names of an instance's loops begin with, and those of no other. */
    static String loopsOf(String application, int number) {
        return number == 0 ? application + "-" : application + "@" + instanceName(number) + "-";
    }

    /** Ends the instance with the highest number. */
    void stopInstance() {
        Objects.requireNonNull(instances.remove(instances.lastKey()))
                .application()
                .close();
    }

    /** Kills an instance, by its place among those that run: it does nothing from now on, and nobody is told. */
    void killInstance(int place) {
        int number = List.copyOf(instances.keySet()).get(place);
        Instance killed = Objects.requireNonNull(instances.remove(number));
        killed.scheduler().die();
        backends.kill(number);
        dead.add(loopsOf(pipeline.name(), number));
    }

    /** Why the first of the instances that failed did. */
    Optional<Throwable> failure() {
        return instances().stream().flatMap(app -> app.failure().stream()).findFirst();
    }

    /** True if everything is processed, and every partition is where it is to be, with its state. */
    boolean isSettled() {
        return instances().stream().allMatch(Application::isDrained)
                && instances().stream().allMatch(app -> app.status().state() == AppStatus.State.RUNNING)
                && isStable();
    }

    private boolean isStable() {
        Optional<GroupDescription> group = log.admin().describeGroup(pipeline.name());
        return group.isEmpty()
                || (group.get().state() != GroupDescription.State.RECONCILING
                        && group.get().members().stream().noneMatch(this::isDead));
    }

    /** Whether it is waited for, though it never comes back: its partitions have no place yet. */
    private boolean isDead(GroupDescription.Member member) {
        return member.instanceId().stream().anyMatch(id -> dead.stream().anyMatch(id::startsWith));
    }

    /** How everything stands, for a message. */
    String describe() {
        List<AppStatus> statuses = instances().stream().map(Application::status).toList();
        return "instances " + statuses + ", group " + log.admin().describeGroup(pipeline.name())
                + ", open transactions "
                + log.transactions().list().stream()
                        .filter(transaction -> !transaction.partitions().isEmpty())
                        .toList();
    }

    /**
     * Ends everything in order.
     *
     * @return what is left of it that should not be; empty if nothing is
     */
    String close() {
        while (!instances.isEmpty()) {
            stopInstance();
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
