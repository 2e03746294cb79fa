package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.GroupDescription;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How much is unread, as whoever watches an application sees it. */
class LagTest {
    private static final Topic<String, String> IN = Topic.of("in", Serdes.string(), Serdes.string());
    private static final Duration LONG = Duration.ofHours(1);

    private final Simulation simulation =
            new Simulation(3, EmbeddedLogConfig.defaults(), settings -> settings.withTransactionRecords(5));

    private Application start() {
        return simulation.start(pipeline());
    }

    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).forEach((key, value) -> {
            if (value.equals("bad")) {
                throw new IllegalArgumentException("bad");
            } else if (value.equals("fatal")) {
                throw new LinkageError("fatal");
            }
        });
        return builder.build();
    }

    private void send(int count, String value) {
        simulation.log().admin().createTopic("in", 1, TopicSettings.defaults());
        try (LogProducer producer = simulation.log().producer()) {
            for (int i = 0; i < count; i++) {
                producer.send(ProducerRecord.of("in", BytesView.ofUtf8("k"), BytesView.ofUtf8(value)));
            }
        }
    }

    /** Seven are read and not committed: of five, five, and two. */
    @Test
    void anApplicationThatFailedIsAsFarBehindAsWhatItHasCommitted() {
        send(12, "good");
        send(1, "bad");
        send(87, "good");
        Application app = start();
        simulation.world().runUntil(() -> app.failure().isPresent(), LONG);
        app.close();
        assertThat(app.status().state()).isEqualTo(AppStatus.State.FAILED);
        assertThat(app.status().lag()).hasValue(90);
        assertThat(app.metrics().value("millrace.lag")).isEqualTo(90);
    }

    @Test
    void theRecordThatEndedAnApplicationIsUnreadAlsoIfItIsTheLast() {
        send(3, "good");
        Application app = start();
        simulation.runUntilDrained(app);
        assertThat(app.status().lag()).hasValue(0);
        send(1, "bad");
        simulation.world().runUntil(() -> app.failure().isPresent(), LONG);
        app.close();
        assertThat(app.status().state()).isEqualTo(AppStatus.State.FAILED);
        assertThat(app.status().lag()).hasValue(1);
    }

    @Test
    void anApplicationThatReadAllAndWasClosedLeftNothingUnread() {
        send(3, "good");
        Application app = start();
        simulation.runUntilDrained(app);
        app.close();
        assertThat(app.status().lag()).hasValue(0);
    }

    /** The one that ends it included: until then, the metric lacked what its step had read. */
    @Test
    void everyRecordThatWasGivenToTheStepsIsConsumedHoweverThatEnds() {
        send(12, "good");
        send(1, "bad");
        send(87, "good");
        Application app = start();
        simulation.world().runUntil(() -> app.failure().isPresent(), LONG);
        assertThat(app.status().recordsConsumed()).isEqualTo(13);
        assertThat(app.metrics().value("millrace.records.consumed")).isEqualTo(13);
        app.close();
        assertThat(app.status().recordsConsumed()).isEqualTo(13);
    }

    /** After an error the loop does nothing more, and so tells nothing at its end. */
    @Test
    void soItIsBeforeAnErrorThatEndsAll() {
        send(12, "good");
        send(1, "fatal");
        send(87, "good");
        Application app = start();
        simulation.world().runUntil(() -> app.failure().isPresent(), LONG);
        assertThat(app.failure().orElseThrow()).isInstanceOf(LinkageError.class);
        assertThat(app.metrics().value("millrace.records.consumed")).isEqualTo(13);
        app.close();
    }

    /** One partition, two instances: which of them has it, the group decides. */
    @Test
    void whoOwnsNothingSaysNothingOfWhatIsUnreadAndStandsBy() {
        send(3, "good");
        Application one = start();
        simulation.runUntilDrained(one);
        Application two = pipeline()
                .start(
                        simulation.log(),
                        AppSettings.of(simulation.world().world(), MemoryBackend::new)
                                .withLoops(2),
                        "two");
        simulation.world().runUntil(() -> two.status().state() == AppStatus.State.RUNNING && isStable(), LONG);
        Application idle = one.status().tasks().owned() == 0 ? one : two;
        assertThat(idle.status().state()).isEqualTo(AppStatus.State.RUNNING);
        assertThat(idle.status().tasks()).isEqualTo(new AppStatus.Tasks(0, 0, 0));
        assertThat(idle.status().lag()).isEmpty();
        assertThat(idle.metrics().value("millrace.lag")).isNaN();
        assertThat(idle.metrics().value("millrace.tasks")).isZero();
        Application busy = idle == one ? two : one;
        assertThat(busy.status().tasks()).isEqualTo(new AppStatus.Tasks(1, 0, 0));
        assertThat(busy.status().lag()).hasValue(0);
        assertThat(busy.metrics().value("millrace.lag")).isZero();
        assertThat(busy.metrics().value("millrace.tasks")).isEqualTo(1);
        busy.close();
        assertThat(busy.status().tasks().owned()).isZero();
        assertThat(busy.status().lag()).as("as it was at its end").hasValue(0);
        simulation.world().runUntil(() -> idle.status().tasks().running() == 1, LONG);
        assertThat(idle.status().lag()).hasValue(0);
        idle.close();
    }

    private boolean isStable() {
        return simulation
                .log()
                .admin()
                .describeGroup("app")
                .filter(group -> group.state() == GroupDescription.State.STABLE)
                .isPresent();
    }
}
