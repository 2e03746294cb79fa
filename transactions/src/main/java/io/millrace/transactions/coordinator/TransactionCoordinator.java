package io.millrace.transactions.coordinator;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.LoopStep;
import io.millrace.platform.Ticker;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.TransactionCommand.AbortOrphan;
import io.millrace.transactions.coordinator.TransactionCommand.Enlist;
import io.millrace.transactions.coordinator.TransactionCommand.Fence;
import io.millrace.transactions.coordinator.TransactionCommand.Initialize;
import io.millrace.transactions.coordinator.TransactionCommand.Prepare;
import io.millrace.transactions.coordinator.TransactionDecision.Answer;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import io.millrace.transactions.coordinator.TransactionDecision.Verdict;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides about transactions: asks {@link TransactionRule}, persists, applies, and writes the markers, all on the caller's thread. Safe for
 * use by several threads; those that act on one transactional id wait for each other, others do not.
 */
public final class TransactionCoordinator implements LoopStep {
    private final TransactionSlots slots = new TransactionSlots();
    private final InstantSource clock;
    private final Ticker ticker;
    private final TransactionLog log;
    private final TransactionParticipants participants;
    private final DecisionWriter writer;
    private final TransactionEnds ends;
    private final HangingTransactions hanging;
    private final TransactionCare care;

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
        this.writer = new DecisionWriter(slots, clock, log, participants, durability);
        this.ends = new TransactionEnds(writer);
        this.hanging = new HangingTransactions(slots, participants::openTransactions);
        this.care = new TransactionCare(slots, writer, log, clock);
    }

    /** Replays the journal, completes what was decided and aborts everything else that is not prepared (C8). */
    public static TransactionCoordinator open(
            InstantSource clock,
            Ticker ticker,
            Durability durability,
            TransactionJournal journal,
            TransactionParticipants participants) {
        TransactionCoordinator coordinator =
                new TransactionCoordinator(clock, ticker, durability, journal, participants);
        coordinator.log.replay(coordinator.slots::apply);
        new TransactionRecovery(coordinator.slots, coordinator.writer, participants).run();
        coordinator.log.writeDeferred();
        return coordinator;
    }

    /**
     * Makes the caller the one producer of an id: an open transaction of it is aborted, an earlier producer shut out, before this returns.
     *
     * @throws LogException with RETRY if that could not be written; the same call may succeed later. With STOP if a prepared transaction of
     *     the id waits for its decision
     */
    public ProducerIdentity initialize(String transactionalId, int timeoutMillis) {
        TransactionSlot slot = slots.locked(transactionalId);
        try {
            for (; ; ) {
                TransactionDecision decision = writer.decide(slot, fresh -> new Initialize(timeoutMillis, fresh));
                if (decision instanceof Persist persist) {
                    writer.persistDurably(slot, persist.next());
                    slot.own(persist.next().producer());
                    return persist.next().producer();
                }
                makeWay(slot, ((Answer) decision).verdict());
            }
        } finally {
            slots.unlock(slot);
        }
    }

    /** Does what stands in the way of a new owner. */
    private void makeWay(TransactionSlot slot, Verdict verdict) {
        switch (verdict) {
            case FINISH_FIRST -> writer.finish(slot);
            case FENCE_FIRST -> writer.ask(slot, new Fence());
            case PREPARED -> throw prepared(slot.transactionalId());
            case DONE, FENCED, CONTRARY, NOT_PREPARED, REFUSED ->
                throw new IllegalStateException(
                        slot.transactionalId() + " is " + slot.present().state().label() + ": " + verdict);
        }
    }

    /**
     * Notes that the producer's transaction reaches these partitions, before it writes to them (C2).
     *
     * @throws LogException with RESTART_TASK if the producer was replaced or timed out; RETRY if nothing could be written
     */
    public void enlist(String transactionalId, ProducerIdentity producer, List<TopicPartition> partitions) {
        TransactionSlot slot = slots.locked(transactionalId);
        try {
            TransactionDecision decision = writer.decide(slot, new Enlist(producer, partitions));
            if (decision instanceof Persist persist) {
                writer.enlist(slot, persist.next());
            } else if (((Answer) decision).verdict() != Verdict.DONE) {
                throw FencedBy.error(transactionalId, slot, producer, null);
            }
            slot.alive(ticker.nanos());
        } finally {
            slots.unlock(slot);
        }
    }

    /**
     * Leaves the decision about the producer's transaction to somebody outside, durably: from here on nothing ends it but {@link #end} and
     * {@link #endPrepared}. All its records were written before.
     *
     * @throws LogException with RESTART_TASK if the producer was replaced or timed out; RETRY if it could not be written and may be asked
     *     again; STOP if the log has failed
     */
    public void prepare(String transactionalId, ProducerIdentity producer) {
        TransactionSlot slot = slots.locked(transactionalId);
        try {
            TransactionDecision decision = writer.decide(slot, new Prepare(producer));
            if (decision instanceof Persist persist) {
                writer.prepare(slot, persist.next());
            } else if (((Answer) decision).verdict() != Verdict.DONE) {
                throw FencedBy.error(transactionalId, slot, producer, null);
            }
        } finally {
            slots.unlock(slot);
        }
    }

    /**
     * Ends the producer's transaction. Asked again, it answers as the first time, also if the contrary is asked for: what was decided
     * stands.
     *
     * @return RETRY if the end, or its markers, could not be written: the same call again goes on where it stopped
     * @throws LogException with STOP if the log has failed
     */
    public EndOfTransaction end(String transactionalId, ProducerIdentity producer, boolean commit) {
        TransactionSlot slot = slots.locked(transactionalId);
        try {
            return ends.end(slot, producer, commit);
        } finally {
            slots.unlock(slot);
        }
    }

    /**
     * Ends a prepared transaction, whoever prepared it. Asked again, it answers as the first time, until the id has a new owner or begins
     * its next transaction.
     *
     * @param producer whose transaction is meant; null for whichever is prepared now, so that a repeated call is an error
     * @return FENCED if the transaction is not prepared and it is not remembered how it ended; RETRY as {@link #end}
     * @throws LogException with STOP if {@code producer} is null and nothing is prepared, or if the log has failed
     */
    public TransactionOutcome endPrepared(String transactionalId, @Nullable ProducerIdentity producer, boolean commit) {
        TransactionSlot slot = slots.locked(transactionalId);
        try {
            return ends.endPrepared(slot, producer, commit);
        } finally {
            slots.unlock(slot);
        }
    }

    /**
     * Aborts the open transaction of an id, as its timeout would.
     *
     * @return false if none is open
     * @throws LogException with STOP if it is prepared; RETRY if it could not be written
     */
    public boolean abort(String transactionalId) {
        if (slots.find(transactionalId) == null) {
            return false;
        }
        TransactionSlot slot = slots.locked(transactionalId);
        try {
            TransactionMetadata before = slot.metadata();
            if (before == null || !before.state().isOpen()) {
                writer.finish(slot);
                return false;
            }
            if (before.state() == TransactionState.PREPARED) {
                throw prepared(transactionalId);
            }
            slot.shutOut(before.producer(), FencedBy.PERSON);
            writer.ask(slot, new Fence());
            return true;
        } finally {
            slots.unlock(slot);
        }
    }

    /**
     * Aborts a transaction that is open in a partition and that this coordinator does not know.
     *
     * @return false if none of this producer is open there
     * @throws LogException with STOP if it is known; RETRY if it could not be written
     */
    public boolean abortOrphaned(TopicPartition topicPartition, long producerId) {
        TransactionSlot owner = hanging.ownerOf(producerId);
        TransactionSlot slot = owner == null ? null : slots.locked(owner.transactionalId());
        try {
            // With the lock, nothing of this id begins or ends meanwhile.
            Optional<OpenTransaction> open = hanging.findOpen(topicPartition, producerId);
            if (open.isEmpty()) {
                return false;
            }
            if (slot == null || slot.metadata() == null) {
                participants.abort(topicPartition, open.get().producer().raised());
                participants.force(List.of(topicPartition));
                return true;
            }
            TransactionState state = slot.present().state();
            if (state.isOpen() || state.isDecided()) {
                throw known(slot.transactionalId(), topicPartition);
            }
            slot.shutOut(slot.present().producer(), FencedBy.PERSON);
            writer.ask(
                    slot,
                    new AbortOrphan(
                            List.of(topicPartition), open.get().producer().epoch()));
            return true;
        } finally {
            if (slot != null) {
                slots.unlock(slot);
            }
        }
    }

    /** The transactions that have been open for at least this long, oldest first. */
    public List<HangingTransaction> findHanging(Duration minimumAge) {
        return hanging.find(clock.millis(), minimumAge);
    }

    /** True while nobody took the id from this producer. */
    public boolean isCurrent(String transactionalId, ProducerIdentity producer) {
        TransactionMetadata metadata = slots.metadata(transactionalId);
        return metadata != null && metadata.producer().equals(producer);
    }

    /** What to tell a producer that is not {@linkplain #isCurrent current} any more: what happened, and what to do. */
    public LogException fenced(String transactionalId, ProducerIdentity producer, @Nullable Throwable cause) {
        return FencedBy.error(transactionalId, slots.find(transactionalId), producer, cause);
    }

    /** A sign of life of the producer of an open transaction. Takes no lock. */
    public void keepAlive(String transactionalId, ProducerIdentity producer) {
        TransactionSlot slot = slots.find(transactionalId);
        TransactionMetadata metadata = slot == null ? null : slot.metadata();
        if (slot != null && metadata != null && metadata.producer().equals(producer)) {
            slot.alive(ticker.nanos());
        }
    }

    /**
     * The producer is closed: when its id stays unused, it may be forgotten.
     *
     * @param initialized what {@link #initialize} answered it, whatever its transactions have made of that
     */
    public void release(String transactionalId, ProducerIdentity initialized) {
        TransactionSlot slot = slots.find(transactionalId);
        if (slot != null) {
            slot.disown(initialized);
        }
    }

    /** Aborts what timed out, writes markers that are missing, forgets ids that nobody uses. For one background loop. */
    @Override
    public int runOnce(long nowNanos) {
        return care.runOnce(nowNanos);
    }

    /**
     * Writes what was deferred, so that the next opening has nothing to complete. What producers that are not closed end after this is
     * journaled by its decision.
     *
     * @throws LogException if it could not be written: then partitions may know more than the journal (C8)
     */
    public void close() {
        writer.journalEveryEnd();
        // Whoever decided before has deferred its completion once it lets go of the id.
        slots.all().forEach(slot -> {
            slot.lock();
            slot.unlock();
        });
        log.writeDeferred();
    }

    /** All transactional ids, sorted. */
    public List<TransactionDescription> list() {
        long now = clock.millis();
        return slots.all().stream()
                .map(slot -> slot.describe(now))
                .flatMap(Optional::stream)
                .toList();
    }

    public Optional<TransactionDescription> describe(String transactionalId) {
        TransactionSlot slot = slots.find(transactionalId);
        return slot == null ? Optional.empty() : slot.describe(clock.millis());
    }

    @Nullable TransactionMetadata metadata(String transactionalId) {
        return slots.metadata(transactionalId);
    }

    private static LogException prepared(String transactionalId) {
        return new LogException(
                Disposition.STOP,
                "The transaction of " + transactionalId + " is prepared and waits for its decision: end it with"
                        + " commitPrepared or abortPrepared, as the resource says that took part in it, then open the"
                        + " producer again");
    }

    private static LogException known(String transactionalId, TopicPartition topicPartition) {
        return new LogException(
                Disposition.STOP,
                "The transaction in " + topicPartition + " is that of " + transactionalId
                        + ", which has an end of its own: abort it by its transactional id");
    }
}
