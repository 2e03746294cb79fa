package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.PipelineTestSettings;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How large a record may be that the application's own topics take, and with them the entries of its stores. */
class LargeRecordTest {
    private static final int MIB = 1 << 20;
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(1);

    /** Taken anew at every start. */
    private UnaryOperator<AppSettings> settings = same -> same;

    private final PipelineTest test = PipelineTest.of(
            pipeline(), PipelineTestSettings.defaults().withApplication(given -> settings.apply(given)));

    @AfterEach
    void close() {
        test.close();
    }

    /** Keeps texts as long as the values say, sent through a topic of the application's own, and tells their lengths. */
    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .onError(ErrorPolicy.skip())
                .mapValues(length -> "x".repeat(length.intValue()))
                .withSerdes(Serdes.string(), Serdes.string())
                .repartition("through")
                .toTable("texts")
                .toStream()
                .mapValues(text -> (long) text.length())
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT);
        return builder.build();
    }

    @Test
    void aSettingLetsStoresAndOwnTopicsTakeLargerRecords() {
        settings = given -> given.withMaxRecordBytes(8 * MIB);
        test.input(IN).send("a", 5_000_000L);
        test.input(IN).send("b", 9_000_000L);
        test.run();
        assertThat(test.output(OUT).readValues()).containsExactly(5_000_000L);
        assertThat(test.status().recordsSkipped()).isEqualTo(1);
        assertThat(maxRecordBytes("app-texts-changelog")).isEqualTo(8 * MIB);
        assertThat(maxRecordBytes("app-through-repartition")).isEqualTo(8 * MIB);
    }

    @Test
    void itHoldsFromTheNextStartOnAndLeavesTheOtherSettingsAsTheyAre() {
        test.input(IN).send("a", 1L);
        test.run();
        assertThat(maxRecordBytes("app-texts-changelog")).isEqualTo(MIB);
        TopicSettings chosen = TopicSettings.compacted().withSegmentBytes(4 * MIB);
        test.log().admin().alterTopic("app-texts-changelog", chosen);

        settings = given -> given.withMaxRecordBytes(2 * MIB);
        test.crashAndRestart();
        test.input(IN).send("a", 1_500_000L);
        test.run();
        assertThat(test.output(OUT).readValues()).containsExactly(1L, 1_500_000L);
        assertThat(test.log()
                        .admin()
                        .describeTopic("app-texts-changelog")
                        .orElseThrow()
                        .settings())
                .isEqualTo(chosen.withMaxRecordBytes(2 * MIB));

        settings = same -> same;
        test.crashAndRestart();
        test.run();
        assertThat(maxRecordBytes("app-texts-changelog"))
                .as("not said: as it is")
                .isEqualTo(2 * MIB);
    }

    @Test
    void aSizeThatNobodyCanWantIsRefused() {
        AppSettings some = AppSettings.of(new SimulatedWorld(1).world(), MemoryBackend::new);
        assertThatThrownBy(() -> some.withMaxRecordBytes(8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxRecordBytes is 1024 to 2147483647 bytes, got 8");
    }

    private int maxRecordBytes(String topic) {
        return test.log().admin().describeTopic(topic).orElseThrow().settings().maxRecordBytes();
    }
}
