package io.millrace.transactions.coordinator;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.coordinator.TransactionCommand.Complete;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import io.millrace.transactions.coordinator.TransactionDecision.Verdict;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Brings about what {@link TransactionRule} decides: persists, applies, and writes the markers, in this order (C1). Called with the lock
 * of the slot.
 */
final class DecisionWriter {
    private final TransactionSlots slots;
    private final InstantSource clock;
    private final TransactionLog log;
    private final TransactionParticipants participants;
    private final boolean survivesPowerLoss;
    private volatile boolean journalsEveryEnd;

    DecisionWriter(
            TransactionSlots slots,
            InstantSource clock,
            TransactionLog log,
            TransactionParticipants participants,
            Durability durability) {
        this.slots = slots;
        this.clock = clock;
        this.log = log;
        this.participants = participants;
        this.survivesPowerLoss = durability == Durability.POWER_LOSS;
    }

    /** From the next decision on, none is only in a marker: there may be no later time at which the journal could learn of it. */
    void journalEveryEnd() {
        journalsEveryEnd = true;
    }

    TransactionDecision decide(TransactionSlot slot, TransactionCommand command) {
        return TransactionRule.decide(slot.metadata(), command, clock.millis());
    }

    /** The same for a command that takes a producer id: one that nobody ever had, if the answer needs it. */
    TransactionDecision decide(TransactionSlot slot, LongFunction<TransactionCommand> command) {
        TransactionCommand first = command.apply(TransactionMetadata.NO_PRODUCER_ID);
        return decide(
                slot,
                TransactionRule.needsProducerId(slot.metadata(), first)
                        ? command.apply(participants.newProducerId())
                        : first);
    }

    /** Persists and applies a record. */
    void persist(TransactionSlot slot, TransactionMetadata next) {
        slot.forceMarkers(participants::force);
        log.append(slot.key(), next);
        slots.apply(slot.transactionalId(), next);
    }

    /** Persists, applies, and forces if the log survives a power cut. */
    void persistDurably(TransactionSlot slot, TransactionMetadata next) {
        persist(slot, next);
        if (survivesPowerLoss) {
            log.force();
        }
    }

    /** Takes note of partitions that the transaction reaches (C2). */
    void enlist(TransactionSlot slot, TransactionMetadata next) {
        slots.apply(slot.transactionalId(), next);
    }

    /** All that the transaction wrote is there, and stays: nothing of it is lost any more (C7). */
    void prepare(TransactionSlot slot, TransactionMetadata next) {
        forceData(slot, next);
        persistDurably(slot, next);
    }

    /** Commits or aborts, with the markers. */
    void end(TransactionSlot slot, TransactionMetadata decided) {
        if (isDecidedByItsMarker(slot, decided)) {
            endWithItsMarker(slot, decided);
            return;
        }
        if (decided.state() == TransactionState.PREPARE_COMMIT) {
            forceData(slot, decided);
        }
        persist(slot, decided);
        finish(slot);
    }

    /** True if one write says it all (C10). How a prepared one ended is asked for after a crash, so that is journaled. */
    private boolean isDecidedByItsMarker(TransactionSlot slot, TransactionMetadata decided) {
        return !journalsEveryEnd
                && slot.present().state() == TransactionState.ONGOING
                && decided.partitions().size() == 1
                && decided.nextProducerId() == TransactionMetadata.NO_PRODUCER_ID
                && !participants.holdsOffsets(decided.partitions().get(0));
    }

    private void endWithItsMarker(TransactionSlot slot, TransactionMetadata decided) {
        // The completion is journaled at some time, and then replaces the decision before it.
        slot.forceMarkers(participants::force);
        TopicPartition partition = decided.partitions().get(0);
        boolean commit = decided.state() == TransactionState.PREPARE_COMMIT;
        participants.appendDecision(partition, decided.producer(), commit);
        slots.apply(slot.transactionalId(), decided);
        slot.decideIn(partition);
        finish(slot);
    }

    /** With it, what has to be forced before the next record anyway: each round of forces waits for the device once. */
    private void forceData(TransactionSlot slot, TransactionMetadata next) {
        if (survivesPowerLoss) {
            slot.forceMarkersAnd(next.partitions(), participants::force);
        }
    }

    /** Persists what the command decides, and its markers. @return why there was nothing to persist; DONE if there was */
    Verdict ask(TransactionSlot slot, TransactionCommand command) {
        TransactionDecision decision = decide(slot, command);
        if (decision instanceof Persist persist) {
            persist(slot, persist.next());
            finish(slot);
            return Verdict.DONE;
        }
        return ((TransactionDecision.Answer) decision).verdict();
    }

    /** Writes the markers that are missing and completes the decision. Does nothing without one. */
    void finish(TransactionSlot slot) {
        TransactionMetadata decided = slot.metadata();
        if (decided == null || !decided.state().isDecided()) {
            return;
        }
        boolean commit = decided.state() == TransactionState.PREPARE_COMMIT;
        TopicPartition decidedIn = slot.decidedIn();
        if (decidedIn != null) {
            if (survivesPowerLoss && commit) {
                participants.force(List.of(decidedIn));
            } else if (survivesPowerLoss) {
                // An abort waits for no force, but what is decided next must not be all that a power cut leaves.
                slot.hasUnforcedMarkers(decided.partitions());
            }
            complete(slot, decided, true);
            return;
        }
        if (survivesPowerLoss) {
            log.force();
        }
        try {
            slot.markers(() -> new MarkerWriter(participants, decided)).write();
        } catch (LogException e) {
            if (e.disposition() == Disposition.RETRY) {
                throw e;
            }
            throw unfinished(slot.transactionalId(), commit, e);
        }
        if (survivesPowerLoss) {
            slot.hasUnforcedMarkers(decided.partitions());
        }
        complete(slot, decided, !survivesPowerLoss);
    }

    private void complete(TransactionSlot slot, TransactionMetadata decided, boolean mayBeJournaled) {
        TransactionDecision decision = TransactionRule.decide(decided, new Complete(), clock.millis());
        if (decision instanceof Persist persist) {
            if (mayBeJournaled) {
                log.defer(slot.key(), persist.next());
            }
            slots.apply(slot.transactionalId(), persist.next());
        }
    }

    private static LogException unfinished(String transactionalId, boolean commit, LogException cause) {
        boolean isDamaged = cause instanceof CorruptionException;
        return new LogException(
                Disposition.STOP,
                "The " + (commit ? "commit" : "abort") + " of the transaction of " + transactionalId
                        + " is decided and stands, but a partition of it takes no marker: " + cause.getMessage()
                        + (commit && !isDamaged ? ". So that nobody sees a part of it, readers" : ". No readers")
                        + " of its other partitions stop before it, and the id is not given to a new producer before this"
                        + " one has its own: " + (isDamaged ? "repair the partition, then " : "")
                        + "open the log again",
                cause);
    }
}
