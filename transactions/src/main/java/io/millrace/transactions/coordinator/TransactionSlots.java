package io.millrace.transactions.coordinator;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** All transactional ids in memory. Safe for use by several threads; each id is changed under the lock of its slot. */
final class TransactionSlots {
    private final ConcurrentSkipListMap<String, TransactionSlot> slots = new ConcurrentSkipListMap<>();

    /** The id's slot, locked; the caller unlocks it. */
    TransactionSlot locked(String transactionalId) {
        for (; ; ) {
            TransactionSlot slot = slots.computeIfAbsent(transactionalId, TransactionSlot::new);
            slot.lock();
            if (slots.get(transactionalId) == slot) {
                return slot;
            }
            // It was forgotten while this thread waited for it.
            slot.unlock();
        }
    }

    /** Lets go of the lock, and of the slot itself if nothing is known of its id. */
    void unlock(TransactionSlot slot) {
        if (slot.metadata() == null) {
            slots.remove(slot.transactionalId(), slot);
        }
        slot.unlock();
    }

    /** Null for an id that nobody ever used. */
    @Nullable TransactionSlot find(String transactionalId) {
        return slots.get(transactionalId);
    }

    @Nullable TransactionMetadata metadata(String transactionalId) {
        TransactionSlot slot = slots.get(transactionalId);
        return slot == null ? null : slot.metadata();
    }

    /** By id. */
    Collection<TransactionSlot> all() {
        return slots.values();
    }

    /** The one way in which anything that is known changes, live and in replay. */
    void apply(String transactionalId, TransactionMetadata metadata) {
        if (metadata.state() == TransactionState.DEAD) {
            TransactionSlot slot = slots.remove(transactionalId);
            if (slot != null) {
                slot.apply(null);
            }
        } else {
            slots.computeIfAbsent(transactionalId, TransactionSlot::new).apply(metadata);
        }
    }
}
