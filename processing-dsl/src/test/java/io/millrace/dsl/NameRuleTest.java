package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NameRuleTest {
    private static final Topic<String, Long> ORDERS = Topic.of("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RESULTS = Topic.of("results", Serdes.string(), Serdes.int64());
    private static final JoinWindows WINDOWS = JoinWindows.ofTimeDifference(Duration.ofSeconds(1));

    private final Pipeline.Builder builder = Pipeline.named("test");
    private final EventStream<String, Long> orders = builder.stream(ORDERS);
    private final EventStream<String, Long> results = builder.stream(RESULTS);

    private static Processor<String, Long> nothing(StoreAccess stores) {
        return (key, value, context) -> {};
    }

    private static KeyValueSpec<String, Long> store(String name) {
        return StoreSpec.keyValue(name, Serdes.string(), Serdes.int64());
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContainingAll(words)
                .hasMessageContaining("a name of its own");
    }

    @Test
    void stepsThatKeepStateHaveNamesOfTheirOwnWhateverTheirStoresAreCalled() {
        orders.deduplicate("j", (key, value) -> value, Serdes.int64(), Duration.ofSeconds(1))
                .peek((key, value) -> {});
        orders.join("j", results, Long::sum, WINDOWS).peek((key, value) -> {});
        assertRefused("Two steps are called 'j'", "'deduplicate j'", "join j'");
    }

    @Test
    void aStreamJoinedWithItselfHasANameLikeAnyOther() {
        orders.join("j", orders, Long::sum, WINDOWS).peek((key, value) -> {});
        orders.join("j", results, Long::sum, WINDOWS).peek((key, value) -> {});
        assertRefused("Two steps are called 'j'");
    }

    @Test
    void aProcessStepAndACountHaveNamesOfTheirOwn() {
        orders.process("j", NameRuleTest::nothing);
        orders.groupByKey().count("j");
        assertRefused("Two steps are called 'j'", "'process j'", "'aggregate j'");
    }

    @Test
    void aStoreThatIsCalledAsTheStoreOfAJoinIsToldOfByTheNamesOfBothSteps() {
        orders.process("apply", NameRuleTest::nothing, store("j-left"));
        orders.join("j", results, Long::sum, WINDOWS).peek((key, value) -> {});
        assertRefused("a store called 'j-left'", "'process apply'", "join j'");
    }

    @Test
    void branchesOfOneSplitHaveNamesOfTheirOwn() {
        SplitStream<String, Long> split = orders.split("way");
        split.branch("x", (key, value) -> value > 0).peek((key, value) -> {});
        split.branch("x", (key, value) -> value < 0).peek((key, value) -> {});
        assertRefused("Two branches of 'split way' are called 'x'");
    }

    @Test
    void outputsOfOneStepHaveNamesOfTheirOwn() {
        ProcessedStream step = orders.process("apply", NameRuleTest::nothing);
        step.output(Output.<String, Long>named("o")).peek((key, value) -> {});
        step.output(Output.<String, Long>named("o")).peek((key, value) -> {});
        assertRefused("Two outputs of 'process apply' are called 'o'", "keep one Output constant");
    }

    @Test
    void namesOfDifferentKindsMayBeTheSame() {
        orders.process("balances", NameRuleTest::nothing, store("balances"));
        orders.groupBy("by", (key, value) -> key, Serdes.string()).count("by");
        SplitStream<String, Long> first = orders.split("first");
        first.branch("x", (key, value) -> value > 0).peek((key, value) -> {});
        SplitStream<String, Long> second = results.split("second");
        second.branch("x", (key, value) -> value > 0).peek((key, value) -> {});
        assertThat(builder.build().steps()).isNotEmpty();
    }
}
