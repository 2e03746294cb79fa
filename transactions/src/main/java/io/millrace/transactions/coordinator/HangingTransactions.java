package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.HangingTransaction.Open;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compares what is open in the partitions with what the coordinator knows. Without state. */
final class HangingTransactions {
    private final TransactionSlots slots;
    private final Supplier<List<OpenTransaction>> openTransactions;

    /** @param openTransactions those in the partitions; each is true of some instant of the call */
    HangingTransactions(TransactionSlots slots, Supplier<List<OpenTransaction>> openTransactions) {
        this.slots = slots;
        this.openTransactions = openTransactions;
    }

    /** Oldest first. */
    List<HangingTransaction> find(long nowMillis, Duration minimumAge) {
        // In this order: a partition is enlisted before its first batch and its transaction completed after its marker.
        // So what is open
        // in a partition before and after nobody was found to know it is known to nobody.
        List<OpenTransaction> before = openTransactions.get();
        Map<Long, TransactionSlot> ids = idsByProducerId();
        Map<Long, Known> known = known(ids);
        List<HangingTransaction> found = new ArrayList<>();
        List<OpenTransaction> unknown = new ArrayList<>();
        Map<Long, List<Open>> partitions = new TreeMap<>();
        for (OpenTransaction open : before) {
            if (known.containsKey(open.producer().producerId())) {
                partitions
                        .computeIfAbsent(open.producer().producerId(), id -> new ArrayList<>())
                        .add(part(open));
            } else {
                unknown.add(open);
            }
        }
        known.forEach((producerId, transaction) ->
                found.add(transaction.describe(nowMillis, partitions.getOrDefault(producerId, List.of()))));
        if (!unknown.isEmpty()) {
            List<OpenTransaction> after = openTransactions.get();
            unknown.stream()
                    .filter(open -> after.stream().anyMatch(open::isSameAs))
                    .map(open -> orphaned(open, ids.get(open.producer().producerId()), nowMillis))
                    .forEach(found::add);
        }
        return found.stream()
                .filter(transaction -> transaction.age().compareTo(minimumAge) >= 0)
                .sorted(Comparator.comparing(HangingTransaction::age).reversed())
                .toList();
    }

    /** A transaction that the coordinator knows to have no end, or not all markers. */
    private record Known(String transactionalId, TransactionMetadata metadata) {
        HangingTransaction describe(long nowMillis, List<Open> partitions) {
            return new HangingTransaction(
                    Optional.of(transactionalId),
                    metadata.state().label(),
                    metadata.producer().producerId(),
                    metadata.producer().epoch(),
                    age(nowMillis, metadata.startMillis()),
                    partitions);
        }
    }

    private Map<Long, TransactionSlot> idsByProducerId() {
        Map<Long, TransactionSlot> ids = new TreeMap<>();
        for (TransactionSlot slot : slots.all()) {
            TransactionMetadata metadata = slot.metadata();
            if (metadata != null) {
                ids.put(metadata.producer().producerId(), slot);
            }
        }
        return ids;
    }

    private static Map<Long, Known> known(Map<Long, TransactionSlot> ids) {
        Map<Long, Known> known = new TreeMap<>();
        ids.values().forEach(slot -> {
            TransactionMetadata metadata = slot.metadata();
            if (metadata != null
                    && (metadata.state().isOpen() || metadata.state().isDecided())) {
                known.put(metadata.producer().producerId(), new Known(slot.transactionalId(), metadata));
            }
        });
        return known;
    }

    private static HangingTransaction orphaned(OpenTransaction open, @Nullable TransactionSlot slot, long nowMillis) {
        return new HangingTransaction(
                Optional.ofNullable(slot).map(TransactionSlot::transactionalId),
                HangingTransaction.ORPHANED,
                open.producer().producerId(),
                open.producer().epoch(),
                age(nowMillis, open.firstTimestamp()),
                List.of(part(open)));
    }

    private static Open part(OpenTransaction open) {
        return new Open(open.topicPartition(), open.firstOffset(), open.lag());
    }

    private static Duration age(long nowMillis, long sinceMillis) {
        return Duration.ofMillis(Math.max(0, nowMillis - sinceMillis));
    }

    /** The open transaction of a producer in a partition. */
    Optional<OpenTransaction> findOpen(TopicPartition topicPartition, long producerId) {
        return openTransactions.get().stream()
                .filter(open -> open.topicPartition().equals(topicPartition)
                        && open.producer().producerId() == producerId)
                .findFirst();
    }

    /** The id that has this producer id, null if none has. */
    @Nullable TransactionSlot ownerOf(long producerId) {
        return idsByProducerId().get(producerId);
    }
}
