package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cluster's coordinators and partitions know of transactions. Safe for use by several threads. */
final class KafkaTransactionAdmin implements TransactionAdmin {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransactionAdmin.class);
    private static final String ONGOING = "Ongoing";

    private final KafkaLog log;
    private final ClusterCalls calls;
    private final InstantSource clock;

    KafkaTransactionAdmin(KafkaLog log, InstantSource clock) {
        this.log = log;
        this.calls = log.calls();
        this.clock = clock;
    }

    @Override
    public List<TransactionDescription> list() {
        Set<String> ids = new TreeSet<>();
        for (TransactionListing listing : calls.await(
                "The transactions could not be listed",
                calls.admin().listTransactions().all())) {
            ids.add(listing.transactionalId());
        }
        List<TransactionDescription> found = new ArrayList<>();
        var answers = calls.admin().describeTransactions(ids);
        for (String id : ids) {
            describe(id, answers.description(id)).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public Optional<TransactionDescription> describe(String transactionalId) {
        return describe(
                transactionalId,
                calls.admin().describeTransactions(List.of(transactionalId)).description(transactionalId));
    }

    private Optional<TransactionDescription> describe(
            String id, KafkaFuture<org.apache.kafka.clients.admin.TransactionDescription> answer) {
        org.apache.kafka.clients.admin.TransactionDescription known;
        try {
            known = calls.await("Transactional id " + id + " could not be described", answer);
        } catch (LogException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
        long began = known.transactionStartTimeMs().orElse(-1);
        Set<TopicPartition> partitions = new TreeSet<>(Names.ours(known.topicPartitions()));
        // Those are the groups' offsets, which every engine keeps where it likes.
        partitions.removeIf(partition -> Names.isInternal(partition.topic()));
        return Optional.of(new TransactionDescription(
                id,
                known.state().toString(),
                known.producerId(),
                (short) known.producerEpoch(),
                began < 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, clock.millis() - began)),
                partitions));
    }

    @Override
    public List<HangingTransaction> findHanging(Duration minimumAge) {
        Map<Long, TransactionDescription> open = new HashMap<>();
        for (TransactionDescription description : list()) {
            if (description.state().equals(ONGOING)) {
                open.put(description.producerId(), description);
            }
        }
        List<TopicPartition> partitions = new ArrayList<>();
        log.admin().topics().stream().filter(topic -> !topic.internal()).forEach(topic -> {
            for (int number = 0; number < topic.partitions(); number++) {
                partitions.add(new TopicPartition(topic.name(), number));
            }
        });
        SortedMap<Long, HangingTransaction> hanging = new TreeMap<>();
        undecided(partitions)
                .forEach((partition, producers) -> producers.forEach(producer -> {
                    HangingTransaction before = hanging.get(producer.producerId());
                    List<HangingTransaction.Open> places =
                            new ArrayList<>(before == null ? List.of() : before.partitions());
                    places.add(place(partition, producer));
                    hanging.put(producer.producerId(), hanging(producer, open.get(producer.producerId()), places));
                }));
        return hanging.values().stream()
                .filter(found -> found.age().compareTo(minimumAge) >= 0)
                .sorted(Comparator.comparing(HangingTransaction::age).reversed())
                .toList();
    }

    private HangingTransaction.Open place(TopicPartition partition, ProducerState producer) {
        long lag = log.offsets().end(partition, Isolation.READ_UNCOMMITTED)
                - log.offsets().end(partition, Isolation.READ_COMMITTED);
        return new HangingTransaction.Open(
                partition, producer.currentTransactionStartOffset().orElse(0), Math.max(0, lag));
    }

    private HangingTransaction hanging(
            ProducerState producer,
            @org.jspecify.annotations.Nullable TransactionDescription known,
            List<HangingTransaction.Open> places) {
        Duration sinceLast = Duration.ofMillis(Math.max(0, clock.millis() - producer.lastTimestamp()));
        return new HangingTransaction(
                Optional.ofNullable(known).map(TransactionDescription::transactionalId),
                known == null ? HangingTransaction.ORPHANED : known.state(),
                producer.producerId(),
                (short) producer.producerEpoch(),
                known == null ? sinceLast : known.age(),
                places);
    }

    /** The producers that have a transaction open, by partition. A partition that cannot be asked is passed over. */
    private SortedMap<TopicPartition, List<ProducerState>> undecided(Collection<TopicPartition> partitions) {
        SortedMap<TopicPartition, List<ProducerState>> found = new TreeMap<>();
        var answers = calls.admin().describeProducers(Names.theirs(partitions));
        for (TopicPartition partition : partitions) {
            try {
                PartitionProducerState state = calls.await(
                        "The producers of " + partition + " could not be read",
                        answers.partitionResult(Names.theirs(partition)));
                found.put(
                        partition,
                        state.activeProducers().stream()
                                .filter(producer ->
                                        producer.currentTransactionStartOffset().isPresent())
                                .toList());
            } catch (LogException e) {
                LOG.warn("Transactions in {} are not looked for: {}", partition, e.getMessage());
            }
        }
        return found;
    }

    @Override
    public boolean abort(String transactionalId) {
        Optional<TransactionDescription> known = describe(transactionalId);
        if (known.isEmpty() || !known.get().state().equals(ONGOING)) {
            return false;
        }
        calls.await(
                "The transaction of " + transactionalId + " could not be aborted",
                calls.admin().fenceProducers(List.of(transactionalId)).all());
        return true;
    }

    @Override
    public boolean abortOrphaned(TopicPartition topicPartition, long producerId) {
        for (TransactionDescription description : list()) {
            if (description.producerId() == producerId && description.state().equals(ONGOING)) {
                throw new LogException(
                        Disposition.STOP,
                        "Producer " + producerId + " is that of transactional id " + description.transactionalId()
                                + ", whose coordinator knows its transaction: abort that one instead");
            }
        }
        for (ProducerState producer : undecided(List.of(topicPartition)).getOrDefault(topicPartition, List.of())) {
            if (producer.producerId() == producerId) {
                calls.await(
                        "The transaction of producer " + producerId + " in " + topicPartition + " could not be aborted",
                        calls.admin()
                                .abortTransaction(new AbortTransactionSpec(
                                        Names.theirs(topicPartition),
                                        producerId,
                                        (short) producer.producerEpoch(),
                                        producer.coordinatorEpoch().orElse(-1)))
                                .all());
                return true;
            }
        }
        return false;
    }

    // --- decisions from outside

    static LogException withoutPrepared() {
        return new LogException(
                Disposition.STOP,
                "A transaction on Kafka cannot be prepared for a decision from outside: no released client of Kafka's can"
                        + " (KIP-939). Commit it, or keep what takes part in it in the log; docs/engines.md says more");
    }

    @Override
    public TransactionOutcome commitPrepared(PreparedTransaction transaction) {
        throw withoutPrepared();
    }

    @Override
    public TransactionOutcome abortPrepared(PreparedTransaction transaction) {
        throw withoutPrepared();
    }

    @Override
    public TransactionOutcome commitPrepared(String transactionalId) {
        throw withoutPrepared();
    }

    @Override
    public TransactionOutcome abortPrepared(String transactionalId) {
        throw withoutPrepared();
    }
}
