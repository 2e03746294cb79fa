package io.millrace.transactions.coordinator;

import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.CONTRARY;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.DONE;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.FENCED;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.FENCE_FIRST;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.FINISH_FIRST;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.NOT_PREPARED;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.PREPARED;
import static io.millrace.transactions.coordinator.TransactionDecision.Verdict.REFUSED;
import static io.millrace.transactions.coordinator.TransactionMetadata.NO_PRODUCER_ID;

import io.millrace.transactions.coordinator.TransactionCommand.AbortOrphan;
import io.millrace.transactions.coordinator.TransactionCommand.Complete;
import io.millrace.transactions.coordinator.TransactionCommand.End;
import io.millrace.transactions.coordinator.TransactionCommand.EndPrepared;
import io.millrace.transactions.coordinator.TransactionCommand.Enlist;
import io.millrace.transactions.coordinator.TransactionCommand.Expire;
import io.millrace.transactions.coordinator.TransactionCommand.Fence;
import io.millrace.transactions.coordinator.TransactionCommand.Forget;
import io.millrace.transactions.coordinator.TransactionCommand.Initialize;
import io.millrace.transactions.coordinator.TransactionCommand.Prepare;
import io.millrace.transactions.coordinator.TransactionDecision.Answer;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import io.millrace.transactions.coordinator.TransactionDecision.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Every decision about a transactional id, as a pure function of what is known of it and what is asked. It reads no clock and writes
 * nothing; {@link TransactionCoordinator} persists, applies and runs what it answers.
 */
public final class TransactionRule {
    private TransactionRule() {}

    /** True if this command would be answered with a record that needs a producer id that nobody had before. */
    public static boolean needsProducerId(@Nullable TransactionMetadata current, TransactionCommand command) {
        if (command instanceof Initialize) {
            return current == null || current.producer().isExhausted();
        }
        return (command instanceof End || command instanceof EndPrepared)
                && current != null
                && current.state().isOpen()
                && current.producer().isExhausted();
    }

    /**
     * @param current null for an id that is not known
     * @throws IllegalStateException if the decision would be an illegal transition, or needs a producer id and has none: a defect
     */
    public static TransactionDecision decide(
            @Nullable TransactionMetadata current, TransactionCommand command, long nowMillis) {
        TransactionDecision decision;
        if (command instanceof Initialize initialize) {
            decision = initialize(current, initialize, nowMillis);
        } else if (current == null) {
            decision = unknown(command);
        } else if (command instanceof Enlist enlist) {
            decision = enlist(current, enlist, nowMillis);
        } else if (command instanceof End end) {
            decision = end(current, end, nowMillis);
        } else if (command instanceof Prepare prepare) {
            decision = prepare(current, prepare, nowMillis);
        } else if (command instanceof EndPrepared end) {
            decision = endPrepared(current, end, nowMillis);
        } else if (command instanceof Fence) {
            decision = fence(current, nowMillis);
        } else if (command instanceof Expire expire) {
            decision = expire(current, expire, nowMillis);
        } else if (command instanceof AbortOrphan orphan) {
            decision = abortOrphan(current, orphan, nowMillis);
        } else if (command instanceof Complete) {
            decision = complete(current, nowMillis);
        } else {
            decision = forget(current, (Forget) command, nowMillis);
        }
        return checked(current, decision);
    }

    private static TransactionDecision initialize(
            @Nullable TransactionMetadata current, Initialize command, long nowMillis) {
        if (current == null) {
            return new Persist(
                    TransactionMetadata.empty(fresh(command.freshProducerId()), command.timeoutMillis(), nowMillis));
        }
        return switch (current.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                new Persist(TransactionMetadata.empty(
                        current.producer().isExhausted()
                                ? fresh(command.freshProducerId())
                                : current.producer().raised(),
                        command.timeoutMillis(),
                        nowMillis));
            case ONGOING -> answer(FENCE_FIRST);
            case PREPARED -> answer(PREPARED);
            case PREPARE_COMMIT, PREPARE_ABORT -> answer(FINISH_FIRST);
            case DEAD, PREPARE_EPOCH_FENCE -> answer(REFUSED);
        };
    }

    /** An id that was never initialised, or was forgotten: whoever writes with it was there before. */
    private static TransactionDecision unknown(TransactionCommand command) {
        if (command instanceof EndPrepared) {
            return answer(NOT_PREPARED);
        }
        boolean isProducers = command instanceof Enlist || command instanceof End || command instanceof Prepare;
        return answer(isProducers ? FENCED : DONE);
    }

    private static TransactionDecision enlist(TransactionMetadata current, Enlist command, long nowMillis) {
        return switch (current.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                current.producer().equals(command.producer())
                        ? new Persist(current.ongoing(current.partitionsWith(command.partitions()), nowMillis))
                        : answer(FENCED);
            case ONGOING -> {
                if (!current.producer().equals(command.producer())) {
                    yield answer(FENCED);
                }
                yield current.partitions().containsAll(command.partitions())
                        ? answer(DONE)
                        : new Persist(current.ongoing(current.partitionsWith(command.partitions()), nowMillis));
            }
            case PREPARED -> answer(current.producer().equals(command.producer()) ? PREPARED : FENCED);
            case PREPARE_COMMIT, PREPARE_ABORT ->
                answer(current.ended().equals(command.producer()) ? FINISH_FIRST : FENCED);
            case DEAD, PREPARE_EPOCH_FENCE -> answer(FENCED);
        };
    }

