package io.millrace.transactions.coordinator;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import org.jspecify.annotations.Nullable;

/** Why a producer may write no more, for its user. */
enum FencedBy {
    /** Another producer has its transactional id. */
    SUCCESSOR,
    /** Its transaction showed no sign of life for too long. */
    TIMEOUT,
    /** Somebody ended its transaction from outside. */
    PERSON;

    /** @param slot null if the id is not known any more */
    static LogException error(
            String transactionalId,
            @Nullable TransactionSlot slot,
            ProducerIdentity producer,
            @Nullable Throwable cause) {
        TransactionMetadata known = slot == null ? null : slot.metadata();
        String what;
        if (slot == null || known == null) {
            what = "The transactional id " + transactionalId + " is not known any more, since nobody used it for long";
        } else {
            what = switch (slot.fencedBy(producer)) {
                case SUCCESSOR -> "Another producer took the transactional id " + transactionalId;
                case TIMEOUT ->
                    "The transaction of " + transactionalId + " was aborted, since it showed no sign of life for "
                            + known.timeoutMillis()
                            + " ms, its timeout: nothing was written, and keepAlive() was not called";
                case PERSON ->
                    "The transaction of " + transactionalId + " was aborted from outside, by an administrator";
            };
        }
        return new LogException(Disposition.RESTART_TASK, what + ". Close this producer and open a new one", cause);
    }
}
