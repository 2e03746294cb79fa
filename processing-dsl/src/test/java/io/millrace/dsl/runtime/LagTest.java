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
import org.junit.jupiter.api.Test;

/** How much is unread, as whoever watches an application sees it. */
class LagTest {
    private static final Topic<String, String> IN = Topic.of("in", Serdes.string(), Serdes.string());
    private static final Duration LONG = Duration.ofHours(1);

    private final Simulation simulation =
            new Simulation(3, EmbeddedLogConfig.defaults(), settings -> settings.withTransactionRecords(5));

    private Application start() {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).forEach((key, value) -> {
            if (value.equals("bad")) {
                throw new IllegalArgumentException("bad");
            }
        });
        return simulation.start(builder.build());
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
        assertThat(app.status().lag()).isEqualTo(90);
        assertThat(app.metrics().value("millrace.lag")).isEqualTo(90);
    }

    @Test
    void theRecordThatEndedAnApplicationIsUnreadAlsoIfItIsTheLast() {
        send(3, "good");
        Application app = start();
        simulation.runUntilDrained(app);
        assertThat(app.status().lag()).isZero();
        send(1, "bad");
        simulation.world().runUntil(() -> app.failure().isPresent(), LONG);
        app.close();
        assertThat(app.status().state()).isEqualTo(AppStatus.State.FAILED);
        assertThat(app.status().lag()).isEqualTo(1);
    }

    @Test
    void anApplicationThatReadAllAndWasClosedLeftNothingUnread() {
        send(3, "good");
        Application app = start();
        simulation.runUntilDrained(app);
        app.close();
        assertThat(app.status().lag()).isZero();
    }
}
