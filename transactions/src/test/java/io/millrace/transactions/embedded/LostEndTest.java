package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.OffsetTarget;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A power cut takes the end of a partition, which nothing was promised against, and leaves the offset of a group that had read it. */
class LostEndTest {
    private static final TopicPartition INPUT = new TopicPartition("a", 0);
    private static final int READ = 3;

    @Test
    void aGroupThatHasReadWhatIsLostStopsAndIsToldHowToGoOn() {
        int lost = 0;
        for (long seed = 0; seed < 64; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            write(EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults()));
            SimulatedWorld next = world.restart(CrashMode.POWER);
            EmbeddedLog log = EmbeddedLog.open(next.world(), EmbeddedLogConfig.defaults());
            if (log.admin().describeTopic("a").isPresent()
                    && log.admin().committedOffsets("readers").containsKey(INPUT)
                    && log.admin().endOffset(INPUT, Isolation.READ_UNCOMMITTED) < READ) {
                lost++;
                check(log);
            }
            log.close();
        }
        assertThat(lost)
                .as("seeds whose cut took the input and left the offset")
                .isPositive();
    }

    private static void write(EmbeddedLog log) {
        log.admin().createTopic("a", 1, TopicSettings.defaults());
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("input"))) {
            producer.begin();
            for (int i = 0; i < READ; i++) {
                Logs.send(producer, INPUT, "" + i);
            }
            producer.commit();
            producer.begin();
            producer.sendOffsets(Map.of(INPUT, (long) READ), new GroupMetadata("readers", "", -1));
            producer.commit();
        }
    }

    private static void check(EmbeddedLog log) {
        long end = log.admin().endOffset(INPUT, Isolation.READ_UNCOMMITTED);
        try (LogConsumer consumer = log.consumer(ConsumerConfig.group("readers"))) {
            consumer.subscribe(Set.of("a"), RebalanceListener.NONE);
            LogException stopped = catchThrowableOfType(LogException.class, () -> consumer.poll(Duration.ZERO));
            assertThat(stopped.disposition()).isEqualTo(Disposition.STOP);
            assertThat(stopped)
                    .hasMessageContaining("Group readers has read a-0 up to offset 3, but the log ends at " + end)
                    .hasMessageContaining("millrace groups reset-offsets readers --topic a:0 --to-latest");
        }
        log.admin().resetOffsets(log.admin().planOffsetReset("readers", Set.of(INPUT), new OffsetTarget.Latest()));
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("input"));
                LogConsumer consumer = log.consumer(ConsumerConfig.group("readers"))) {
            producer.begin();
            Logs.send(producer, INPUT, "after");
            producer.commit();
            consumer.subscribe(Set.of("a"), RebalanceListener.NONE);
            assertThat(consumer.poll(Duration.ZERO)).hasSize(1);
            assertThat(consumer.position(INPUT)).isEqualTo(end);
        }
    }
}
