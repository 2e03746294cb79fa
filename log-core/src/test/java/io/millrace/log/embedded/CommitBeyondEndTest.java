package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is committed beyond the end of its partition's log (G8). */
final class CommitBeyondEndTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final LogEngine engine = LogEngine.open(new SimulatedWorld(1).world(), EmbeddedLogConfig.defaults());
    private final LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));

    @BeforeEach
    void fill() {
        engine.admin().createTopic("orders", 2, TopicSettings.defaults());
        try (LogProducer producer = engine.producer()) {
            for (int i = 0; i < 4; i++) {
                producer.send(FIRST, 1, null, BytesView.ofUtf8("" + i), List.of());
            }
        }
        consumer.assign(Set.of(FIRST, SECOND));
    }

    @AfterEach
    void close() {
        consumer.close();
        engine.close();
    }

    @Test
    void aCommitBeyondTheEndIsRefusedAsAWholeAndSaysWhereTheEndIs() {
        LogException refused =
                catchThrowableOfType(LogException.class, () -> consumer.commit(Map.of(SECOND, 0L, FIRST, 5L)));
        assertThat(refused.disposition()).isEqualTo(Disposition.STOP);
        assertThat(refused)
                .hasMessageContaining("Group bank cannot commit offset 5 of orders-0: its log ends at 4")
                .hasMessageContaining("Commit the offset after the last record");
        CompletionException later = catchThrowableOfType(
                CompletionException.class,
                () -> consumer.commitAsync(Map.of(FIRST, 777L))
                        .toCompletableFuture()
                        .join());
        assertThat(later).hasRootCauseInstanceOf(LogException.class).hasMessageContaining("offset 777");
        assertThat(engine.admin().committedOffsets("bank")).isEmpty();
    }

    @Test
    void theEndItselfIsCommitted() {
        consumer.commit(Map.of(FIRST, 4L, SECOND, 0L));
        assertThat(engine.admin().committedOffsets("bank")).isEqualTo(Map.of(FIRST, 4L, SECOND, 0L));
    }

    @Test
    void aGroupWhoseLogLostItsEndIsDescribedSo() {
        // The rule of the engine is left out: so stands what a power cut leaves, and what earlier versions took.
        engine.groups().commit(consumer.groupMetadata(), Map.of(FIRST, 5L, SECOND, 0L));
        assertThat(engine.admin().describeGroup("bank").orElseThrow().progress())
                .extracting(progress -> progress.topicPartition() + " " + progress.isBeyondEnd())
                .containsExactly("orders-0 true", "orders-1 false");
    }
}
