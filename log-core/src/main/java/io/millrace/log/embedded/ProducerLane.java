package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.RecordMetadata;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.partition.AppendResult;
import io.millrace.log.embedded.partition.BatchWriter;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.guard.RecordRule;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one producer writes to one partition. It has two batches under construction: one of plain records, which is written when it is full
 * or flushed and belongs to the producer's thread alone; and one of <em>promised</em> records, whose futures must complete without
 * anybody's flush, so the engine's loop writes it soon. At most one of the two has records, which keeps the order. A promised batch that
 * finds the disk full stays, with its place in the order, and is tried again; more records may join it meanwhile.
 *
 * <p>A plain record costs two volatile reads here, and no lock. Only the producer's thread adds records, and so makes the arrays larger or
 * lets them go: it alone counts them, in {@link ProducerMemory}. The promised batch, its futures, and the sequence while there are any,
 * are guarded by this object's lock.
 */
final class ProducerLane {
    private static final int FIRST_CAPACITY = 4096;
    private static final AppendResult NOTHING = new AppendResult(0, -1, false);
    private static final long UNKNOWN_OFFSET = -1;
    /** How long a batch rests that found the disk full. */
    private static final long RETRY_NANOS = 100_000_000;

    private record Promise(CompletableFuture<RecordMetadata> future, long timestamp) {}

    /**
     * What became of the promised records.
     *
     * @param promises those that were written, whose futures are to be completed
     * @param kept why they could not be written and stay; null if none stay
     * @param makesRoom true if there were some, and none stay
     */
    private record Written(
            AppendResult at,
            List<Promise> promises,
            @Nullable LogException kept,
            boolean makesRoom) {}

    /** Held by whoever writes promised records, until their futures are complete. Taken before this object's lock. */
    private final ReentrantLock writing = new ReentrantLock();

    private final LogEngine engine;
    private final PartitionLog log;
    private final ProducerTerms terms;
    private final int batchBytes;
    private final BatchWriter writer;
    private final ProducerMemory memory;

    private final BatchBuilder plain = new BatchBuilder();
    private final BatchBuilder promised = new BatchBuilder();
    private List<Promise> promises = new ArrayList<>();
    private volatile boolean hasPromises;
    /** Why what is promised could not be written when it was tried last; null if it was, or never tried. */
    private volatile @Nullable LogException refusal;

    private long promisedSinceNanos;
    private int nextSequence;
    private boolean unforced;

    ProducerLane(PartitionLog log, LogEngine engine, ProducerTerms terms, ProducerMemory memory) {
        this.engine = engine;
        this.log = log;
        this.terms = terms;
        this.memory = memory;
        this.batchBytes = engine.config().producerBatchBytes();
        this.writer = engine.writer();
        beginPlain();
        beginPromised();
    }

    private void beginPlain() {
        plain.begin(terms.producerId(), (short) 0, false);
    }

    private void beginPromised() {
        promised.begin(terms.producerId(), (short) 0, false);
    }

    /** True if the next record begins a batch, as far as can be told without a lock. */
    boolean isAtBatchEdge() {
        int size = plain.recordCount();
        return size == 0 ? !hasPromises : plain.sizeInBytes() >= batchBytes;
    }

    PartitionLog log() {
        return log;
    }

    /** Adds a plain record. When this throws, the record was not added. */
    void send(long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        RecordRule.check(log.topicPartition(), log.settings().topic(), key, value, headers);
        if (hasPromises) {
            throwIfKept(writePromised(false));
        }
        if (plain.sizeInBytes() >= batchBytes) {
            writePlain();
        }
        if (!plain.tryAppend(timestamp, key, value, headers)) {
            grow(plain, timestamp, key, value, headers);
            plain.append(timestamp, key, value, headers);
        }
    }

    /** Gives a batch the memory for another record; for which this lane or others may have to be written out. */
    private void grow(
            BatchBuilder batch,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        int capacity;
        do {
            synchronized (this) {
                capacity = capacity(batch, batch.sizeWith(timestamp, key, value, headers));
            }
        } while (!memory.reserve(this, capacity));
        synchronized (this) {
            int before = batch.capacity();
            batch.grow(capacity);
            memory.changed(this, capacity - before);
        }
    }

    /** Doubled until the batch is as large as it is to be, and then with room for the record that goes beyond: of usual size, or its own. */
    private int capacity(BatchBuilder batch, int size) {
        long whole = Math.min(batchBytes + (long) batchBytes / 8, BatchBuilder.LARGEST_CAPACITY);
        long doubled = 2L * batch.capacity();
        long usual = doubled == 0 ? Math.min(FIRST_CAPACITY, whole) : doubled < batchBytes ? doubled : whole;
        return (int) Math.max(size, usual);
    }

    private static void throwIfKept(@Nullable LogException kept) {
        if (kept != null) {
            throw kept;
        }
    }

    /** Adds a promised record. When this throws, the record was not added. @return its future */
    CompletionStage<RecordMetadata> promise(
            long timestamp, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        RecordRule.check(log.topicPartition(), log.settings().topic(), key, value, headers);
        writePlain();
        if (isPromisedFull()) {
            terms.patience().until(this::tryMakeRoom, this::noRoom);
        }
        Promise promise = new Promise(new CompletableFuture<>(), timestamp);
        while (!tryPromise(promise, key, value, headers)) {
            grow(promised, timestamp, key, value, headers);
        }
        if (isPromisedFull()) {
            tryMakeRoom();
        }
        return promise.future();
    }

