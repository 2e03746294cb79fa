package io.millrace.examples.bank;

import io.millrace.state.KeyValueStore;

/**
 * The ids of the last {@value #WINDOW} orders of every account, in bounded space. Owned by one task.
 *
 * <p>The newest, incomplete chunk is part of the account, which is read and written for every order anyway. A chunk that fills up moves
 * into a ring of {@value #RING} chunks, over the one that has left the window. So the common order touches one entry, one order in
 * {@value OrderIds#CHUNK} touches two, and only an id that is not the highest of its account has to look into the ring.
 */
final class RecentOrders {
    /** How many orders back a duplicate is recognised. */
    static final int WINDOW = 1_000;

    static final int RING = WINDOW / OrderIds.CHUNK;

    private final KeyValueStore<ChunkKey, OrderIds> ring;

    RecentOrders(KeyValueStore<ChunkKey, OrderIds> ring) {
        this.ring = ring;
    }

    /** Where a full chunk rests. @param slot 0 to {@value RecentOrders#RING} − 1 */
    record ChunkKey(long account, int slot) {}

    /** Whether one of the last {@value #WINDOW} orders of the account had this id. */
    boolean contains(long accountId, Account account, long orderId) {
        if (account.orders() == 0 || orderId > account.highestOrderId()) {
            return false;
        }
        OrderIds newest = account.newest();
        if (newest.contains(orderId, 0)) {
            return true;
        }
        long fullChunks = account.orders() / OrderIds.CHUNK;
        long firstChunk = Math.max(0, fullChunks - RING);
        for (long chunk = fullChunks - 1; chunk >= firstChunk; chunk--) {
            // Of the oldest chunk in the ring, as many ids have left the window as the incomplete chunk has entered.
            boolean isPartlyOut = chunk == fullChunks - RING;
            OrderIds ids = ring.get(new ChunkKey(accountId, slotOf(chunk)));
            if (ids == null) {
                throw new IllegalStateException(
                        "Account " + accountId + " has lost the chunk " + chunk + " of its orders");
            }
            if (ids.contains(orderId, isPartlyOut ? newest.size() : 0)) {
                return true;
            }
        }
        return false;
    }

    /** The account with one more order, whatever becomes of the order. */
    Account add(long accountId, Account account, long orderId) {
        OrderIds newest = account.newest().plus(orderId);
        if (newest.isFull()) {
            ring.put(new ChunkKey(accountId, slotOf(account.orders() / OrderIds.CHUNK)), newest);
            newest = OrderIds.EMPTY;
        }
        return account.withOrder(orderId, newest);
    }

    private static int slotOf(long chunk) {
        return (int) (chunk % RING);
    }
}
