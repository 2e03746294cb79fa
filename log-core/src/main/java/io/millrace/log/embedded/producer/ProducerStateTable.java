package io.millrace.log.embedded.producer;

import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.ControlBatchFormat;
import io.millrace.log.embedded.format.ControlBatchFormat.ControlType;
import io.millrace.log.embedded.format.ControlBatchFormat.Marker;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All producers of one partition and their open transactions. Owned by the partition's writer, under its lock. It is the fold of the
 * partition's batches (Q2): {@link #apply} is called for every batch, once it stands in the log, and for every batch that is replayed.
 */
public final class ProducerStateTable {
    private final Map<Long, ProducerState> producers = new HashMap<>();
    private final OpenTransactions openTransactions = new OpenTransactions();

    public ProducerStateTable() {}

    /** A table as a snapshot remembers it. */
    ProducerStateTable(Collection<ProducerState> snapshot) {
        for (ProducerState state : snapshot) {
            producers.put(state.producerId(), state);
            if (state.hasOpenTransaction()) {
                openTransactions.begin(state.producerId(), state.transactionFirstOffset());
            }
        }
    }

    /** What is known of a producer; null if nothing. Changes with the next {@link #apply}. */
    public @Nullable ProducerState get(long producerId) {
        return producers.get(producerId);
    }

    public boolean hasOpenTransaction(long producerId) {
        ProducerState state = producers.get(producerId);
        return state != null && state.hasOpenTransaction();
    }

    /** The first offset of the oldest open transaction, or {@code logEndOffset} if none is open. */
    public long firstUndecidedOffset(long logEndOffset) {
        return openTransactions.firstOffset(logEndOffset);
    }

    /** True while any transaction is open. */
    public boolean hasOpenTransactions() {
        return openTransactions.firstOffset(Long.MAX_VALUE) < Long.MAX_VALUE;
    }

    /** Sees a producer and the epoch that is known of it. */
    public interface EpochVisitor {
        void producer(long producerId, short epoch);
    }

    /** Shows every producer, in no order. */
    public void forEach(EpochVisitor visitor) {
        producers.forEach((producerId, state) -> visitor.producer(producerId, state.epoch()));
    }

    public int size() {
        return producers.size();
    }

    /**
     * Forgets the producers of which nothing came for some time; never one whose transaction is open (C5). Called from time to time: idle
     * time counts from the first call after the last batch.
     *
     * @return how many were forgotten
     */
    public int expire(long nowMillis, long idleMillis) {
        int before = producers.size();
        producers.values().removeIf(state -> state.isExpired(nowMillis, idleMillis));
        return before - producers.size();
    }

    /** Of each producer, the offset of its last data batch in the present epoch, and its epoch. */
    public Map<Long, LastBatch> lastBatches() {
        Map<Long, LastBatch> result = new HashMap<>();
        producers.forEach((id, state) -> result.put(id, new LastBatch(state.lastBatchLastOffset(), state.epoch())));
        return result;
    }

    /**
     * What has to stay in the log so that a producer is known from it.
     *
     * @param lastOffset the last offset of its last data batch, −1 if there is none in the epoch: then its marker is what tells the epoch
     */
    public record LastBatch(long lastOffset, short epoch) {}

    /** All producers, by id, so that the same table always gives the same snapshot. */
    List<ProducerState> inOrder() {
        return producers.values().stream()
                .sorted(Comparator.comparingLong(ProducerState::producerId))
                .toList();
    }

    /**
     * Takes a batch into account that stands in the log, with its final offsets. Nothing is checked: whoever appended it did.
     *
     * @return the transaction that the batch ended, or null
     */
    public @Nullable CompletedTransaction apply(BatchView batch) {
        if (!batch.hasProducerId()) {
            return null;
        }
        if (batch.isControl()) {
            return applyMarker(batch, ControlBatchFormat.parse(batch));
        }
        ProducerState state = stateOf(batch);
        state.seenAt(batch.maxTimestamp());
        if (batch.hasSequence()) {
            state.addBatch(batch.baseSequence(), batch.lastSequence(), batch.baseOffset(), batch.lastOffset());
        }
        if (batch.isTransactional() && !state.hasOpenTransaction()) {
            state.beginTransaction(batch.baseOffset());
            openTransactions.begin(batch.producerId(), batch.baseOffset());
        }
        return null;
    }

    private @Nullable CompletedTransaction applyMarker(BatchView batch, Marker marker) {
        if (marker.type() == ControlType.OTHER) {
            return null;
        }
        ProducerState state = stateOf(batch);
        state.seenAt(batch.maxTimestamp());
        state.coordinatedBy(marker.coordinatorEpoch());
        if (!state.hasOpenTransaction()) {
            return null;
        }
        long firstOffset = state.transactionFirstOffset();
        state.endTransaction();
        openTransactions.end(batch.producerId());
        return new CompletedTransaction(
                batch.producerId(),
                firstOffset,
                batch.lastOffset(),
                openTransactions.firstOffset(batch.nextOffset()),
                marker.type() == ControlType.ABORT);
    }

    private ProducerState stateOf(BatchView batch) {
        ProducerState state = producers.get(batch.producerId());
        if (state == null) {
            state = new ProducerState(batch.producerId(), batch.producerEpoch());
            producers.put(batch.producerId(), state);
        } else {
            state.advanceEpoch(batch.producerEpoch());
        }
        return state;
    }
}
