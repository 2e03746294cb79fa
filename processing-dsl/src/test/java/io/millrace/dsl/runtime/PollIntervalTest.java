package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How long the code of a step may take before its loop loses its partitions. */
class PollIntervalTest {
    private static final Topic<String, String> IN = Topic.of("in", Serdes.string(), Serdes.string());
    private static final Duration LONG = Duration.ofHours(10);
    private static final int RECORDS = 40;

    private final Set<String> slow = new HashSet<>();
    private final List<Application> running = new ArrayList<>();
    /** What the metric says while a slow record is processed, in seconds. */
    private final List<Double> away = new ArrayList<>();

    private Simulation simulation(Duration maxPollInterval) {
        return new Simulation(
                3,
                EmbeddedLogConfig.defaults(),
                settings -> settings.withMaxPollInterval(maxPollInterval)
                        .withCommitInterval(LONG)
                        .withRetries(0, Duration.ZERO));
    }

    /** @param pause what the slow records take, at their first try */
    private Application start(Simulation simulation, Duration pause) {
        simulation.log().admin().createTopic("in", 1, TopicSettings.defaults());
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(ProducerRecord.of("in", BytesView.ofUtf8("k"), BytesView.ofUtf8("v" + i)));
            }
        }
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).forEach((key, value) -> {
            if (slow.remove(value)) {
                simulation.world().runFor(pause); // the others run meanwhile: one of them looks who is away
                away.add(running.get(0).metrics().value("millrace.last.poll"));
            }
        });
        Application app = simulation.start(builder.build());
        running.add(app);
        return app;
    }

    @Test
    void aRecordThatTakesTooLongIsNamedWithTheSettingThatGivesItMoreTime() {
        slow.add("v39");
        Simulation simulation = simulation(Duration.ofMinutes(2));
        Application app = start(simulation, Duration.ofMinutes(3));
        simulation.world().runUntil(() -> app.failure().isPresent(), LONG);
        assertThat(app.failure().orElseThrow())
                .hasMessageContaining("Loop 'app-0' was away for PT3M")
                .hasMessageContaining("task 0_0, at the record of in-0 at offset 39")
                .hasMessageContaining("a record may take PT2M")
                .hasMessageContaining("AppSettings.withMaxPollInterval");
        app.close();
    }

    @Test
    void withALongerIntervalTheSameRecordLosesNothing() {
        slow.add("v39");
        Simulation simulation = simulation(Duration.ofMinutes(4));
        Application app = start(simulation, Duration.ofMinutes(3));
        simulation.runUntilDrained(app);
        assertThat(app.status().recordsConsumed()).isEqualTo(RECORDS);
        assertThat(away)
                .singleElement()
                .satisfies(seconds -> assertThat(seconds).isBetween(180.0, 181.0));
        app.close();
        assertThat(app.metrics().value("millrace.last.poll")).isNaN();
    }

    /** Each is within the interval, all together are far beyond it, and the commit interval bounds nothing. */
    @Test
    void recordsThatAreFastEnoughEachAreSoTogether() {
        for (int i = 0; i < RECORDS; i++) {
            slow.add("v" + i);
        }
        Simulation simulation = simulation(Duration.ofMinutes(40));
        Application app = start(simulation, Duration.ofMinutes(2));
        assertThat(simulation.world().runUntil(app::isDrained, LONG)).isTrue();
        assertThat(app.status().transactionsAborted()).isZero();
        assertThat(app.status().recordsConsumed()).isEqualTo(RECORDS);
        app.close();
    }
}
