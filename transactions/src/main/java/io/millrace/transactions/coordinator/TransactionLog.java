package io.millrace.transactions.coordinator;

import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes and replays the records of {@code __transaction_state}. Shared by all producers' threads, under a lock of its own that no reader
 * takes.
 *
 * <p>A completion is {@linkplain #defer deferred}: it rides in the batch of the next record, so that a transaction costs one append less
 * (C5), or is left out when that is a newer record of the same id.
 */
final class TransactionLog {
    private final TransactionJournal journal;
    private final InstantSource clock;
    private final BatchBuilder batch = new BatchBuilder(1 << 10);
    private final BytesWriter valueBytes = new BytesWriter(1 << 8);
    private final BytesView value = new BytesView();
    private final Map<BytesView, TransactionMetadata> deferred = new LinkedHashMap<>();
    private boolean isIdle;

    TransactionLog(TransactionJournal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** Appends a record, with all that was deferred in front of it. When it throws, all of it is still to be written. */
    synchronized void append(BytesView key, TransactionMetadata metadata) {
        long now = clock.millis();
        begin(key, now);
        add(key, metadata, now);
        journal.append(batch.finish(BatchFormat.NO_SEQUENCE));
        deferred.clear();
        isIdle = false;
    }

    /** Appends a record with the next one, whosoever that is, unless a newer one of the same id comes before. */
    synchronized void defer(BytesView key, TransactionMetadata metadata) {
        deferred.put(key, metadata);
    }

    /** Appends what was deferred. */
    synchronized void writeDeferred() {
        if (!deferred.isEmpty()) {
            begin(null, clock.millis());
            journal.append(batch.finish(BatchFormat.NO_SEQUENCE));
            deferred.clear();
        }
    }

    /** Appends what was deferred, if nothing was appended since the last call: then no record comes that would take it along. */
    synchronized void writeDeferredWhenIdle() {
        if (isIdle) {
            writeDeferred();
        }
        isIdle = true;
    }

    /** Makes everything appended so far durable. Takes no lock, so that several transactions share a force. */
    void force() {
        journal.force();
    }

    /** Hands over the newest record of each id that is not forgotten, sorted; older ones are passed over without decoding them. */
    void replay(Visitor visitor) {
        Map<BytesView, BytesWriter> newest = new TreeMap<>();
        journal.replay((recordKey, recordValue) -> {
            if (recordKey == null) {
                return;
            }
            if (recordValue == null) {
                newest.remove(recordKey);
                return;
            }
            BytesWriter latest = newest.get(recordKey);
            if (latest == null) {
                latest = new BytesWriter(recordValue.length());
                newest.put(recordKey.copy(), latest);
            }
            latest.clear().putBytes(recordValue);
        });
        newest.forEach((recordKey, latest) -> visitor.record(
                TransactionLogFormat.readKey(recordKey), TransactionLogFormat.readValue(latest.viewInto(value))));
    }

    private void begin(@Nullable BytesView replaced, long now) {
        batch.begin(BatchFormat.NO_PRODUCER_ID, BatchFormat.NO_PRODUCER_EPOCH, false);
        deferred.forEach((key, metadata) -> {
            if (replaced == null || !key.equals(replaced)) {
                add(key, metadata, now);
            }
        });
    }

    private void add(BytesView key, TransactionMetadata metadata, long now) {
        if (metadata.state() == TransactionState.DEAD) {
            batch.append(now, key, null, List.of());
            return;
        }
        valueBytes.clear();
        TransactionLogFormat.writeValue(metadata, valueBytes);
        batch.append(now, key, valueBytes.viewInto(value), List.of());
    }

    /** Sees the records of a replay. */
    @FunctionalInterface
    interface Visitor {
        void record(String transactionalId, TransactionMetadata metadata);
    }
}
