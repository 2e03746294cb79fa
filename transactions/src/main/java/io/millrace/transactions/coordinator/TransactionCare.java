package io.millrace.transactions.coordinator;

import io.millrace.log.LogException;
import io.millrace.platform.LoopStep;
import io.millrace.transactions.coordinator.TransactionCommand.Expire;
import io.millrace.transactions.coordinator.TransactionCommand.Forget;
import io.millrace.transactions.coordinator.TransactionDecision.Answer;
import io.millrace.transactions.coordinator.TransactionDecision.Persist;
import io.millrace.transactions.coordinator.TransactionDecision.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Aborts what timed out, writes markers that are missing, forgets ids that nobody uses. Run by one background loop. */
final class TransactionCare implements LoopStep {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionCare.class);

    /** How long an id that nobody uses is remembered; Kafka's default. */
    private static final Duration ID_RETENTION = Duration.ofDays(7);

    private final TransactionSlots slots;
    private final DecisionWriter writer;
    private final TransactionLog log;
    private final InstantSource clock;
    private final RepeatedWarning deferredWarning = new RepeatedWarning(LOG);

    TransactionCare(TransactionSlots slots, DecisionWriter writer, TransactionLog log, InstantSource clock) {
        this.slots = slots;
        this.writer = writer;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public int runOnce(long nowNanos) {
        int done = 0;
        try {
            log.writeDeferredWhenIdle();
            deferredWarning.over();
        } catch (LogException e) {
            deferredWarning.warn("Completions of transactions could not be written: " + e.getMessage());
        }
        for (TransactionSlot slot : slots.all()) {
            if (slot.mayNeedCare(nowNanos, clock.millis(), ID_RETENTION.toMillis()) && slot.tryLock()) {
                try {
                    done += careFor(slot, nowNanos);
                    slot.trouble().over();
                } catch (LogException e) {
                    slot.trouble().warn(slot.transactionalId() + ": " + e.getMessage());
                } finally {
                    slot.unlock();
                }
            }
        }
        return done;
    }

    private int careFor(TransactionSlot slot, long nowNanos) {
        TransactionMetadata metadata = slot.metadata();
        if (metadata == null) {
            return 0;
        }
        TransactionCommand command = slot.mayBeForgotten()
                ? new Forget(clock.millis() - metadata.updateMillis(), ID_RETENTION.toMillis())
                : new Expire(slot.idleMillis(nowNanos));
        TransactionDecision decision = writer.decide(slot, command);
        if (decision instanceof Persist persist) {
            if (persist.next().state().isDecided()) {
                LOG.warn(
                        "The transaction of {} showed no sign of life for {} ms and is aborted",
                        slot.transactionalId(),
                        slot.idleMillis(nowNanos));
                slot.shutOut(metadata.producer(), FencedBy.TIMEOUT);
            }
            writer.persist(slot, persist.next());
        } else if (((Answer) decision).verdict() == Verdict.DONE) {
            return 0;
        }
        writer.finish(slot);
        return 1;
    }
}
