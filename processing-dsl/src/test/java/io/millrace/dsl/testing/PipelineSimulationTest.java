package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Processor;
import io.millrace.log.Durability;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueStore;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The search finds nothing wrong with what is right, and everything that is put into it. */
class PipelineSimulationTest {
    private static final Output<String, Long> SUM = Output.named("sum");

    @AfterEach
    void forgetProperties() {
        System.clearProperty(PipelineSimulation.SCENARIO_PROPERTY);
        System.clearProperty(PipelineSimulation.SEEDS_PROPERTY);
    }

    private static PipelineSimulation simulate(Pipeline pipeline) {
        return PipelineTest.simulate(pipeline)
                .feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k" + random.nextInt(3), random.nextLong(5)))
                .invariant("sums are those of what was consumed", PipelineSimulationTest::checkSums);
    }

    private static void checkSums(SimulationCut cut) {
        Map<Object, Object> expected = new HashMap<>();
        cut.consumed(Sums.NUMBERS)
                .forEach(record -> expected.merge(record.key(), record.value(), (a, b) -> (long) a + (long) b));
        Map<Object, Object> found = new HashMap<>();
        cut.records(Sums.SUMS).forEach(record -> found.put(record.key(), record.value()));
        assertThat(found).isEqualTo(expected);
        assertThat(cut.state("sum")).isEqualTo(expected);
    }

    /** Like {@link Sums}, with another processor. */
    private static Pipeline sums(Function<KeyValueStore<String, Long>, Processor<String, Long>> processor) {
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(Sums.NUMBERS)
                .process("add", stores -> processor.apply(stores.get(Sums.STORE)), Sums.STORE)
                .output(SUM)
                .to(Sums.SUMS);
        return builder.build();
    }

    private static long sum(KeyValueStore<String, Long> sums, String key, long value) {
        Long before = sums.get(key);
        long sum = (before == null ? 0 : before) + value;
        sums.put(key, sum);
        return sum;
    }

