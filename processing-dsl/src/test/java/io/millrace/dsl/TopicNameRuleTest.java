package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.plan.Changelog;
import io.millrace.log.TopicSettings;
import io.millrace.serde.Serdes;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What topics may be called, and what several mentions of one say together. */
class TopicNameRuleTest {
    private static Topic<String, Long> topic(String name) {
        return Topic.of(name, Serdes.string(), Serdes.int64());
    }

    private static Pipeline app(Consumer<Pipeline.Builder> steps) {
        Pipeline.Builder builder = Pipeline.named("app");
        steps.accept(builder);
        return builder.build();
    }

    @Test
    void aChangelogIsCalledAsThePlanCallsIt() {
        assertThat(TopicNameRule.changelogOf("app", "c")).isEqualTo(Changelog.topic("app", "c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app-c-changelog", "app-topology", "__consumer_offsets"})
    void whatIsKeptForItselfIsNeitherWrittenNorRead(String own) {
        assertThatThrownBy(() -> app(builder -> {
                    builder.stream(topic("a")).groupByKey().count("c");
                    builder.stream(topic("b")).to(topic(own));
                }))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("Topic '" + own + "' is ")
                .hasMessageContaining("take a topic of another name");
        assertThatThrownBy(() -> app(builder -> {
                    builder.stream(topic("a")).groupByKey().count("c");
                    builder.stream(topic(own)).to(topic("b"));
                }))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'" + own + "'");
    }

    @Test
    void nobodyElseWritesBetweenTwoSteps() {
        assertThatThrownBy(() -> app(builder -> {
                    builder.stream(topic("a")).repartition("r").to(topic("b"));
                    builder.stream(topic("c")).to(topic("app-r-repartition"));
                }))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'app-r-repartition' is the application's own");
    }

    @Test
    void topicsThatDifferByCaseAloneAreRefusedWithTheirSteps() {
        assertThatThrownBy(() -> app(builder -> {
                    builder.stream(topic("a")).groupByKey().count("c");
                    builder.stream(topic("b")).groupByKey().count("C");
                }))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("'app-c-changelog' (the changelog of store 'c' of step")
                .hasMessageContaining("differ by upper and lower case alone");
        assertThatThrownBy(() -> app(builder -> builder.stream(topic("a")).to(topic("A"))))
                .hasMessageContaining("differ by upper and lower case alone");
    }

    @Test
    void mentionsOfATopicSayTogetherWhatItIs() {
        Pipeline pipeline = app(builder -> {
            builder.stream(topic("a")).to(topic("b"));
            builder.stream(topic("a").withPartitions(5)).to(topic("c"));
            builder.table(topic("t").withSettings(TopicSettings.compacted()), "t")
                    .toStream()
                    .to(topic("d"));
            builder.topics(topic("t").withPartitions(2));
        });
        assertThat(pipeline.topics())
                .contains(topic("a").withPartitions(5))
                .contains(topic("t").withPartitions(2).withSettings(TopicSettings.compacted()));
        assertThat(pipeline.topics().stream().filter(topic -> topic.name().equals("a")))
                .extracting(Topic::partitions)
                .containsExactly(OptionalInt.of(5));
    }

    @Test
    void mentionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> app(builder -> {
                    builder.stream(topic("a").withPartitions(2)).to(topic("b"));
                    builder.stream(topic("a").withPartitions(3)).to(topic("c"));
                }))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("declared with 2 and with 3 partitions");
        assertThatThrownBy(() -> app(builder -> builder.stream(topic("a").withSettings(TopicSettings.compacted()))
                        .to(topic("a").withSettings(TopicSettings.defaults().withMaxRecordBytes(7_000)))))
                .isInstanceOf(PipelineException.class);
    }
}
