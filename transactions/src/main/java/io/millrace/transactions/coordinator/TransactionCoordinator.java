package io.millrace.transactions.coordinator;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.Ticker;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.TransactionCommand.Complete;
import io.millrace.transactions.coordinator.TransactionCommand.End;
import io.millrace.transactions.coordinator.TransactionCommand.Enlist;
import io.millrace.transactions.coordinator.TransactionCommand.Initialize;
import io.millrace.transactions.coordinator.TransactionDecision.Answer;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import io.millrace.transactions.coordinator.TransactionDecision.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about transactions: asks {@link TransactionRule}, persists, applies, and writes the markers, all on the caller's thread. Safe for
 * use by several threads; those that act on one transactional id wait for each other, others do not.
 */
public final class TransactionCoordinator implements LoopStep {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionCoordinator.class);

    /** How long an id that nobody uses is remembered; Kafka's default. */
    private static final Duration ID_RETENTION = Duration.ofDays(7);

    private final ConcurrentSkipListMap<String, TransactionSlot> slots = new ConcurrentSkipListMap<>();
    private final InstantSource clock;
    private final Ticker ticker;
    private final TransactionLog log;
    private final TransactionParticipants participants;
    private final MarkerWriter markers;
    private final boolean survivesPowerLoss;

    private TransactionCoordinator(
            InstantSource clock,
            Ticker ticker,
            Durability durability,
            TransactionJournal journal,
            TransactionParticipants participants) {
        this.clock = clock;
        this.ticker = ticker;
        this.log = new TransactionLog(journal, clock);
        this.participants = participants;
        this.markers = new MarkerWriter(participants);
        this.survivesPowerLoss = durability == Durability.POWER_LOSS;
    }

    /** Replays the journal, completes what was decided and aborts everything else (C8). */
    public static TransactionCoordinator open(
            InstantSource clock,
            Ticker ticker,
            Durability durability,
            TransactionJournal journal,
            TransactionParticipants participants) {
        TransactionCoordinator coordinator =
                new TransactionCoordinator(clock, ticker, durability, journal, participants);
        coordinator.log.replay(coordinator::apply);
        coordinator.finishAll();
        return coordinator;
    }

    /**
     * Makes the caller the one producer of an id: an open transaction of it is aborted, an earlier producer shut out, before this returns.
     *
     * @throws LogException with RETRY if that could not be written; the same call may succeed later
     */
    public ProducerIdentity initialize(String transactionalId, int timeoutMillis) {
        TransactionSlot slot = lockedSlot(transactionalId);
        try {
            for (; ; ) {
                Initialize command = new Initialize(timeoutMillis, TransactionMetadata.NO_PRODUCER_ID);
                if (TransactionRule.needsProducerId(slot.metadata(), command)) {
                    command = new Initialize(timeoutMillis, participants.newProducerId());
                }
                TransactionDecision decision = TransactionRule.decide(slot.metadata(), command, clock.millis());
                if (decision instanceof Persist persist) {
                    persist(slot, persist.next());
                    if (survivesPowerLoss) {
                        log.force();
                    }
                    slot.own(true);
                    return persist.next().producer();
                }
                makeWay(slot, ((Answer) decision).verdict());
            }
        } finally {
            slot.unlock();
        }
    }

    /**
     * Notes that the producer's transaction reaches these partitions, before it writes to them (C2).
     *
     * @throws LogException with RESTART_TASK if the producer was replaced or timed out; RETRY if nothing could be written
     */
    public void enlist(String transactionalId, ProducerIdentity producer, List<TopicPartition> partitions) {
        TransactionSlot slot = lockedSlot(transactionalId);
        try {
            TransactionDecision decision =
                    TransactionRule.decide(slot.metadata(), new Enlist(producer, partitions), clock.millis());
            if (decision instanceof Persist persist) {
                if (survivesPowerLoss) {
                    apply(transactionalId, persist.next());
                } else {
                    persist(slot, persist.next());
                }
            } else if (((Answer) decision).verdict() != Verdict.DONE) {
                throw fenced(transactionalId);
            }
            slot.alive(ticker.nanos());
        } finally {
            slot.unlock();
        }
    }

    /**
     * Ends the producer's transaction. Asked again, it answers as the first time.
     *
     * @return RETRY if the end, or its markers, could not be written: the same call again goes on where it stopped
     * @throws LogException with STOP if the log has failed
     * @throws IllegalStateException if the contrary was decided
     */
    public EndOfTransaction end(String transactionalId, ProducerIdentity producer, boolean commit) {
        TransactionSlot slot = lockedSlot(transactionalId);
        try {
            return end(slot, producer, commit);
        } catch (LogException e) {
            if (e.disposition() != Disposition.RETRY) {
                throw e;
            }
            LOG.warn("The end of the transaction of {} is to be asked for again: {}", transactionalId, e.getMessage());
            return new EndOfTransaction(TransactionOutcome.RETRY, producer);
        } finally {
            slot.unlock();
        }
    }

    /** True while nobody took the id from this producer. */
    public boolean isCurrent(String transactionalId, ProducerIdentity producer) {
        TransactionMetadata metadata = metadata(transactionalId);
        return metadata != null && metadata.producer().equals(producer);
    }

    /** A sign of life of the producer of an open transaction. Takes no lock. */
    public void keepAlive(String transactionalId, ProducerIdentity producer) {
        TransactionSlot slot = slots.get(transactionalId);
        TransactionMetadata metadata = slot == null ? null : slot.metadata();
        if (slot != null && metadata != null && metadata.producer().equals(producer)) {
            slot.alive(ticker.nanos());
        }
    }

    /** The producer is closed: when its id stays unused, it may be forgotten. */
    public void release(String transactionalId, ProducerIdentity producer) {
        TransactionSlot slot = slots.get(transactionalId);
        if (slot != null && isCurrent(transactionalId, producer)) {
            slot.own(false);
        }
    }

    /** Aborts what timed out, writes markers that are missing, forgets ids that nobody uses. For one background loop. */
    @Override
    public int runOnce(long nowNanos) {
        int done = 0;
        try {
            log.writeDeferredWhenIdle();
        } catch (LogException e) {
            LOG.warn("Completions of transactions could not be written: {}; tried again later", e.getMessage());
        }
        for (TransactionSlot slot : slots.values()) {
            if (slot.mayNeedCare(nowNanos, clock.millis(), ID_RETENTION.toMillis()) && slot.tryLock()) {
                try {
                    done += careFor(slot, nowNanos);
                } catch (LogException e) {
                    LOG.warn("{}: {}; tried again later", slot.transactionalId(), e.getMessage());
                } finally {
                    slot.unlock();
                }
            }
        }
        return done;
    }

    /** Writes what was deferred, so that the next opening has nothing to complete. */
    public void close() {
        log.writeDeferred();
    }

    /** All transactional ids, sorted. */
    public List<TransactionDescription> list() {
        long now = clock.millis();
        return slots.values().stream()
                .map(slot -> slot.describe(now))
                .flatMap(Optional::stream)
                .toList();
    }

    public Optional<TransactionDescription> describe(String transactionalId) {
        TransactionSlot slot = slots.get(transactionalId);
        return slot == null ? Optional.empty() : slot.describe(clock.millis());
    }

    @Nullable TransactionMetadata metadata(String transactionalId) {
        TransactionSlot slot = slots.get(transactionalId);
        return slot == null ? null : slot.metadata();
    }

    private EndOfTransaction end(TransactionSlot slot, ProducerIdentity producer, boolean commit) {
        for (; ; ) {
            End command = new End(producer, commit, TransactionMetadata.NO_PRODUCER_ID);
            if (TransactionRule.needsProducerId(slot.metadata(), command)) {
                command = new End(producer, commit, participants.newProducerId());
            }
            TransactionDecision decision = TransactionRule.decide(slot.metadata(), command, clock.millis());
            if (decision instanceof Persist persist) {
                if (commit && survivesPowerLoss) {
                    persist.next().partitions().forEach(participants::force);
                }
                persist(slot, persist.next());
                finish(slot);
                return new EndOfTransaction(outcome(commit), slot.present().producer());
            }
            switch (((Answer) decision).verdict()) {
                case DONE -> {
                    return new EndOfTransaction(outcome(commit), slot.present().producer());
                }
                case FENCED -> {
                    return new EndOfTransaction(TransactionOutcome.FENCED, producer);
                }
                case FINISH_FIRST -> finish(slot);
                case FENCE_FIRST, REFUSED ->
                    throw new IllegalStateException("The transaction of " + slot.transactionalId() + " is "
                            + slot.present().state().label() + " and cannot be "
                            + (commit ? "committed" : "aborted") + "; ask for the same end as before");
            }
        }
    }

    private static TransactionOutcome outcome(boolean commit) {
        return commit ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED;
    }

    private int careFor(TransactionSlot slot, long nowNanos) {
        TransactionMetadata metadata = slot.metadata();
        if (metadata == null) {
            return 0;
        }
        TransactionCommand command = slot.mayBeForgotten()
                ? new TransactionCommand.Forget(clock.millis() - metadata.updateMillis(), ID_RETENTION.toMillis())
                : new TransactionCommand.Expire(slot.idleMillis(nowNanos));
        TransactionDecision decision = TransactionRule.decide(metadata, command, clock.millis());
        if (decision instanceof Persist persist) {
            if (persist.next().state().isPrepared()) {
                LOG.warn(
                        "The transaction of {} showed no sign of life for {} ms and is aborted",
                        slot.transactionalId(),
                        slot.idleMillis(nowNanos));
            }
            persist(slot, persist.next());
        } else if (((Answer) decision).verdict() == Verdict.DONE) {
            return 0;
        }
        if (slot.metadata() != null) {
            finish(slot);
        }
        return 1;
    }

    /** Does what stands in the way of a command. */
    private void makeWay(TransactionSlot slot, Verdict verdict) {
        switch (verdict) {
            case FINISH_FIRST -> finish(slot);
            case FENCE_FIRST -> fence(slot);
            case DONE, FENCED, REFUSED ->
                throw new IllegalStateException(
                        slot.transactionalId() + " is " + slot.present().state().label() + ": " + verdict);
        }
    }

    private void fence(TransactionSlot slot) {
        ask(slot, new TransactionCommand.Fence());
    }

    /** Persists what the command decides, and its markers. */
    private void ask(TransactionSlot slot, TransactionCommand command) {
        if (TransactionRule.decide(slot.metadata(), command, clock.millis()) instanceof Persist persist) {
            persist(slot, persist.next());
            finish(slot);
        }
    }

    private void persist(TransactionSlot slot, TransactionMetadata next) {
        slot.forceMarkers(participants::force);
        log.append(slot.key(), next);
        apply(slot.transactionalId(), next);
    }

    /** The one way in which anything that is known changes, live and in replay. */
    private void apply(String transactionalId, TransactionMetadata metadata) {
        if (metadata.state() == TransactionState.DEAD) {
            TransactionSlot slot = slots.remove(transactionalId);
            if (slot != null) {
                slot.apply(null);
            }
        } else {
            slots.computeIfAbsent(transactionalId, TransactionSlot::new).apply(metadata);
        }
    }

    /** Writes the markers that are missing and completes the decision. Does nothing without one. */
    private void finish(TransactionSlot slot) {
        TransactionMetadata decided = slot.present();
        if (!decided.state().isPrepared()) {
            return;
        }
        if (survivesPowerLoss) {
            log.force();
        }
        markers.write(
                slot.missingMarkers(() -> markers.order(decided.partitions())),
                decided.producer(),
                decided.state() == TransactionState.PREPARE_COMMIT);
        if (TransactionRule.decide(decided, new Complete(), clock.millis()) instanceof Persist persist) {
            if (survivesPowerLoss) {
                slot.hasUnforcedMarkers(decided.partitions());
            } else {
                log.defer(slot.key(), persist.next());
            }
            apply(slot.transactionalId(), persist.next());
        }
    }

    private void finishAll() {
        for (TransactionSlot slot : slots.values()) {
            finish(slot);
            fence(slot);
        }
        Map<Long, List<TransactionParticipants.OpenTransaction>> orphans =
                OrphanedTransactions.byProducerId(participants.openTransactions());
        for (TransactionSlot slot : slots.values()) {
            ProducerIdentity producer = slot.present().producer();
            var own = orphans.getOrDefault(producer.producerId(), List.of());
            orphans.remove(producer.producerId());
            short known = participants.highestEpoch(producer.producerId());
            if (!own.isEmpty() || known > producer.epoch()) {
                LOG.info("{}: what the journal does not know is aborted: {}", slot.transactionalId(), own);
                ask(slot, new TransactionCommand.AbortOrphan(OrphanedTransactions.partitions(own), known));
            }
        }
        orphans.values().forEach(unknown -> {
            LOG.warn("Transactions of an unknown producer are aborted: {}", unknown);
            unknown.forEach(open -> participants.appendMarker(
                    open.topicPartition(), open.producer().raised(), false));
        });
        log.writeDeferred();
    }

    private TransactionSlot lockedSlot(String transactionalId) {
        for (; ; ) {
            TransactionSlot slot = slots.computeIfAbsent(transactionalId, TransactionSlot::new);
            slot.lock();
            if (slots.get(transactionalId) == slot) {
                return slot;
            }
            // It was forgotten while this thread waited for it.
            slot.unlock();
        }
    }

    private static LogException fenced(String transactionalId) {
        return new LogException(
                Disposition.RESTART_TASK,
                "Another producer took the transactional id " + transactionalId
                        + ", or its transaction timed out: close this producer and open a new one");
    }
}
