package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is particular to members with an instance id, which move partitions in two rebalances. */
class StaticMembersTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    @BeforeEach
    void empty() {
        TestBroker.empty();
    }

    @Test
    void whoIsStartedAnewBetweenTheRebalancesOfAMoveLeavesNoPartitionToNobody() {
        try (KafkaLog log = TestBroker.connect()) {
            log.admin().createTopic("left", 4, TopicSettings.defaults());
            log.admin().createTopic("right", 4, TopicSettings.defaults());
            LogConsumer first = member(log, "first");
            while (first.assignment().size() < 8) {
                first.poll(SHORT);
            }
            try (LogConsumer second = member(log, "second")) {
                // The first joins in again, and its client is told of its half; that it gives up the other half is what
                // its next poll would do. Where the
                // members come to it in another order, the end is to be the same.
                for (int polls = 0; polls < 200 && !ownedByHalf(log); polls++) {
                    if (isAskedToJoin()) {
                        first.poll(Duration.ZERO);
                    }
                    second.poll(SHORT);
                }
                first.close();
                try (LogConsumer again = member(log, "first")) {
                    for (int polls = 0;
                            again.assignment().size() != 4
                                    || second.assignment().size() != 4;
                            polls++) {
                        assertThat(polls).as("polls until each has half").isLessThan(500);
                        again.poll(SHORT);
                        second.poll(SHORT);
                    }
                    for (TopicPartition partition : again.assignment()) {
                        assertThat(again.assignment())
                                .contains(new TopicPartition("left", partition.partition()))
                                .contains(new TopicPartition("right", partition.partition()));
                    }
                    again.leave();
                }
                second.leave();
            }
        }
    }

    private static LogConsumer member(KafkaLog log, String instance) {
        LogConsumer consumer = log.consumer(
                ConsumerConfig.group("pairs").withInstanceId(instance).withSessionTimeout(Duration.ofSeconds(6)));
        consumer.subscribe(Set.of("left", "right"), RebalanceListener.NONE);
        return consumer;
    }

    private static boolean isAskedToJoin() {
        return TestBroker.stateOf("pairs") == GroupState.PREPARING_REBALANCE;
    }

    private static boolean ownedByHalf(KafkaLog log) {
        return TestBroker.stateOf("pairs") == GroupState.STABLE
                && log.admin().describeGroup("pairs").orElseThrow().members().size() == 2;
    }
}