    @Test
    void nothingIsWrongWithAPipelineThatIsRight() {
        SimulationReport report = simulate(Sums.pipeline()).withSeeds(50).run();

        assertThat(report.seeds()).isEqualTo(50);
        assertThat(report.faults().keySet()).isEqualTo(EnumSet.allOf(Fault.class));
        assertThat(report.cuts()).isGreaterThan(report.seeds());
        assertThat(report.toString()).contains("50 seeds", "KILL");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void eachFaultAloneIsSurvivedAndDoesHappen(Fault fault) {
        SimulationReport report =
                simulate(Sums.pipeline()).withFaults(fault).withSeeds(8).run();
        assertThat(report.faults()).containsOnlyKeys(fault);
    }

    @Test
    void theSameSeedsDoTheSame() {
        SimulationReport first = simulate(Sums.pipeline()).withSeeds(1_000, 10).run();
        assertThat(simulate(Sums.pipeline()).withSeeds(1_000, 10).run()).isEqualTo(first);
    }

    /** What a processor remembers outside of its stores is gone with the task. */
    @Test
    void aSumThatIsKeptInAFieldIsFoundAndMadeSmall() {
        Pipeline forgetful = sums(store -> {
            Map<String, Long> sums = new HashMap<>();
            return (key, value, context) -> {
                long sum = sums.merge(key, value, Long::sum);
                store.put(key, sum);
                context.emit(SUM, key, sum);
            };
        });

        AssertionError error = failure(simulate(forgetful));
        assertThat(error)
                .hasMessageContaining("violates: invariant 'sums are those of what was consumed'")
                .hasMessageContaining(
                        "-Dtest=PipelineSimulationTest#aSumThatIsKeptInAFieldIsFoundAndMadeSmall -Dmillrace.simulation='");
        // Two records of one key, and something that ends the task between them.
        assertThat(scenario(error).events()).hasSizeBetween(3, 4);

        System.setProperty(PipelineSimulation.SCENARIO_PROPERTY, scenario(error).text());
        assertThat(failure(simulate(forgetful)))
                .hasMessageStartingWith("The scenario violates: invariant 'sums are those of what was consumed'");
    }

    /** Found without an invariant: by what a calm run makes of the same. */
    @Test
    void aResultThatDependsOnWhatHappenedIsFoundByComparing() {
        Pipeline forgetful = sums(store -> {
            long[] count = {0};
            return (key, value, context) -> {
                count[0]++;
                context.emit(SUM, key, count[0]);
            };
        });
        PipelineSimulation simulation = PipelineTest.simulate(forgetful)
                .feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k", 1L))
                .withFaults(Fault.KILL);

        assertThat(failure(simulation))
                .hasMessageContaining("violates: results are those of a calm run: sums")
                .hasMessageContaining("Topic 'sums' of key k (PER_KEY) has");
        simulation.comparing(ResultComparison.NONE).run();
        simulation.comparing(Sums.SUMS, ResultComparison.LATEST_PER_KEY);
        assertThat(failure(simulation)).hasMessageContaining("LATEST_PER_KEY");
    }

    @Test
    void whatOutlivesItsTaskIsToldAsThat() {
        Map<String, Long> everywhere = new HashMap<>();
        Pipeline pipeline = sums(store -> (key, value, context) ->
                context.emit(SUM, key, everywhere.merge("all", 1L, Long::sum) < 40 ? sum(store, key, value) : 0L));

        assertThat(failure(simulate(pipeline).withFaults()))
                .hasMessageContaining("and did not when it was run a second time")
                .hasMessageContaining("neither in its input nor in its stores");
    }

    @Test
    void resultsThatAreNoFunctionOfTheInputAreToldAsThat() {
        long[] everywhere = {0};
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(Sums.NUMBERS).mapValues(value -> value + everywhere[0]++).to(Sums.SUMS);
        PipelineSimulation simulation =
                PipelineTest.simulate(builder.build()).feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k", 1L));

        assertThat(failure(simulation))
                .hasMessageContaining("violates: the same input gives the same results")
                .hasMessageContaining("a static field");
    }

    @Test
    void whatDependsOnTheOrderOfPartitionsIsToldAsThat() {
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(Sums.NUMBERS)
                .groupBy("all", (key, value) -> "all", Serdes.string())
                .aggregate("sum", () -> 0L, (key, value, before) -> before * 31 + value, Serdes.int64())
                .toStream()
                .to(Sums.SUMS);
        PipelineSimulation simulation = PipelineTest.simulate(builder.build())
                .feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k" + random.nextInt(3), random.nextLong(5)));

        assertThat(failure(simulation)).hasMessageContaining("choose for such a topic how much of it is determined");
    }

    @Test
    void anApplicationThatFailsIsTold() {
        AssertionError error = failure(PipelineTest.simulate(Sums.pipeline())
                .feed(Sums.NUMBERS, (random, number) -> InputRecord.of("k", number == 2 ? -1L : 1L)));
        assertThat(error)
                .hasMessageContaining("violates: the application does not fail")
                .hasMessageContaining("negative -1");
        assertThat(scenario(error).events()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void aScenarioIsWrittenAndRead() {
        ScenarioGenerator generator = new ScenarioGenerator(EnumSet.allOf(Fault.class), 2, 4, 60);
        for (long seed = 0; seed < 200; seed++) {
            SimulationScenario scenario = generator.of(seed);
            assertThat(SimulationScenario.parse(scenario.text())).isEqualTo(scenario);
        }
        assertThatThrownBy(() -> SimulationScenario.parse("1,2;RUN"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("copy it whole");
    }

    @Test
    void misuseIsRefusedInWords() {
        assertThatThrownBy(() -> PipelineTest.simulate(Sums.pipeline()).run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("feed(topic, generator)");
        assertThatThrownBy(() -> simulate(Sums.pipeline()).withSeeds(0)).hasMessageContaining("at least 1, got 0");
        assertThatThrownBy(() -> simulate(Sums.pipeline())
                        .withSettings(PipelineTestSettings.defaults().withStateBackends((logId, instance) -> {
                            throw new AssertionError("never opened");
                        })))
                .hasMessageContaining("leave withStateBackends out");
        System.setProperty(PipelineSimulation.SEEDS_PROPERTY, "many");
        assertThatThrownBy(() -> simulate(Sums.pipeline()).run()).hasMessageContaining("number of seeds, got 'many'");
        System.setProperty(PipelineSimulation.SEEDS_PROPERTY, "3");
        assertThat(simulate(Sums.pipeline()).run().seeds()).isEqualTo(3);
    }

    @Test
    void aLogThatSurvivesPowerFailuresStaysOne() {
        PipelineTestSettings settings = PipelineTestSettings.defaults().withDurability(Durability.POWER_LOSS);
        simulate(Sums.pipeline())
                .withSettings(settings)
                .withFaults(Fault.POWER_LOSS)
                .withSeeds(10)
                .run();
    }

    private static AssertionError failure(PipelineSimulation simulation) {
        Throwable thrown = catchThrowable(simulation::run);
        assertThat(thrown).as("the failure that is to be found").isInstanceOf(AssertionError.class);
        return (AssertionError) thrown;
    }

    private static SimulationScenario scenario(AssertionError error) {
        Matcher found = Pattern.compile("millrace\\.simulation='([^']+)'").matcher(String.valueOf(error.getMessage()));
        assertThat(found.find()).as(error.getMessage()).isTrue();
        return SimulationScenario.parse(found.group(1));
    }
}
