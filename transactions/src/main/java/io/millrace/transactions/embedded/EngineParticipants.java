package io.millrace.transactions.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.transactions.coordinator.ProducerIdentity;
import io.millrace.transactions.coordinator.TransactionParticipants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of an engine. Safe for use by several threads, as the engine is. */
final class EngineParticipants implements TransactionParticipants {
    /** There is one coordinator for ever, and the directory's lock sees to that; so no marker can be fenced by a newer one. */
    static final int COORDINATOR_EPOCH = 0;

    private static final Logger LOG = LoggerFactory.getLogger(EngineParticipants.class);

    private final LogEngine engine;

    EngineParticipants(LogEngine engine) {
        this.engine = engine;
    }

    @Override
    public Markers markers(ProducerIdentity marker, boolean commit) {
        return new EngineMarkers(engine, marker, commit);
    }

    @Override
    public void appendDecision(TopicPartition topicPartition, ProducerIdentity marker, boolean commit) {
        if (!isDeleted(engine, topicPartition)) {
            engine.partition(topicPartition)
                    .appendMarker(marker.producerId(), marker.epoch(), commit, COORDINATOR_EPOCH);
        }
    }

    @Override
    public void force(List<TopicPartition> topicPartitions) {
        // Nearly always it is one, which is forced here and now: another thread would only cost time.
        PartitionLog first = null;
        List<Runnable> all = null;
        for (TopicPartition topicPartition : topicPartitions) {
            PartitionLog log = isDeleted(engine, topicPartition) ? null : engine.partition(topicPartition);
            if (log == null || log.isForced()) {
                continue;
            }
            if (first == null) {
                first = log;
                continue;
            }
            if (all == null) {
                all = new ArrayList<>(topicPartitions.size());
                all.add(first::force);
            }
            all.add(log::force);
        }
        if (all != null) {
            engine.world().scheduler().runTogether(all);
        } else if (first != null) {
            first.force();
        }
    }

    /** A transaction outlives the topics that it wrote to: what is deleted needs no marker. */
    static boolean isDeleted(LogEngine engine, TopicPartition topicPartition) {
        return engine.admin().describeTopic(topicPartition.topic()).isEmpty();
    }

    @Override
    public boolean holdsOffsets(TopicPartition topicPartition) {
        return topicPartition.equals(LogEngine.OFFSETS_PARTITION);
    }

    @Override
    public long newProducerId() {
        return engine.newProducerId();
    }

    @Override
    public List<OpenTransaction> openTransactions() {
        List<OpenTransaction> open = new ArrayList<>();
        for (TopicPartition topicPartition : engine.maybeUndecided()) {
            PartitionLog log;
            try {
                log = engine.partition(topicPartition);
            } catch (CorruptionException logged) {
                // One damaged partition must not keep the others from being used. Whoever uses this one is told.
                continue;
            } catch (LogException e) {
                LOG.error("{} is not looked through for open transactions: {}", topicPartition, e.getMessage());
                continue;
            }
            try {
                open.addAll(UndecidedTail.openTransactions(log));
            } catch (CorruptionException e) {
                LOG.error("{} is not looked through for open transactions: {}", topicPartition, e.getMessage());
            }
        }
        return open;
    }

    @Override
    public Map<Long, Short> highestEpochs() {
        // What a partition that was closed cleanly knows, the journal knows: without its last record there is no clean
        // end.
        Map<Long, Short> highest = new HashMap<>();
        for (TopicPartition topicPartition : engine.maybeUndecided()) {
            try {
                engine.partition(topicPartition)
                        .forEachProducer(
                                (producerId, epoch) -> highest.merge(producerId, epoch, EngineParticipants::higher));
            } catch (CorruptionException logged) {
                // By the engine, once.
                continue;
            } catch (LogException e) {
                LOG.error("{} is not asked for its producers: {}", topicPartition, e.getMessage());
            }
        }
        return highest;
    }

    private static Short higher(Short one, Short other) {
        return one < other ? other : one;
    }
}
