package io.millrace.transactions.coordinator;

/**
 * What a batch says of who wrote it.
 *
 * @param producerId never handed out twice
 * @param epoch raised by every end of a transaction and by every new owner of the transactional id
 */
public record ProducerIdentity(long producerId, short epoch) {
    /** Nobody: equal to no producer's identity. */
    public static final ProducerIdentity NONE = new ProducerIdentity(-1, (short) -1);

    /** The last epoch that a producer may write with; its end is marked with the one above, which is the last there is. */
    public static final short LAST_EPOCH = Short.MAX_VALUE - 1;

    /** True if no higher epoch can be given to a producer, so that the next one needs a new producer id. */
    public boolean isExhausted() {
        return epoch >= LAST_EPOCH;
    }

    /** The identity after an end. It stays at the highest epoch, which no producer ever writes with. */
    public ProducerIdentity raised() {
        return epoch == Short.MAX_VALUE ? this : new ProducerIdentity(producerId, (short) (epoch + 1));
    }
}
