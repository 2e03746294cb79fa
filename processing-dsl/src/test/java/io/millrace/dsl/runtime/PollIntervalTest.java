package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppStatus;
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
        send(simulation, RECORDS);
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

    private static void send(Simulation simulation, int count) {
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < count; i++) {
                producer.send(ProducerRecord.of("in", BytesView.ofUtf8("k"), BytesView.ofUtf8("v" + i)));
            }
        }
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

    /** Two loops, of which one hangs: what it had goes to the other one, and counts there, at every moment. */
    @Test
    void whatALoopThatHangsHadCountsOnce() {
        int partitions = 3;
        Simulation simulation = new Simulation(
                3,
                EmbeddedLogConfig.defaults(),
                settings -> settings.withMaxPollInterval(Duration.ofMinutes(2))
                        .withLoops(2)
                        .withRetries(2, Duration.ZERO));
        simulation.log().admin().createTopic("in", partitions, TopicSettings.defaults());
        List<AppStatus> whileItHangs = new ArrayList<>();
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN)
                .mapValues(value -> {
                    if (slow.remove(value)) {
                        for (int second = 0; second < 300; second++) {
                            simulation.world().runFor(Duration.ofSeconds(1));
                            AppStatus status = running.get(0).status();
                            whileItHangs.add(status);
                            assertThat(running.get(0).metrics().value("millrace.tasks"))
                                    .isEqualTo((double) status.tasks().owned());
                        }
                    }
                    return value;
                })
                .groupByKey()
                .count("counts");
        Application app = simulation.start(builder.build());
        running.add(app);
        simulation.runUntilDrained(app);
        assertThat(app.status().tasks().owned()).isEqualTo(partitions);
        slow.add("v0");
        send(simulation, RECORDS);
        simulation.runUntilDrained(app);
        assertThat(whileItHangs).allSatisfy(status -> {
            assertThat(status.tasks().owned()).isLessThanOrEqualTo(partitions);
            assertThat(status.lag().orElse(0)).isLessThanOrEqualTo(RECORDS + 1);
            assertThat(status.restoring().tasks() > 0 || status.restoring().fraction() == 1)
                    .isTrue();
        });
        AppStatus last = whileItHangs.get(whileItHangs.size() - 1);
        assertThat(last.tasks().owned()).as("the other loop has them").isEqualTo(partitions);
        assertThat(last.tasks().waiting()).as("for the stores").isPositive();
        assertThat(last.state()).isEqualTo(AppStatus.State.REBALANCING);
        assertThat(app.status().tasks()).isEqualTo(new AppStatus.Tasks(partitions, 0, 0));
        app.close();
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
