package io.millrace.transactions.coordinator;

import io.millrace.log.TopicPartition;
import io.millrace.transactions.HangingTransaction;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What the files say of transactions whose coordinator is another process. Each question reads them anew. Safe for use by several threads,
 * as the journal and the partitions are.
 *
 * <p>The journal may lag behind the coordinator, which keeps completions and, against power loss, enlistments in memory. What the
 * partitions say tells the difference: a decision of which every marker stands is complete, and an open transaction of a known producer is
 * ongoing. Only a transaction that has written nothing yet is not seen, and one that its coordinator lost is not told from one that it knows.
 *
 * <p>When such a transaction began is nowhere written: its age is counted from its first record's timestamp, which is the user's and may be
 * long ago, but never from before the last thing that the journal says of its id.
 */
public final class FollowedTransactions {
    private final InstantSource clock;
    private final TransactionJournal journal;
    private final Supplier<List<OpenTransaction>> openTransactions;

    public FollowedTransactions(
            InstantSource clock, TransactionJournal journal, Supplier<List<OpenTransaction>> openTransactions) {
        this.clock = clock;
        this.journal = journal;
        this.openTransactions = openTransactions;
    }

    /** All transactional ids, sorted. */
    public List<TransactionDescription> list() {
        long now = clock.millis();
        return look(openTransactions.get()).all().stream()
                .map(slot -> slot.describe(now))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The transactions that have been open for at least this long, oldest first. */
    public List<HangingTransaction> findHanging(Duration minimumAge) {
        // The partitions before the journal: who writes to one was initialised before.
        List<OpenTransaction> open = openTransactions.get();
        return new HangingTransactions(look(open), () -> open).find(clock.millis(), minimumAge);
    }

    private TransactionSlots look(List<OpenTransaction> open) {
        Map<Long, List<OpenTransaction>> byProducer = new HashMap<>(OrphanedTransactions.byProducerId(open));
        TransactionSlots slots = new TransactionSlots();
        new TransactionLog(journal, clock).replay(slots::apply);
        for (TransactionSlot slot : slots.all()) {
            TransactionMetadata journaled = slot.present();
            List<OpenTransaction> own =
                    byProducer.getOrDefault(journaled.producer().producerId(), List.of());
            slots.apply(slot.transactionalId(), present(journaled, own));
        }
        return slots;
    }

    private static TransactionMetadata present(TransactionMetadata journaled, List<OpenTransaction> open) {
        short epoch = journaled.producer().epoch();
        TransactionState state = journaled.state();
        List<OpenTransaction> newer = open.stream()
                .filter(part ->
                        part.producer().epoch() > epoch || (part.producer().epoch() == epoch && !state.isOpen()))
                .toList();
        if (newer.isEmpty()) {
            return state.isDecided() && open.isEmpty() ? journaled.completed(journaled.updateMillis()) : journaled;
        }
        TreeSet<TopicPartition> partitions = new TreeSet<>();
        newer.forEach(part -> partitions.add(part.topicPartition()));
        long began = Math.max(
                journaled.updateMillis(),
                newer.stream().mapToLong(OpenTransaction::firstTimestamp).min().orElse(Long.MIN_VALUE));
        return TransactionMetadata.empty(newer.get(0).producer(), journaled.timeoutMillis(), began)
                .ongoing(new ArrayList<>(partitions), began);
    }
}