    /** @return false if there is no memory for it: nothing was added */
    private boolean tryPromise(
            Promise promise, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        boolean first;
        synchronized (this) {
            if (!promised.tryAppend(promise.timestamp(), key, value, headers)) {
                return false;
            }
            first = promises.isEmpty();
            if (first) {
                promisedSinceNanos = engine.world().ticker().nanos();
            }
            promises.add(promise);
            hasPromises = true;
        }
        if (terms.acknowledgesAtOnce()) {
            promise.future().complete(new RecordMetadata(log.topicPartition(), UNKNOWN_OFFSET, promise.timestamp()));
        }
        if (first) {
            engine.writeAfter(terms.lingerNanos(), this);
        }
        return true;
    }

    private synchronized boolean isPromisedFull() {
        // Without a record it has room for one, however small batches are to be.
        return !promised.isEmpty() && promised.sizeInBytes() >= batchBytes;
    }

    /** Writes what is promised, unless another thread is about it. @return true if there is room */
    private boolean tryMakeRoom() {
        if (writing.tryLock()) {
            try {
                writePromised(false);
            } finally {
                writing.unlock();
            }
        }
        return !isPromisedFull();
    }

    private LogException noRoom() {
        LogException why = refusal;
        String refused = "A record for " + log.topicPartition()
                + " was not taken: the batch before it is full and could not be" + " written in time";
        return why == null
                ? new LogException(
                        Disposition.RETRY,
                        refused + ". Wait until the disk is faster, or give the producer a longer maxBlock")
                : new LogException(Disposition.RETRY, refused + ": " + why.getMessage(), why);
    }

    boolean hasPromises() {
        return hasPromises;
    }

    /**
     * Writes what is under construction; acknowledged after {@link #force}.
     *
     * @throws LogException with RETRY if the disk is full: then it stays, and is tried again
     */
    void write() {
        throwIfKept(writePromised(false));
        writePlain();
    }

    /** The same for the last time: what cannot be written now fails. */
    void writeLast() {
        throwIfKept(writePromised(true));
        writePlain();
    }

    void force() {
        if (unforced && terms.forces()) {
            log.force();
            unforced = false;
        }
    }

    /** Bytes of memory for the batches. */
    synchronized int held() {
        return plain.capacity() + promised.capacity();
    }

    /** Lets the memory of the batches go, which {@link #write} has just written. @return how many bytes that were */
    synchronized int release() {
        int held = held();
        plain.release();
        promised.release();
        return held;
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
        beginPlain();
    }

    /** Writes the promised records, and if the disk is full again later. For the engine's loop. */
    void writeInBackground() {
        if (writePromised(false) != null) {
            engine.writeAfter(RETRY_NANOS, this);
        }
    }

    /** The same at the end of the engine: what cannot be written now fails. */
    void endInBackground() {
        writePromised(true);
    }

    /**
     * Writes the promised records and completes their futures, with the error if there is one. From any thread.
     *
     * @param last true if they are to fail where they would stay
     * @return why they stay, null if they do not
     */
    private @Nullable LogException writePromised(boolean last) {
        // Held until the futures are complete, so that a flush that finds nothing to write still waits for who writes.
        writing.lock();
        try {
            Written written = appendPromised(last);
            if (!written.promises().isEmpty()) {
                finish(written);
            }
            // Not where there was nothing: a send that waits for memory looks here, and would wake itself without end.
            if (written.makesRoom()) {
                terms.patience().wake();
            }
            return written.kept();
        } finally {
            writing.unlock();
        }
    }

    private void finish(Written written) {
        try {
            if (terms.forces()) {
                // Without the lane's lock: what is promised meanwhile goes into the next batch, and one force serves it
                // all.
                log.force();
            }
        } catch (RuntimeException e) {
            fail(written.promises(), e);
            return;
        }
        complete(written);
    }

    /** If this fails, nothing was written and the sequence stands: the next attempt may use it. */
    private synchronized Written appendPromised(boolean last) {
        List<Promise> taken = promises;
        if (taken.isEmpty()) {
            return new Written(NOTHING, taken, null, false);
        }
        AppendResult at = NOTHING;
        LogException kept = null;
        try {
            at = writer.append(log, promised, nextSequence);
            refusal = null;
            nextSequence = BatchFormat.addToSequence(nextSequence, taken.size());
        } catch (LogException e) {
            if (e.disposition() == Disposition.RETRY && !isOverdue()) {
                kept = e;
            }
            refusal = kept;
            if (kept == null || last) {
                fail(taken, e);
                taken = List.of();
            } else {
                return new Written(NOTHING, List.of(), e, false);
            }
        } catch (RuntimeException e) {
            fail(taken, e);
            taken = List.of();
        }
        promises = new ArrayList<>();
        beginPromised();
        hasPromises = false;
        return new Written(at, taken, kept, true);
    }

    private boolean isOverdue() {
        return engine.world().ticker().nanos() - promisedSinceNanos >= terms.deliveryNanos();
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
