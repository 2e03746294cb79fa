package io.millrace.dsl.testing;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A search for what breaks a pipeline. Each seed makes a scenario: random input, and with it processes that die in any storage call, power failures, instances
 * that join, leave or stand still, clocks that are set, disks that fail or are full. The pipeline runs through it unchanged, on the real engine in virtual
 * time, as in a {@link PipelineTest}. What must hold meanwhile, the test says as invariants:
 *
 * <pre>{@code
 * @Test
 * void totalsAreTheSumOfWhatWasConsumedWheneverSomebodyLooks() {
 *     PipelineTest.simulate(totals())
 *             .feed(ORDERS, (random, number) -> InputRecord.of("customer-" + random.nextInt(3), random.nextLong(10)))
 *             .invariant("totals are sums", cut -> assertEquals(sums(cut.consumed(ORDERS)), cut.state("totals")))
 *             .run();
 * }
 * }</pre>
 *
 * <p>Besides them, every scenario is checked for what Millrace owes any pipeline: nothing that was committed goes or changes; committed offsets do not go back;
 * everything is processed in the end, and no transaction left open; the state can be restored from its changelogs; output and state are those of the same input in a
 * run in which nothing goes wrong ({@link #comparing}).
 *
 * <p>What fails is made smaller, event by event, and told with the command that runs it again. The same seeds give the same scenarios on every machine;
 * {@code -Dmillrace.simulation.seeds=N} runs as many of them as there is time for, without a change of the test. A scenario that does not fail a second
 * time is told as such: the pipeline then knows something that is not in its input and its stores.
 *
 * <p>State is kept in memory that survives what a disk survives. One thread; {@link #run} may be called again.
 */
public final class PipelineSimulation {
    /** A system property: how many seeds are run, whatever the test says. */
    public static final String SEEDS_PROPERTY = "millrace.simulation.seeds";
    /** A system property: the scenario to be run, and no other, as the message of a failure gives it. */
    public static final String SCENARIO_PROPERTY = "millrace.simulation";

    private static final int DEFAULT_SEEDS = 200;
    private static final int DEFAULT_EVENTS = 40;
    private static final int MOST_PARTITIONS = 4;

    private final Function<? super InstantSource, Pipeline> pipeline;
    private final List<SimulationFeed<?, ?>> feeds = new ArrayList<>();
    private final List<SimulationPlan.Invariant> invariants = new ArrayList<>();
    private final Map<String, ResultComparison> comparisons = new HashMap<>();
    private PipelineTestSettings settings = PipelineTestSettings.defaults().withPartitions(MOST_PARTITIONS);
    private Set<Fault> faults = EnumSet.allOf(Fault.class);
    private ResultComparison comparison = ResultComparison.PER_KEY;
    private Duration settling = Duration.ZERO;
    private long firstSeed = 1;
    private int seeds = DEFAULT_SEEDS;
    private int mostEvents = DEFAULT_EVENTS;

    PipelineSimulation(Function<? super InstantSource, Pipeline> pipeline) {
        this.pipeline = pipeline;
    }

    /** Writes to this input what the generator makes. There is at least one. */
    public <K, V> PipelineSimulation feed(Topic<K, V> topic, InputGenerator<K, V> generator) {
        feeds.add(new SimulationFeed<>(topic, generator));
        return this;
    }

    /**
     * What holds whenever somebody looks from outside, in the middle of everything: between the events of a scenario, and between steps of the loops. State that is on
     * its way from one instance to another is not asked for: the invariant is looked at again when it is there.
     *
     * @param check throws whatever it likes where the invariant does not hold
     */
    public PipelineSimulation invariant(String name, Consumer<? super SimulationCut> check) {
        invariants.add(new SimulationPlan.Invariant(name, check));
        return this;
    }

    /** What may go wrong; none: nothing does. Without this call, all of it. */
    public PipelineSimulation withFaults(Fault... values) {
        faults = EnumSet.noneOf(Fault.class);
        faults.addAll(List.of(values));
        return this;
    }

    /**
     * How far the results of a scenario must be those of a run in which nothing goes wrong: {@link ResultComparison#PER_KEY}, if nothing is said. Where inputs of several
     * topics or partitions meet in one task, as in joins, what comes of it may depend on which was read first; then choose less, and say in an
     * invariant what is right. It holds for the stores, too: for {@link ResultComparison#NONE} alone they are not compared.
     */
    public PipelineSimulation comparing(ResultComparison value) {
        comparison = value;
        return this;
    }

    /** The same for one output. */
    public PipelineSimulation comparing(Topic<?, ?> topic, ResultComparison value) {
        comparisons.put(topic.name(), value);
        return this;
    }

    /**
     * Settings of the log and the application. Of a topic that does not say how many partitions it has, their number is an upper bound; seed, instances, loops
     * and the size of transactions are the scenarios', but where {@link PipelineTestSettings#withApplication} says otherwise.
     *
     * @throws IllegalArgumentException if they keep state elsewhere than in memory
     */
    public PipelineSimulation withSettings(PipelineTestSettings value) {
        if (value.stateBackends().isPresent()) {
            throw new IllegalArgumentException(
                    "A simulation keeps state in memory, a new one for each scenario: leave withStateBackends out");
        }
        settings = value;
        return this;
    }

    /** How much time passes at the end of each scenario, for what is due by the clock or when inputs are idle. Without this call, none. */
    public PipelineSimulation settlingFor(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("Time moves forward only, not by " + value);
        }
        settling = value;
        return this;
    }

    /** How many scenarios: {@value #DEFAULT_SEEDS}, if nothing is said, and what {@value #SEEDS_PROPERTY} says in any case. */
    public PipelineSimulation withSeeds(int count) {
        return withSeeds(1, count);
    }

    /** The same, from this seed on. */
    public PipelineSimulation withSeeds(long first, int count) {
        seeds = positive("count", count);
        firstSeed = first;
        return this;
    }

    /** How many events a scenario has at the most: {@value #DEFAULT_EVENTS}, if nothing is said. */
    public PipelineSimulation withEvents(int most) {
        mostEvents = positive("most", most);
        return this;
    }

    private static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is at least 1, got " + value);
        }
        return value;
    }

    /**
     * Runs all scenarios.
     *
     * @return what was done
     * @throws AssertionError at the first that shows something wrong, with the smallest scenario that does, and how to run it again
     * @throws IllegalStateException if nothing is fed
     * @throws IllegalArgumentException if the scenario in {@value #SCENARIO_PROPERTY} is none
     */
    public SimulationReport run() {
        if (feeds.isEmpty()) {
            throw new IllegalStateException("Nothing is fed: feed(topic, generator) says what the pipeline reads");
        }
        SimulationPlan plan = new SimulationPlan(
                pipeline,
                settings,
                List.copyOf(feeds),
                List.copyOf(invariants),
                faults.isEmpty() ? Set.of() : EnumSet.copyOf(faults),
                comparison,
                Map.copyOf(comparisons),
                settling);
        SimulationSearch search = new SimulationSearch(plan, Caller.find());
        String scenario = System.getProperty(SCENARIO_PROPERTY, "");
        if (!scenario.isEmpty()) {
            return search.replay(SimulationScenario.parse(scenario));
        }
        ScenarioGenerator generator =
                new ScenarioGenerator(plan.faults(), feeds.size(), settings.partitions(), mostEvents);
        return search.run(firstSeed, seedCount(), generator);
    }

    private int seedCount() {
        String asked = System.getProperty(SEEDS_PROPERTY, "");
        if (asked.isEmpty()) {
            return seeds;
        }
        try {
            return positive(SEEDS_PROPERTY, Integer.parseInt(asked));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(SEEDS_PROPERTY + " is a number of seeds, got '" + asked + "'", e);
        }
    }
}
