package io.millrace.transactions;

import org.jspecify.annotations.Nullable;

/**
 * Names one prepared transaction, and no other: the answer of {@link TransactionalProducer#prepare}, to be kept where it is decided whether
 * the transaction is committed.
 */
public record PreparedTransaction(String transactionalId, long producerId, short producerEpoch) {
    public PreparedTransaction {
        if (transactionalId.isEmpty() || producerId < 0 || producerEpoch < 0) {
            throw new IllegalArgumentException("A prepared transaction has an id and a producer, got '"
                    + transactionalId + "', " + producerId + " and " + producerEpoch);
        }
    }

    /** This as text that {@link #parse} reads: {@code producerId:producerEpoch:transactionalId}. */
    @Override
    public String toString() {
        return producerId + ":" + producerEpoch + ":" + transactionalId;
    }

    /** Reads what {@link #toString} wrote. @throws IllegalArgumentException if it is something else */
    public static PreparedTransaction parse(String text) {
        String[] parts = text.split(":", 3);
        if (parts.length == 3) {
            try {
                return new PreparedTransaction(parts[2], Long.parseLong(parts[0]), Short.parseShort(parts[1]));
            } catch (NumberFormatException e) {
                throw unreadable(text, e);
            }
        }
        throw unreadable(text, null);
    }

    private static IllegalArgumentException unreadable(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "'" + text + "' names no prepared transaction: expected producerId:producerEpoch:transactionalId",
                cause);
    }
}
