package io.millrace.log.embedded.producer;

import io.millrace.log.embedded.format.BatchFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a producer's batch or marker may be appended. Pure. These are Kafka's rules with the strict ones of KIP-890 throughout:
 *
 * <ol>
 *   <li>A client's batch that equals one of the last five of the same epoch is a duplicate.
 *   <li>An older epoch is fenced.
 *   <li>In a new epoch, a client's first batch has sequence 0.
 *   <li>In a partition that does not know the producer, the first batch of a transaction has sequence 0. A plain one may have any: its
 *       producer may have been idle for so long that it was forgotten, and knows nothing of that.
 *   <li>Within an epoch, a client's sequence follows the last one; after {@code Integer.MAX_VALUE} comes 0.
 *   <li>An open transaction takes only transactional batches of its own epoch.
 *   <li>A marker's epoch is above that of the records that it ends; equal with no open transaction is a retry.
 * </ol>
 */
public final class SequenceRule {
    private SequenceRule() {}

    /**
     * The part of a batch that the rule looks at.
     *
     * @param firstSequence {@link BatchFormat#NO_SEQUENCE} if the batch has none, which only a coordinator's may
     */
    public record Attempt(
            short epoch, int firstSequence, int lastSequence, boolean transactional, AppendOrigin origin) {}

    /** @param state what the partition knows of the producer, null if nothing */
    public static SequenceVerdict decide(@Nullable ProducerState state, Attempt attempt) {
        boolean client = attempt.origin() == AppendOrigin.CLIENT;
        if (state == null) {
            return client && attempt.transactional() && attempt.firstSequence() != 0
                    ? SequenceVerdict.UNKNOWN_PRODUCER
                    : SequenceVerdict.ACCEPT;
        }
        if (client && state.indexOfDuplicate(attempt.epoch(), attempt.firstSequence(), attempt.lastSequence()) >= 0) {
            return SequenceVerdict.DUPLICATE;
        }
        if (attempt.epoch() < state.epoch()) {
            return SequenceVerdict.FENCED;
        }
        if (attempt.epoch() > state.epoch()) {
            if (state.hasOpenTransaction()) {
                return SequenceVerdict.OLDER_TRANSACTION_OPEN;
            }
            return client && attempt.firstSequence() != 0
                    ? SequenceVerdict.NEW_EPOCH_NOT_AT_ZERO
                    : SequenceVerdict.ACCEPT;
        }
        if (client && !follows(state.lastSequence(), attempt.firstSequence())) {
            return SequenceVerdict.OUT_OF_ORDER;
        }
        if (state.hasOpenTransaction() && !attempt.transactional()) {
            return SequenceVerdict.PLAIN_IN_TRANSACTION;
        }
        return SequenceVerdict.ACCEPT;
    }

    /** @param state what the partition knows of the producer, null if nothing */
    public static MarkerVerdict decideMarker(@Nullable ProducerState state, short epoch, int coordinatorEpoch) {
        if (state == null) {
            return MarkerVerdict.ACCEPT;
        }
        if (coordinatorEpoch < state.coordinatorEpoch()) {
            return MarkerVerdict.COORDINATOR_FENCED;
        }
        if (epoch > state.epoch()) {
            return MarkerVerdict.ACCEPT;
        }
        return epoch == state.epoch() && !state.hasOpenTransaction() ? MarkerVerdict.RETRY : MarkerVerdict.FENCED;
    }

    /**
     * True if a marker that commits ends the transaction that was decided. One that is still open from an older epoch lost its own marker, by
     * a power cut or a repair, and whatever was decided of it is lost: only aborting it shows nobody a part of something.
     */
    public static boolean mayCommit(@Nullable ProducerState state, short epoch) {
        return state == null || !state.hasOpenTransaction() || state.epoch() == epoch - 1;
    }

    /** {@code last} is −1 before the first batch of an epoch, so that 0 follows. */
    private static boolean follows(int last, int next) {
        return next == BatchFormat.addToSequence(last, 1);
    }
}
