package io.millrace.examples.bank;

/**
 * What the bank knows of an account; also of one that is not open, whose orders count for the detection of duplicates too.
 *
 * @param balance in cents, never negative
 * @param inFlight the sum of its own transfers that were neither credited nor refunded yet; {@code balance + inFlight} never overflows,
 *     so a refund always has room
 * @param orders how many orders it ever had, whatever became of them
 * @param highestOrderId of all its orders; an id above it cannot be a duplicate
 * @param newest the ids of its {@code orders % OrderIds.CHUNK} newest orders; older ones rest in the store of chunks
 */
public record Account(boolean isOpen, long balance, long inFlight, long orders, long highestOrderId, OrderIds newest) {
    /** An account that nobody ever named. */
    public static final Account NONE = new Account(false, 0, 0, 0, Long.MIN_VALUE, OrderIds.EMPTY);

    /** Whether {@code amount} more could come in and all that is in flight could still come back. */
    boolean hasRoomFor(long amount) {
        return amount <= Long.MAX_VALUE - balance - inFlight;
    }

    Account opened(long amount) {
        return new Account(true, amount, inFlight, orders, highestOrderId, newest);
    }

    Account plus(long amount) {
        return new Account(isOpen, balance + amount, inFlight, orders, highestOrderId, newest);
    }

    Account sent(long amount) {
        return new Account(isOpen, balance - amount, inFlight + amount, orders, highestOrderId, newest);
    }

    /** What was sent came back. */
    Account returned(long amount) {
        return new Account(isOpen, balance + amount, inFlight - amount, orders, highestOrderId, newest);
    }

    /** What was sent arrived. */
    Account settled(long amount) {
        return new Account(isOpen, balance, inFlight - amount, orders, highestOrderId, newest);
    }

    Account withOrder(long orderId, OrderIds newestNow) {
        return new Account(isOpen, balance, inFlight, orders + 1, Math.max(highestOrderId, orderId), newestNow);
    }
}
