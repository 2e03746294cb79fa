package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.Serdes;
import java.util.List;
import org.junit.jupiter.api.Test;

class CycleRuleTest {
    private static final Topic<String, Long> A = topic("a");
    private static final Topic<String, Long> B = topic("b");
    private static final Topic<String, Long> C = topic("c");

    private final Pipeline.Builder builder = Pipeline.named("test");

    private static Topic<String, Long> topic(String name) {
        return Topic.of(name, Serdes.string(), Serdes.int64());
    }

    @Test
    void aTopicThatIsWrittenToItselfIsRefusedWithTheFix() {
        builder.stream(A).to(A);
        assertThatThrownBy(builder::build)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("for ever: all that is read from 'a' is written to 'a' again")
                .hasMessageContaining("filter")
                .hasMessageContaining("process")
                .hasMessageContaining("another topic");
    }

    @Test
    void aRepartitionThroughTheTopicItselfIsRefused() {
        builder.stream(A).repartition(A).peek((key, value) -> {});
        assertThatThrownBy(builder::build).hasMessageContaining("from 'a' is written to 'a' again");
    }

    @Test
    void theTopicsOfALongWayAreNamedInOrder() {
        builder.stream(C).merge(builder.stream(topic("d"))).to(A);
        builder.stream(A).mapValues(value -> value + 1).peek((key, value) -> {}).to(B);
        builder.stream(B).map((key, value) -> key, (key, value) -> value).to(C);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("from 'c' is written to 'a' is written to 'b' is written to 'c' again");
    }

    @Test
    void aTopicOfTheApplicationsOwnIsPartOfTheWay() {
        builder.stream(A)
                .selectKey((key, value) -> key)
                .withSerdes(Serdes.string(), Serdes.int64())
                .repartition("keyed")
                .to(A);
        assertThatThrownBy(builder::build)
                .hasMessageContaining("from 'a' is written to 'test-keyed-repartition' is written to 'a' again");
    }

    @Test
    void aRoundThatIsLeftByNobodyIsRefusedAlsoBesideAWayOut() {
        builder.stream(A).filter((key, value) -> value > 0).to(B);
        builder.stream(A).to(A);
        assertThatThrownBy(builder::build).hasMessageContaining("from 'a' is written to 'a' again");
    }

    @Test
    void aStepThatMayEndARecordMakesItAProgram() {
        Output<String, Long> more = Output.named("more");
        EventStream<String, Long> input = builder.stream(A);
        input.filter((key, value) -> value > 0).to(A);
        input.flatMapValues(value -> List.of(value)).to(A);
        input.split("way").branch("again", (key, value) -> value > 0).to(A);
        input.process("step", stores -> (key, value, context) -> {})
                .output(more)
                .to(A);
        input.groupByKey().count("counts").toStream().to(A);
        input.to((key, value, origin) -> B, List.of(A, B));
        assertThat(builder.build().topics()).extracting(Topic::name).contains("a");
    }

    @Test
    void aChainThatEndsIsNoCycle() {
        builder.stream(A).to(B);
        builder.stream(A).to(C);
        builder.stream(B).to(C);
        assertThat(builder.build().steps()).hasSize(5);
    }
}
