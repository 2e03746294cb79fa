package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.ProducerConfig.LagPolicy;
import io.millrace.log.TopicPartition;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import java.time.Duration;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds a producer back while groups lag. Owned by the producer's thread; asks the cluster once a batch. */
final class LagGate {
    /** How long a producer that waits lets the cluster alone. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final KafkaLog log;
    private final LagPolicy policy;
    private final SortedSet<String> groups;
    private final long patienceNanos;

    LagGate(KafkaLog log, LagPolicy policy, Duration maxBlock) {
        this.log = log;
        this.policy = policy;
        this.groups = new TreeSet<>(policy.groups());
        this.patienceNanos = Ticker.nanosOf(maxBlock);
    }

    /** @throws LogException with RETRY if a group lags too much in this partition, and does not catch up in time where that is waited for */
    void pass(TopicPartition partition) {
        SortedMap<String, Long> laggards = laggards(partition);
        if (policy.action() == LagPolicy.Action.BLOCK) {
            Ticker ticker = log.calls().ticker();
            Waiter waiter = log.calls().newWaiter();
            long begin = ticker.nanos();
            while (!laggards.isEmpty()
                    && ticker.nanos() - begin < patienceNanos
                    && !Thread.currentThread().isInterrupted()) {
                waiter.await(Math.min(PAUSE.toNanos(), patienceNanos));
                laggards = laggards(partition);
            }
        }
        if (!laggards.isEmpty()) {
            String group = laggards.firstKey();
            throw new LogException(
                    Disposition.RETRY,
                    "Group " + group + " lags " + laggards.get(group) + " offsets behind in " + partition
                            + ", more than the " + policy.maxLag()
                            + " that the producer's lag policy allows: the record was not taken. Send again once the group has"
                            + " caught up");
        }
    }

    private SortedMap<String, Long> laggards(TopicPartition partition) {
        long end = log.offsets().end(partition, Isolation.READ_UNCOMMITTED);
        long start = log.offsets().start(partition);
        SortedMap<String, Long> laggards = new TreeMap<>();
        for (String group : groups) {
            long committed = log.groups().committed(group).getOrDefault(partition, 0L);
            long lag = end - Math.max(committed, start);
            if (lag > policy.maxLag()) {
                laggards.put(group, lag);
            }
        }
        return laggards;
    }
}
