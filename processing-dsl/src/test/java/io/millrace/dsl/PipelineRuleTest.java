package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineRuleTest {
    private static final Topic<String, Long> ORDERS = Topic.of("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> RESULTS = Topic.of("results", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, Long> BALANCES =
            StoreSpec.keyValue("balances", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> OUT = Output.named("out");

    private final Pipeline.Builder builder = Pipeline.named("test");

    private static Processor<String, Long> nothing(StoreAccess stores) {
        return (key, value, context) -> {};
    }

    @Test
    void anEmptyPipelineIsRefused() {
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("begin with stream(topic)");
    }

    @Test
    void twoStepsOfOneNameAreRefused() {
        builder.stream(ORDERS).process("apply", PipelineRuleTest::nothing);
        builder.stream(ORDERS).process("apply", PipelineRuleTest::nothing);
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'apply'");
    }

    @Test
    void aStoreBelongsToOneStep() {
        builder.stream(ORDERS).process("apply", PipelineRuleTest::nothing, BALANCES);
        builder.stream(ORDERS).process("audit", PipelineRuleTest::nothing, BALANCES);
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps keep a store called 'balances'");
    }

    @Test
    void aTopicHasOneType() {
        builder.stream(ORDERS).to(RESULTS);
        builder.stream(Topic.of("results", Serdes.string(), Serdes.string())).peek((key, value) -> {});
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'results' is used as <")
                .hasMessageContaining("keep one Topic constant");
    }

    @Test
    void whatFailsDoesNotGoRound() {
        builder.stream(ORDERS).onError(ErrorPolicy.deadLetter(ORDERS)).peek((key, value) -> {});
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("what fails of 'orders' is set aside in 'orders', which is read");
        Pipeline.Builder two = Pipeline.named("two");
        two.stream(ORDERS).onError(ErrorPolicy.deadLetter(RESULTS)).peek((key, value) -> {});
        two.stream(RESULTS).onError(ErrorPolicy.deadLetter(ORDERS)).peek((key, value) -> {});
        assertThatThrownBy(two::build)
                .hasMessageContaining("what fails of 'orders' is set aside in 'results' is set aside in 'orders'");
        Pipeline.Builder once = Pipeline.named("once");
        once.stream(ORDERS).onError(ErrorPolicy.deadLetter(RESULTS)).peek((key, value) -> {});
        once.stream(RESULTS).onError(ErrorPolicy.skip()).peek((key, value) -> {});
        assertThat(once.build().steps()).isNotEmpty();
    }

    /** An encoding by another class under a name that is taken. */
    private record Imitated(String name) implements Serde<Long> {
        @Override
        public void write(Long value, BytesWriter out) {
            Serdes.int64().write(value, out);
        }

        @Override
        public Long read(BytesView in) {
            return Serdes.int64().read(in);
        }
    }

    @Test
    void twoClassesOfOneNameAreTwoTypes() {
        Serde<Long> imitated = new Imitated(Serdes.int64().name());
        builder.stream(ORDERS).to(RESULTS);
        builder.stream(Topic.of("results", Serdes.string(), imitated)).peek((key, value) -> {});
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'results' is used as <")
                .hasMessageContaining(Imitated.class.getName())
                .hasMessageContaining("keep one Topic constant");
    }

    @Test
    void whatMeetsByKeyIsNotSpreadInTwoWays() {
        EventStream<String, Long> orders = builder.stream(ORDERS);
        Table<String, Long> chosen = orders.selectKey((key, value) -> key)
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("chosen", (key, value, partitions) -> 0)
                .toTable("rows");
        EventStream<String, Long> byKey = orders.repartition("by-key");
        byKey.join(chosen, Long::sum).withValueSerde(Serdes.int64()).to(RESULTS);
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining(
                        "'join with a table' goes by key, but topic 'test-chosen-repartition' is written with"
                                + " a partitioner and 'test-by-key-repartition' by key alone")
                .hasMessageContaining("give both repartition(...) calls the same partitioner, or neither");
    }

    @Test
    void whatMeetsByKeyMayBeSpreadByChoiceIfAllIs() {
        StreamPartitioner<String, Long> last = (key, value, partitions) -> partitions - 1;
        EventStream<String, Long> orders = builder.stream(ORDERS);
        Table<String, Long> rows = orders.repartition("rows", last).toTable("rows");
        Table<String, Long> foreign = rows.join("refers", rows, (key, value) -> key, Long::sum, Serdes.int64());
        orders.repartition("more", 4, last)
                .join(foreign, Long::sum)
                .withValueSerde(Serdes.int64())
                .to(RESULTS);
        assertThat(builder.build().topics())
                .filteredOn(topic -> topic.name().equals("test-more-repartition"))
                .singleElement()
                .satisfies(topic -> assertThat(topic.partitions()).hasValue(4));
    }

    @Test
    void aTopicHasOneNumberOfPartitions() {
        builder.stream(ORDERS.withPartitions(4)).to(RESULTS);
        builder.topics(ORDERS.withPartitions(8));
        assertThatThrownBy(builder::build).hasMessageContaining("declared with 4 and with 8 partitions");
    }

    @Test
    void aMentionWithPartitionsWinsOverOneWithout() {
        builder.stream(ORDERS).to(RESULTS.withPartitions(2));
        builder.topics(ORDERS.withPartitions(4));
        assertThat(builder.build().topics())
                .extracting(topic -> topic.name() + topic.partitions().orElse(-1))
                .containsExactlyInAnyOrder("orders4", "results2");
    }

    @Test
    void mergedInputsOfStateNeedEquallyManyPartitions() {
        builder.stream(ORDERS.withPartitions(4))
                .merge(builder.stream(RESULTS.withPartitions(2)))
                .process("apply", PipelineRuleTest::nothing, BALANCES);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("equally many partitions")
                .hasMessageContaining("orders has 4 and results has 2")
                .hasMessageContaining("the same withPartitions(n)");
    }

    @Test
    void mergedInputsWithoutStateMayDiffer() {
        builder.stream(ORDERS.withPartitions(4))
                .merge(builder.stream(RESULTS.withPartitions(2)))
                .peek((key, value) -> {});
        assertThat(builder.build().steps()).hasSize(4);
    }

    @Test
    void severalTopicsInOneStreamHaveTheSameTypesAndAreNamedOnce() {
        Topic<String, Long> others = Topic.of("others", Serdes.string(), OrderedSerdes.int64());
        assertThatThrownBy(() -> builder.stream(ORDERS, others))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Topic 'orders' is one of <")
                .hasMessageContaining("and 'others' one of <")
                .hasMessageContaining("merge the streams");
        assertThatThrownBy(() -> builder.stream(ORDERS, RESULTS, ORDERS))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'orders' is named twice in stream(topics)");
        assertThatThrownBy(() -> builder.stream(List.<Topic<String, Long>>of()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("name one at least");
    }

    @Test
    void severalTopicsBeforeStateNeedEquallyManyPartitions() {
        builder.stream(List.of(ORDERS.withPartitions(4), RESULTS.withPartitions(2)))
                .groupByKey()
                .count("counts");
        assertThatThrownBy(builder::build).hasMessageContaining("orders has 4 and results has 2");
    }

    @Test
    void aStreamOfOneTopicOfAListIsThatTopics() {
        builder.stream(ORDERS).onError(ErrorPolicy.skip());
        builder.stream(List.of(ORDERS)).peek((key, value) -> {});
        Step.Source source = (Step.Source) builder.build().steps().get(0);
        assertThat(source.topic()).isEqualTo(ORDERS);
        assertThat(source.errorPolicies().processing()).isEqualTo(ErrorPolicy.skip());
    }

    @Test
    void aStepIsNamedByTheMethodThatWasCalled() {
        builder.stream(ORDERS).selectKey((key, value) -> value);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'selectKey'");
    }

    @Test
    void stateBehindAChangedKeyIsRefusedWithTheFix() {
        builder.stream(ORDERS)
                .selectKey((key, value) -> key + value)
                .process("apply", PipelineRuleTest::nothing, BALANCES);
        assertThatThrownBy(builder::build).hasMessageContaining("call repartition(name) between the two");
    }

    @Test
    void groupingByAChangedKeyIsRefusedWithTheFix() {
        EventStream<String, Long> changed = builder.stream(ORDERS).selectKey((key, value) -> key + value);
        assertThatThrownBy(changed::groupByKey).hasMessageContaining("call repartition(name) before groupByKey()");
    }

    @Test
    void repartitionGivesTheChangedKeyItsPlaceAgain() {
        builder.stream(ORDERS)
                .selectKey((key, value) -> key + value)
                .repartition(RESULTS)
                .groupByKey()
                .count("counts");
        assertThat(builder.build().steps()).hasSize(5);
    }

    @Test
    void aStreamThatLeadsNowhereIsAForgottenStep() {
        builder.stream(ORDERS).mapValues(value -> value + 1);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'mapValues'");
    }

    @Test
    void anOutputThatLeadsNowhereIsAForgottenStep() {
        builder.stream(ORDERS).process("apply", PipelineRuleTest::nothing).output(OUT);
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'output out'");
    }

    @Test
    void askingForATopicTwiceGivesTheSameStream() {
        builder.stream(ORDERS).to(RESULTS);
        builder.stream(ORDERS).peek((key, value) -> {});
        assertThat(builder.build().steps().stream().filter(Step.Source.class::isInstance))
                .hasSize(1);
    }

    @Test
    void aStreamCannotBeMergedWithItself() {
        EventStream<String, Long> orders = builder.stream(ORDERS);
        assertThatThrownBy(() -> orders.merge(orders)).hasMessageContaining("merged with itself");
    }

    @Test
    void streamsOfTwoPipelinesCannotBeMerged() {
        EventStream<String, Long> other = Pipeline.named("other").stream(ORDERS);
        EventStream<String, Long> orders = builder.stream(ORDERS);
        assertThatThrownBy(() -> orders.merge(other)).hasMessageContaining("two pipelines, 'test' and 'other'");
    }

    @Test
    void thePolicyOfAStreamWinsOverThatOfThePipeline() {
        builder.onError(ErrorPolicy.skip());
        builder.stream(ORDERS).onError(ErrorPolicy.retry(3, Duration.ZERO).then(ErrorPolicy.deadLetter(RESULTS)));
        builder.stream(ORDERS).peek((key, value) -> {});
        builder.stream(Topic.of("more", Serdes.string(), Serdes.int64())).peek((key, value) -> {});
        Pipeline pipeline = builder.build();
        assertThat(pipeline.steps().stream()
                        .filter(Step.Source.class::isInstance)
                        .map(step -> ((Step.Source) step)
                                .errorPolicies()
                                .processing()
                                .getClass()
                                .getSimpleName()))
                .containsExactly("Retry", "Skip");
        assertThat(pipeline.topics()).extracting(Topic::name).contains("results");
    }

    private static ErrorPolicies policies(Pipeline.Builder builder) {
        builder.stream(ORDERS).peek((key, value) -> {});
        return ((Step.Source) builder.build().steps().get(0)).errorPolicies();
    }

    @Test
    void whatIsSaidOfAKindOfErrorsCountsBeforeWhatIsSaidOfAllAndThenTheStreamBeforeThePipeline() {
        ErrorPolicy skip = ErrorPolicy.skip();
        ErrorPolicy dead = ErrorPolicy.deadLetter(RESULTS);
        ErrorPolicy retry = ErrorPolicy.retry(2, Duration.ZERO);
        assertThat(policies(Pipeline.named("none"))).isEqualTo(ErrorPolicies.STOP);
        assertThat(policies(Pipeline.named("all").onError(skip))).isEqualTo(new ErrorPolicies(skip, skip, skip));
        assertThat(policies(Pipeline.named("each")
                        .onDeserializationError(skip)
                        .onProcessingError(dead)
                        .onProductionError(retry)))
                .isEqualTo(new ErrorPolicies(skip, dead, retry));

        builder.onError(skip).onDeserializationError(retry).onProductionError(retry);
        builder.stream(ORDERS).onError(dead).onProductionError(skip);
        assertThat(policies(builder)).isEqualTo(new ErrorPolicies(retry, dead, skip));
    }

    @Test
    void aStreamSaysOncePerKindWhatBecomesOfErrors() {
        SourceStream<String, Long> orders = builder.stream(ORDERS);
        orders.onError(ErrorPolicy.skip()).onProcessingError(ErrorPolicy.stop()).onError(ErrorPolicy.skip());
        assertThatThrownBy(() -> orders.onError(ErrorPolicy.stop()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("has two policies for errors")
                .hasMessageContaining("call onError once");
        assertThatThrownBy(() -> orders.onProcessingError(ErrorPolicy.skip()))
                .hasMessageContaining("has two policies for processing errors")
                .hasMessageContaining("call onProcessingError once");
    }

    @Test
    void deadLettersOfEachKindAreTopicsOfThePipeline() {
        builder.stream(ORDERS).onDeserializationError(ErrorPolicy.deadLetter(RESULTS));
        builder.stream(ORDERS)
                .onProductionError(ErrorPolicy.deadLetter(Topic.of("unwritten", Serdes.string(), Serdes.int64())));
        builder.stream(ORDERS).peek((key, value) -> {});
        assertThat(builder.build().topics()).extracting(Topic::name).contains("results", "unwritten");
    }

    @Test
    void twoSourcesOfOneNameAreRefused() {
        builder.ingest("csv", EmptySource::new, (item, out) -> {});
        builder.ingest("csv", EmptySource::new, (item, out) -> {});
        assertThatThrownBy(builder::build).hasMessageContaining("Two sources are called 'csv'");
    }

    @Test
    void namesBecomeTopicsAndDirectoriesSoTheyAreChecked() {
        assertThatThrownBy(() -> Pipeline.named("../bank")).hasMessageContaining("a-z");
        assertThatThrownBy(() -> Topic.of("a/b", Serdes.string(), Serdes.int64()))
                .hasMessageContaining("topic");
        assertThatThrownBy(() -> Output.named("")).hasMessageContaining("output");
    }

    private static final class EmptySource implements RecordSource<String> {
        @Override
        public void seek(long position) {}

        @Override
        public String next() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public boolean isFinished() {
            return true;
        }

        @Override
        public void close() {}
    }
}
