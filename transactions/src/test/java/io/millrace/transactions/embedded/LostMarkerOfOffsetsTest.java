package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.GroupMetadata;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Without a promise against power cuts, one may take the marker of the offsets and leave a later decision in the journal. What is said of the
 * offsets from then on is what stands in their partition.
 */
class LostMarkerOfOffsetsTest {
    private static final TopicPartition INPUT = new TopicPartition("input", 0);
    private static final TopicPartition OUTPUT = new TopicPartition("output", 0);
    private static final GroupMetadata GROUP = new GroupMetadata("group", "", -1);

    @Test
    void whatAnOpeningSaysOfOffsetsTheNextOneSaysToo() {
        int lost = 0;
        for (int seed = 0; seed < 400; seed++) {
            SimulatedWorld world = new SimulatedWorld(seed);
            EmbeddedLog log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
            log.admin().createTopic("input", 1, TopicSettings.defaults());
            log.admin().createTopic("output", 1, TopicSettings.defaults());
            TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
            producer.begin();
            for (int i = 1; i <= 4; i++) {
                Logs.send(producer, INPUT, "" + i);
            }
            producer.commit();
            for (int i = 1; i <= 4; i++) {
                producer.begin();
                Logs.send(producer, OUTPUT, String.valueOf(i));
                producer.sendOffsets(Map.of(INPUT, (long) i), GROUP);
                assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            }
            world = world.restart(CrashMode.POWER);
            EmbeddedLog first = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
            Map<TopicPartition, Long> said = first.admin().committedOffsets("group");
            lost += said.equals(Map.of(INPUT, 4L)) ? 0 : 1;
            world = world.restart(CrashMode.PROCESS);
            try (EmbeddedLog second = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults())) {
                assertThat(second.admin().committedOffsets("group"))
                        .as("seed " + seed)
                        .isEqualTo(said);
            }
        }
        assertThat(lost).as("cuts that took something").isPositive();
    }
}
