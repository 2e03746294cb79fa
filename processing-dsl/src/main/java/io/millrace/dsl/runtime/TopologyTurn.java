package io.millrace.dsl.runtime;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionalLog;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which start of an application may change what is recorded of its topology (R13): the one whose member of a group has the record's partition. It is an election, so that several that
 * start at once do the work once; what keeps the record whole if two believe that it is their turn is the transactional id with which it is written. Owned by the thread that
 * starts.
 */
final class TopologyTurn implements RebalanceListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyTurn.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TransactionalLog log;
    private final String application;
    private @Nullable LogConsumer consumer;
    private boolean isOurs;

    TopologyTurn(TransactionalLog log, String application) {
        this.log = log;
        this.application = application;
    }

    /** Waits until nobody else has it. What was read before is old then. There is a record. If it fails, it may be called again. */
    void await() {
        TopicPartition place = TopologyRecord.partition(application);
        LogConsumer member = consumer;
        if (member == null) {
            // No application's name has an @, so that this is no other one's group.
            member = log.consumer(ConsumerConfig.group(application + "@topology"));
            consumer = member;
        }
        member.subscribe(Set.of(place.topic()), this);
        boolean isTold = false;
        member.poll(Duration.ZERO);
        while (!isOurs) {
            if (!isTold) {
                isTold = true;
                LOG.info("Application {} waits for another start of it, which changes what it keeps", application);
            }
            member.poll(PATIENCE);
        }
    }

    /** Says that the work goes on, which must be said every few minutes. */
    void keep() {
        LogConsumer member = consumer;
        if (member != null) {
            member.poll(Duration.ZERO);
        }
    }

    @Override
    public void onAssigned(Set<TopicPartition> partitions) {
        LogConsumer member = consumer;
        if (member != null && !partitions.isEmpty()) {
            member.pause(partitions); // to have it is all
            isOurs = true;
        }
    }

    @Override
    public void onRevoked(Set<TopicPartition> partitions) {
        isOurs = false;
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        isOurs = false;
    }

    /** Leaves it to the next one. */
    @Override
    public void close() {
        LogConsumer member = consumer;
        consumer = null;
        if (member != null) {
            member.leave();
        }
    }
}