    private static TransactionDecision end(TransactionMetadata current, End command, long nowMillis) {
        boolean isOwner = current.producer().equals(command.producer());
        boolean isRepeated = current.ended().equals(command.producer());
        return switch (current.state()) {
            case EMPTY -> answer(isOwner ? DONE : FENCED);
            case ONGOING, PREPARED ->
                isOwner ? decided(current, command.commit(), command.freshProducerId(), nowMillis) : answer(FENCED);
            case PREPARE_COMMIT, PREPARE_ABORT -> answer(isRepeated ? FINISH_FIRST : FENCED);
            case COMPLETE_COMMIT, COMPLETE_ABORT ->
                isOwner ? answer(DONE) : isRepeated ? repeated(current, command.commit()) : answer(FENCED);
            case DEAD, PREPARE_EPOCH_FENCE -> answer(FENCED);
        };
    }

    private static TransactionDecision prepare(TransactionMetadata current, Prepare command, long nowMillis) {
        boolean isOwner = current.producer().equals(command.producer());
        return switch (current.state()) {
            case EMPTY, ONGOING, COMPLETE_COMMIT, COMPLETE_ABORT ->
                isOwner ? new Persist(current.prepared(nowMillis)) : answer(FENCED);
            case PREPARED -> answer(isOwner ? DONE : FENCED);
            case PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> answer(FENCED);
        };
    }

    private static TransactionDecision endPrepared(TransactionMetadata current, EndPrepared command, long nowMillis) {
        boolean isRepeated = current.ended().equals(command.producer());
        return switch (current.state()) {
            case PREPARED ->
                current.producer().equals(command.producer())
                        ? decided(current, command.commit(), command.freshProducerId(), nowMillis)
                        : answer(NOT_PREPARED);
            case PREPARE_COMMIT, PREPARE_ABORT -> answer(isRepeated ? FINISH_FIRST : NOT_PREPARED);
            case COMPLETE_COMMIT, COMPLETE_ABORT ->
                isRepeated ? repeated(current, command.commit()) : answer(NOT_PREPARED);
            case EMPTY, ONGOING, DEAD, PREPARE_EPOCH_FENCE -> answer(NOT_PREPARED);
        };
    }

    private static Persist decided(TransactionMetadata current, boolean commit, long freshProducerId, long nowMillis) {
        long nextId = current.producer().isExhausted() ? fresh(freshProducerId).producerId() : NO_PRODUCER_ID;
        return new Persist(current.decided(commit, current.producer(), nextId, nowMillis));
    }

    /** What was decided stands, whichever end is asked for. */
    private static TransactionDecision repeated(TransactionMetadata current, boolean commit) {
        return answer(commit == (current.state() == TransactionState.COMPLETE_COMMIT) ? DONE : CONTRARY);
    }

    private static TransactionDecision fence(TransactionMetadata current, long nowMillis) {
        return switch (current.state()) {
            case ONGOING -> new Persist(current.decided(false, ProducerIdentity.NONE, NO_PRODUCER_ID, nowMillis));
            case PREPARED -> answer(PREPARED);
            case PREPARE_COMMIT, PREPARE_ABORT -> answer(FINISH_FIRST);
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> answer(DONE);
        };
    }

    private static TransactionDecision expire(TransactionMetadata current, Expire command, long nowMillis) {
        boolean mayStay = current.state() == TransactionState.PREPARED
                || (current.state() == TransactionState.ONGOING && command.idleMillis() < current.timeoutMillis());
        return mayStay ? answer(DONE) : fence(current, nowMillis);
    }

    private static TransactionDecision abortOrphan(TransactionMetadata current, AbortOrphan command, long nowMillis) {
        return switch (current.state()) {
            // Only the epoch is behind: how the partitions' last transaction ended is in them, and nothing is left to
            // abort.
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                command.partitions().isEmpty()
                        ? new Persist(TransactionMetadata.empty(
                                current.withEpochAtLeast(command.knownEpoch()).producer(),
                                current.timeoutMillis(),
                                nowMillis))
                        : orphanAborted(current, command, nowMillis);
            // Of a prepared one nobody knows more than the journal, unless a power cut took its end from it.
            case PREPARED -> orphanAborted(current, command, nowMillis);
            case ONGOING -> answer(FENCE_FIRST);
            case PREPARE_COMMIT, PREPARE_ABORT -> answer(FINISH_FIRST);
            case DEAD, PREPARE_EPOCH_FENCE -> answer(REFUSED);
        };
    }

    private static Persist orphanAborted(TransactionMetadata current, AbortOrphan command, long nowMillis) {
        return new Persist(current.withPartitions(current.partitionsWith(command.partitions()))
                .withEpochAtLeast(command.knownEpoch())
                .decided(false, ProducerIdentity.NONE, NO_PRODUCER_ID, nowMillis));
    }

    private static TransactionDecision complete(TransactionMetadata current, long nowMillis) {
        return current.state().isDecided() ? new Persist(current.completed(nowMillis)) : answer(DONE);
    }

    private static TransactionDecision forget(TransactionMetadata current, Forget command, long nowMillis) {
        return switch (current.state()) {
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                command.idleMillis() < command.retentionMillis() ? answer(DONE) : new Persist(current.dead(nowMillis));
            case ONGOING, PREPARED, PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE -> answer(DONE);
        };
    }

    private static ProducerIdentity fresh(long producerId) {
        if (producerId < 0) {
            throw new IllegalStateException("The decision needs a new producer id and was given none");
        }
        return new ProducerIdentity(producerId, (short) 0);
    }

    private static Answer answer(Verdict verdict) {
        return new Answer(verdict);
    }

    private static TransactionDecision checked(@Nullable TransactionMetadata current, TransactionDecision decision) {
        if (current != null
                && decision instanceof Persist persist
                && !persist.next().state().predecessors().contains(current.state())) {
            throw new IllegalStateException("From " + current.state().label() + " no transition leads to "
                    + persist.next().state().label());
        }
        return decision;
    }
}
