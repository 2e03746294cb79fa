package io.millrace.transactions.coordinator;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.coordinator.TransactionCommand.End;
import io.millrace.transactions.coordinator.TransactionCommand.EndPrepared;
import io.millrace.transactions.coordinator.TransactionDecision.Answer;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Ends transactions, once each: asked again, it answers as the first time. Without state of its own; called with the lock of the slot. */
final class TransactionEnds {
    private final DecisionWriter writer;

    TransactionEnds(DecisionWriter writer) {
        this.writer = writer;
    }

    /** As {@link TransactionCoordinator#end}. */
    EndOfTransaction end(TransactionSlot slot, ProducerIdentity producer, boolean commit) {
        return end(slot, producer, commit, fresh -> new End(producer, commit, fresh));
    }

    /** As {@link TransactionCoordinator#endPrepared}. */
    TransactionOutcome endPrepared(TransactionSlot slot, @Nullable ProducerIdentity producer, boolean commit) {
        ProducerIdentity meant = producer == null ? undecided(slot) : producer;
        return end(slot, meant, commit, fresh -> new EndPrepared(meant, commit, fresh))
                .outcome();
    }

    /** Whose transaction is prepared, or was and misses markers. */
    private static ProducerIdentity undecided(TransactionSlot slot) {
        TransactionMetadata metadata = slot.metadata();
        if (metadata == null) {
            throw notPrepared(slot.transactionalId(), "it is not known");
        }
        TransactionState state = metadata.state();
        if (state == TransactionState.PREPARED) {
            return metadata.producer();
        }
        if (state.isDecided() && !metadata.ended().equals(ProducerIdentity.NONE)) {
            return metadata.ended();
        }
        throw notPrepared(slot.transactionalId(), "its state is " + state.label());
    }

    private EndOfTransaction end(
            TransactionSlot slot, ProducerIdentity producer, boolean commit, LongFunction<TransactionCommand> command) {
        try {
            EndOfTransaction end = endOrThrow(slot, producer, commit, command);
            slot.trouble().over();
            return end;
        } catch (LogException e) {
            if (e.disposition() != Disposition.RETRY) {
                throw e;
            }
            slot.trouble()
                    .warn("The end of the transaction of " + slot.transactionalId() + " is to be asked for again: "
                            + e.getMessage());
            return new EndOfTransaction(TransactionOutcome.RETRY, producer);
        }
    }

    private EndOfTransaction endOrThrow(
            TransactionSlot slot, ProducerIdentity producer, boolean commit, LongFunction<TransactionCommand> command) {
        for (; ; ) {
            TransactionDecision decision = writer.decide(slot, command);
            if (decision instanceof Persist persist) {
                writer.end(slot, persist.next());
                return ended(slot, commit);
            }
            switch (((Answer) decision).verdict()) {
                case DONE -> {
                    return ended(slot, commit);
                }
                case CONTRARY -> {
                    return ended(slot, !commit);
                }
                case FENCED, NOT_PREPARED -> {
                    return new EndOfTransaction(TransactionOutcome.FENCED, producer);
                }
                case FINISH_FIRST -> writer.finish(slot);
                case FENCE_FIRST, PREPARED, REFUSED ->
                    throw new IllegalStateException("The transaction of " + slot.transactionalId() + " is "
                            + slot.present().state().label() + " and cannot be ended");
            }
        }
    }

    private static EndOfTransaction ended(TransactionSlot slot, boolean commit) {
        return new EndOfTransaction(
                commit ? TransactionOutcome.COMMITTED : TransactionOutcome.ABORTED,
                slot.present().producer());
    }

    static LogException notPrepared(String transactionalId, String instead) {
        return new LogException(
                Disposition.STOP,
                "No transaction of " + transactionalId + " is prepared (" + instead + "): nothing was done");
    }
}
