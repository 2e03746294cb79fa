package io.millrace.log.embedded.producer;

import io.millrace.log.embedded.format.BatchFormat;

/**
 * What a partition knows of one producer: its epoch, its last five batches, its open transaction. Owned by the {@link ProducerStateTable}
 * that holds it.
 */
public final class ProducerState {
    /** How many batches a producer may have unanswered, and so how far back a retry is recognised. */
    public static final int WINDOW = 5;

    static final long NO_OFFSET = -1;
    static final int NO_COORDINATOR_EPOCH = -1;

    private final long producerId;
    private short epoch;
    private int coordinatorEpoch = NO_COORDINATOR_EPOCH;
    private long lastTimestamp = BatchFormat.NO_TIMESTAMP;
    private long transactionFirstOffset = NO_OFFSET;
    /** True if a batch came since the last look at who is idle. */
    private boolean active;

    private final int[] firstSequences = new int[WINDOW];
    private final int[] lastSequences = new int[WINDOW];
    private final long[] baseOffsets = new long[WINDOW];
    private final long[] lastOffsets = new long[WINDOW];
    private int newest;
    private int batches;

    ProducerState(long producerId, short epoch) {
        this.producerId = producerId;
        this.epoch = epoch;
    }

    public long producerId() {
        return producerId;
    }

    public short epoch() {
        return epoch;
    }

    public int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    public long lastTimestamp() {
        return lastTimestamp;
    }

    public boolean hasOpenTransaction() {
        return transactionFirstOffset != NO_OFFSET;
    }

    /** The offset at which the open transaction began here, −1 without one. */
    public long transactionFirstOffset() {
        return transactionFirstOffset;
    }

    /** How many batches the window holds: those of the present epoch, at the most {@link #WINDOW}. */
    int batches() {
        return batches;
    }

    /** The sequence of the last record of the present epoch, {@link BatchFormat#NO_SEQUENCE} if there is none. */
    public int lastSequence() {
        return batches == 0 ? BatchFormat.NO_SEQUENCE : lastSequences[newest];
    }

    /** The base offset of the last batch in the window; only with {@link #batches} above 0. */
    long lastBatchBaseOffset() {
        return baseOffsets[newest];
    }

    /** The last offset of the last batch in the window, −1 if it is empty. */
    long lastBatchLastOffset() {
        return batches == 0 ? NO_OFFSET : lastOffsets[newest];
    }

    /** Where the window holds exactly this batch: an index for {@link #baseOffset} and {@link #lastOffset}, −1 if it does not. */
    public int indexOfDuplicate(short ofEpoch, int firstSequence, int lastSequence) {
        if (ofEpoch == epoch) {
            for (int i = 0; i < batches; i++) {
                int slot = (newest - i + WINDOW) % WINDOW;
                if (firstSequences[slot] == firstSequence && lastSequences[slot] == lastSequence) {
                    return slot;
                }
            }
        }
        return -1;
    }

    public long baseOffset(int slot) {
        return baseOffsets[slot];
    }

    public long lastOffset(int slot) {
        return lastOffsets[slot];
    }

    /** Takes over an epoch; a new one empties the window. */
    void advanceEpoch(short to) {
        if (to != epoch) {
            epoch = to;
            batches = 0;
        }
    }

    void addBatch(int firstSequence, int lastSequence, long baseOffset, long lastOffset) {
        newest = (newest + 1) % WINDOW;
        firstSequences[newest] = firstSequence;
        lastSequences[newest] = lastSequence;
        baseOffsets[newest] = baseOffset;
        lastOffsets[newest] = lastOffset;
        batches = Math.min(batches + 1, WINDOW);
    }

    void seenAt(long timestamp) {
        lastTimestamp = timestamp;
        active = true;
    }

    /** True if nothing came of the producer since it was last asked this, and that was {@code idleMillis} ago or more. */
    boolean isExpired(long nowMillis, long idleMillis) {
        if (active) {
            // Timestamps are the user's, and may be years old or lie in the future: idle is what was idle here.
            active = false;
            lastTimestamp = nowMillis;
        }
        return !hasOpenTransaction() && nowMillis - lastTimestamp >= idleMillis;
    }

    void beginTransaction(long firstOffset) {
        transactionFirstOffset = firstOffset;
    }

    void endTransaction() {
        transactionFirstOffset = NO_OFFSET;
    }

    void coordinatedBy(int atEpoch) {
        coordinatorEpoch = atEpoch;
    }
}
