package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.RecordMetadata;
import io.millrace.log.TopicDescription;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.partition.AppendResult;
import io.millrace.log.embedded.partition.BatchWriter;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one producer writes to one partition. It has two batches under construction: one of plain records, which is written when it is full
 * or flushed and belongs to the producer's thread alone; and one of <em>promised</em> records, whose futures must complete without
 * anybody's flush, so the engine's loop writes it soon. At most one of the two has records, which keeps the order.
 *
 * <p>A plain record costs one volatile read here, and no lock. The promised batch, its futures, and the sequence while there are any,
 * are guarded by this object's lock.
 */
final class ProducerLane {
    private static final int FIRST_CAPACITY = 4096;
    private static final AppendResult NOTHING = new AppendResult(0, -1, false);

    private record Promise(CompletableFuture<RecordMetadata> future, long timestamp) {}

    /** Records that were written and whose futures are to be completed. */
    private record Written(AppendResult at, List<Promise> promises) {}

    private final Object writing = new Object();
    private final PartitionLog log;
    private final TopicDescription topic;
    private final long producerId;
    private final int batchBytes;
    private final Durability durability;
    private final BatchWriter writer;
    /** Has {@link #writePromised} called by another thread. */
    private final Consumer<ProducerLane> soon;

    private final BatchBuilder plain = new BatchBuilder(FIRST_CAPACITY);
    private final BatchBuilder promised = new BatchBuilder(FIRST_CAPACITY);
    private List<Promise> promises = new ArrayList<>();
    private volatile boolean hasPromises;
    private int nextSequence;
    private boolean unforced;

    ProducerLane(PartitionLog log, TopicDescription topic, long producerId, LogEngine engine) {
        this.log = log;
        this.topic = topic;
        this.producerId = producerId;
        this.batchBytes = engine.config().producerBatchBytes();
        this.durability = engine.config().durability();
        this.writer = engine.writer();
        this.soon = engine::writeSoon;
        plain.begin(producerId, (short) 0, false);
        promised.begin(producerId, (short) 0, false);
    }

    /** Adds a plain record. When this throws, the record was not added. */
    void send(long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        checkSize(key, value, headers);
        if (hasPromises) {
            writePromised();
        }
        if (plain.sizeInBytes() >= batchBytes) {
            writePlain();
        }
        plain.append(timestamp, key, value, headers);
    }

    /** Adds a promised record. @return its future; the first of a batch asks for {@link #writePromised} soon */
    CompletionStage<RecordMetadata> promise(
            long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        checkSize(key, value, headers);
        writePlain();
        CompletableFuture<RecordMetadata> future = new CompletableFuture<>();
        boolean first;
        boolean full;
        synchronized (this) {
            first = promises.isEmpty();
            promised.append(timestamp, key, value, headers);
            promises.add(new Promise(future, timestamp));
            hasPromises = true;
            full = promised.sizeInBytes() >= batchBytes;
        }
        if (full) {
            writePromised();
        } else if (first) {
            soon.accept(this);
        }
        return future;
    }

    /** @throws LogException if the topic does not take a record of this size */
    private void checkSize(@Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        long size = (key == null ? 0L : key.length()) + (value == null ? 0L : value.length());
        for (int i = 0; i < headers.size(); i++) {
            BytesView header = headers.get(i).value();
            size += headers.get(i).name().length() + (header == null ? 0L : header.length());
        }
        if (size > topic.settings().maxRecordBytes()) {
            throw new LogException(
                    Disposition.STOP,
                    "A record of " + size + " bytes is larger than topic " + topic.name() + " takes ("
                            + topic.settings().maxRecordBytes()
                            + "): make it smaller, or create the topic with a larger maxRecordBytes");
        }
    }

    boolean hasPromises() {
        return hasPromises;
    }

    /** Writes what is under construction; acknowledged after {@link #force}. */
    void write() {
        writePromised();
        writePlain();
    }

    void force() {
        if (unforced && durability == Durability.POWER_LOSS) {
            log.force();
            unforced = false;
        }
    }

    private void writePlain() {
        if (plain.isEmpty()) {
            return;
        }
        // When this throws, the batch stays: the same bytes with the same sequence are tried again by the next send or
        // flush.
        writer.append(log, plain, nextSequence);
        nextSequence = BatchFormat.addToSequence(nextSequence, plain.recordCount());
        unforced = true;
        plain.begin(producerId, (short) 0, false);
    }

    /** Writes the promised records and completes their futures, with the error if there is one. From any thread. */
    void writePromised() {
        // Held until the futures are complete, so that a flush that finds nothing to write still waits for who writes.
        synchronized (writing) {
            Written written = appendPromised();
            if (written.promises().isEmpty()) {
                return;
            }
            try {
                if (durability == Durability.POWER_LOSS) {
                    // Without the lane's lock: what is promised meanwhile goes into the next batch, and one force
                    // serves it all.
                    log.force();
                }
            } catch (RuntimeException e) {
                fail(written.promises(), e);
                return;
            }
            complete(written);
        }
    }

    /** If it throws, nothing was written and the sequence stands: the next batch may use it. */
    private synchronized Written appendPromised() {
        List<Promise> taken = promises;
        if (taken.isEmpty()) {
            return new Written(NOTHING, taken);
        }
        try {
            AppendResult at = writer.append(log, promised, nextSequence);
            nextSequence = BatchFormat.addToSequence(nextSequence, taken.size());
            return new Written(at, taken);
        } catch (RuntimeException e) {
            fail(taken, e);
            return new Written(NOTHING, List.of());
        } finally {
            promises = new ArrayList<>();
            promised.begin(producerId, (short) 0, false);
            hasPromises = false;
        }
    }

    private void complete(Written written) {
        for (int i = 0; i < written.promises().size(); i++) {
            Promise promise = written.promises().get(i);
            long timestamp = written.at().appendTime() < 0
                    ? promise.timestamp()
                    : written.at().appendTime();
            promise.future()
                    .complete(new RecordMetadata(
                            log.topicPartition(), written.at().baseOffset() + i, timestamp));
        }
    }

    private static void fail(List<Promise> promises, RuntimeException error) {
        promises.forEach(promise -> promise.future().completeExceptionally(error));
    }
}
