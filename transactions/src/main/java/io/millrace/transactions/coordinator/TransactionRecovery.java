package io.millrace.transactions.coordinator;

import io.millrace.log.CorruptionException;
import io.millrace.log.LogException;
import io.millrace.transactions.coordinator.TransactionCommand.AbortOrphan;
import io.millrace.transactions.coordinator.TransactionCommand.Fence;
import io.millrace.transactions.coordinator.TransactionParticipants.OpenTransaction;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an opening does before anybody uses the log: completes what was decided, and aborts what was open and not prepared (C8). */
final class TransactionRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionRecovery.class);

    private static final Short NO_EPOCH = -1;

    private final TransactionSlots slots;
    private final DecisionWriter writer;
    private final TransactionParticipants participants;

    TransactionRecovery(TransactionSlots slots, DecisionWriter writer, TransactionParticipants participants) {
        this.slots = slots;
        this.writer = writer;
        this.participants = participants;
    }

    void run() {
        slots.all().forEach(this::settle);
        Map<Long, List<OpenTransaction>> orphans = OrphanedTransactions.byProducerId(participants.openTransactions());
        Map<Long, Short> epochs = participants.highestEpochs();
        for (TransactionSlot slot : slots.all()) {
            long producerId = slot.present().producer().producerId();
            List<OpenTransaction> own = orphans.remove(producerId);
            adopt(slot, own == null ? List.of() : own, epochs.getOrDefault(producerId, NO_EPOCH));
        }
        orphans.values().forEach(unknown -> {
            LOG.warn(
                    "A producer that the journal does not know has open transactions, which are aborted: {}",
                    inWords(unknown));
            unknown.forEach(open ->
                    participants.abort(open.topicPartition(), open.producer().raised()));
        });
    }

    private static String inWords(List<OpenTransaction> open) {
        return open.stream()
                .map(one -> one.topicPartition() + " (" + inWords(one.producer()) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String inWords(ProducerIdentity producer) {
        return "producer " + producer.producerId() + ", epoch " + producer.epoch();
    }

    private void settle(TransactionSlot slot) {
        try {
            writer.finish(slot);
            writer.ask(slot, new Fence());
        } catch (LogException e) {
            if (!(e.getCause() instanceof CorruptionException)) {
                throw e;
            }
            // One damaged partition must not keep the others from being used. Whoever uses it, or the id, is told.
            LOG.error("{}", e.getMessage());
        }
    }

    /** Aborts what the partitions know of this producer and the journal does not. */
    private void adopt(TransactionSlot slot, List<OpenTransaction> own, short known) {
        TransactionMetadata metadata = slot.present();
        ProducerIdentity producer = metadata.producer();
        boolean isKept = metadata.state() == TransactionState.PREPARED
                || metadata.state().isDecided();
        if ((isKept || own.isEmpty()) && known <= producer.epoch()) {
            return;
        }
        LOG.info(
                "{}: what is open in partitions and not in the journal is aborted: {}",
                slot.transactionalId(),
                own.isEmpty() ? "nothing but an epoch, " + known : inWords(own));
        writer.ask(slot, new AbortOrphan(OrphanedTransactions.partitions(own), known));
    }
}
