package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Compression;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.LogModel.Entry;
import io.millrace.log.embedded.partition.LogModel.Kind;
import io.millrace.log.embedded.partition.LogModel.Known;
import io.millrace.log.embedded.partition.LogModel.Seen;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A partition's log on a simulated disk beside its model. Every step is done to both, and both must answer the same. A step that is not
 * possible at the moment does nothing.
 */
final class ModelledLog {
    static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    static final String DIRECTORY = "orders-0";

    private final PartitionSettings settings;
    private final LogModel model = new LogModel();
    private final BatchBuilder builder = new BatchBuilder(256);
    private final BatchWriter writer = new BatchWriter(RecordIterator.MAX_INFLATED_BYTES);
    private SimulatedWorld world;
    private PartitionLog log;

    /** Everything below survives a power cut, or the log broke its word. */
    private long promised;

    /** Everything below survives a killed process. */
    private long answered;

    /** Everything below is deleted, for good. */
    private long deleted;
    /** Where a deletion that is under way ends. */
    private long deleting;

    private long nextValue;
    private int crashes;
    private int duplicatesSeen;
    private int refusalsSeen;

    ModelledLog(long seed, PartitionSettings settings) {
        this(new SimulatedWorld(seed), settings);
    }

    ModelledLog(SimulatedWorld world, PartitionSettings settings) {
        this.world = world;
        this.settings = settings;
        log = open(false);
    }

    private PartitionLog open(boolean clean) {
        return PartitionLog.open(world.world(), DIRECTORY, ORDERS, settings, clean);
    }

    PartitionLog log() {
        return log;
    }

    LogModel model() {
        return model;
    }

    SimulatedWorld world() {
        return world;
    }

    long promised() {
        return promised;
    }

    int duplicatesSeen() {
        return duplicatesSeen;
    }

    int refusalsSeen() {
        return refusalsSeen;
    }

    void append(long producerId, boolean transactional, int records) {
        Known known = model.producer(producerId);
        Kind kind = transactional || known.openSince >= 0 ? Kind.TRANSACTIONAL : Kind.PLAIN;
        List<String> values = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            values.add("v" + nextValue++);
        }
        Entry entry = new Entry(kind, model.endOffset(), producerId, known.epoch, known.nextSequence, values);
        // Added first: when the disk crashes in the call, the batch may be there.
        model.add(entry);
        AppendResult result = write(entry);
        assertThat(result).isEqualTo(new AppendResult(entry.baseOffset(), entry.nextOffset() - 1, false));
        learn();
    }

    /** As a producer does it: compressed, if the topic says so. */
    private AppendResult write(Entry entry) {
        build(entry);
        return writer.append(log, builder, entry.sequence());
    }

    private ByteBuffer batch(Entry entry) {
        build(entry);
        return builder.finish(entry.sequence());
    }

    private void build(Entry entry) {
        // Long enough that compression pays.
        String key = settings.topic().compression().equals(Compression.NONE) ? "key" : "a key that is long";
        builder.begin(entry.producerId(), entry.epoch(), entry.kind() == Kind.TRANSACTIONAL);
        for (String value : entry.values()) {
            long timestamp = 1_000L + value.hashCode() % 500;
            builder.append(timestamp, BytesView.ofUtf8(key), BytesView.ofUtf8(value), List.of());
        }
    }

    /** Ends the producer's transaction, also one without records here. */
    void end(long producerId, boolean commit) {
        Known known = model.producer(producerId);
        short epoch = (short) (known.epoch + 1);
        long offset = model.endOffset();
        model.add(new Entry(commit ? Kind.COMMIT : Kind.ABORT, offset, producerId, epoch, -1, List.of()));
        assertThat(log.appendMarker(producerId, epoch, commit, 0)).isEqualTo(offset);
        learn();
    }

    /** Sends one of the last batches again: it is known by its sequences, as far back as the log promises. */
    void retry(long producerId, int back) {
        List<Entry> batches = model.producer(producerId).batches;
        if (batches.isEmpty()) {
            return;
        }
        // A log that was reopened may know the newest only.
        int reach = crashes == 0 ? Math.min(5, batches.size()) : 1;
        Entry entry = batches.get(batches.size() - 1 - back % reach);
        AppendResult result = write(entry);
        assertThat(result).isEqualTo(new AppendResult(entry.baseOffset(), entry.nextOffset() - 1, true));
        duplicatesSeen++;
    }

    void retryMarker(long producerId, boolean commit) {
        Known known = model.producers().get(producerId);
        if (known != null && known.openSince < 0) {
            assertThat(log.appendMarker(producerId, known.epoch, commit, 0)).isEqualTo(-1);
        }
    }

    /** Sends what must be refused: a gap, an older epoch, a plain batch in a transaction, a marker of the records' epoch. */
    void misbehave(long producerId) {
        Known known = model.producer(producerId);
        List<String> values = List.of("never");
        Entry gap = new Entry(Kind.TRANSACTIONAL, 0, producerId, known.epoch, known.nextSequence + 1, values);
        expectRefusal(Disposition.ABORT_TRANSACTION, () -> log.append(batch(gap), AppendOrigin.CLIENT));
        if (known.epoch > 0) {
            short older = (short) (known.epoch - 1);
            Entry stale = new Entry(Kind.TRANSACTIONAL, 0, producerId, older, 0, values);
            expectRefusal(Disposition.RESTART_TASK, () -> log.append(batch(stale), AppendOrigin.CLIENT));
            expectRefusal(Disposition.RESTART_TASK, () -> log.appendMarker(producerId, older, true, 0));
        }
        if (known.openSince >= 0) {
            Entry plain = new Entry(Kind.PLAIN, 0, producerId, known.epoch, known.nextSequence, values);
            expectRefusal(Disposition.RESTART_TASK, () -> log.append(batch(plain), AppendOrigin.CLIENT));
            expectRefusal(Disposition.RESTART_TASK, () -> log.appendMarker(producerId, known.epoch, true, 0));
        }
    }

    private void expectRefusal(Disposition disposition, Runnable attempt) {
        LogException refused = catchThrowableOfType(LogException.class, attempt::run);
        assertThat(refused).isNotNull();
        assertThat(refused.disposition()).isEqualTo(disposition);
        refusalsSeen++;
    }

    /** Closes the segment that is written, as the cleaner does in an idle partition. */
    void roll() {
        log.cleaning().step(() -> log.cleaning().closeActive(active -> true) ? 1 : 0);
        learn();
    }

    /** Deletes the oldest segments, as many as may be. */
    void deleteOldest(int segments) {
        PartitionCursor inside = new PartitionCursor(
                log, Isolation.READ_UNCOMMITTED, 1, log.view().logStartOffset());
        boolean reads = inside.refill();
        long before = log.view().logStartOffset();
        log.cleaning().step(() -> {
            List<PartitionCleaning.ClosedSegment> closed = log.cleaning().segments();
            if (segments == 0 || closed.isEmpty()) {
                return 0;
            }
            long below = closed.get(Math.min(segments, closed.size()) - 1).endOffset();
            deleting = Math.max(deleted, below);
            assertThat(deleting).isLessThanOrEqualTo(model.firstUndecidedOffset());
            log.cleaning().deleteBelow(below, 0);
            return 1;
        });
        deleted = deleting;
        // Whoever was inside goes on as if nothing had happened.
        if (reads) {
            assertThat(rest(inside))
                    .isEqualTo(model.allRecords().stream()
                            .filter(seen -> seen.offset() >= before)
                            .toList());
        }
        log.cleaning().step(() -> log.cleaning().dropDeleted(1));
    }

    /** Deletes some of the records that are decided, wherever that ends in a segment or batch. */
    void deleteRecords(int records) {
        long start = log.view().logStartOffset();
        long stable = log.view().lastStableOffset();
        deleting = Math.min(stable, start + records);
        // What is deleted was made durable before.
        assertThat(log.deleteRecordsBefore(deleting)).isEqualTo(deleting);
        promised = Math.max(promised, deleting > start ? model.endOffset() : 0);
        deleted = deleting;
        assertThat(log.deleteRecordsBefore(start)).as("a lower one").isEqualTo(deleted);
        expectRefusal(Disposition.STOP, () -> log.deleteRecordsBefore(model.endOffset() + 1));
        if (log.view().lastStableOffset() < model.endOffset()) {
            expectRefusal(Disposition.RETRY, () -> log.deleteRecordsBefore(model.endOffset()));
        }
        learn();
    }

    private static List<Seen> rest(PartitionCursor cursor) {
        List<Seen> seen = new ArrayList<>();
        while (cursor.refill()) {
            cursor.next();
            BytesView value = cursor.record().value();
            seen.add(new Seen(cursor.record().offset(), value == null ? "none" : value.toUtf8()));
        }
        return seen;
    }

    void force() {
        log.force();
        promised = model.endOffset();
        learn();
    }

    void checkpoint() {
        log.checkpoint();
        promised = model.endOffset();
        learn();
    }

    void reopenCleanly() {
        log.close();
        reopenTrusting();
    }

    /** Opens again what was closed. */
    void reopenTrusting() {
        crashes++;
        promised = model.endOffset();
        log = open(true);
        learn();
    }

    /** What a reader may have seen must be there after a power cut (W6). */
    private void learn() {
        answered = model.endOffset();
        if (settings.durability() == Durability.POWER_LOSS) {
            promised = Math.max(promised, log.view().highWatermark());
        }
    }

    /** Crashes, if the disk did not crash already, and recovers; then the model keeps what the log kept. */
    void crash(CrashMode mode) {
        world = world.restart(mode);
        recover(mode);
    }

    void recover(CrashMode mode) {
        crashes++;
        log = open(false);
        long end = log.view().logEndOffset();
        long atLeast = mode == CrashMode.PROCESS ? answered : promised;
        assertThat(end).as("recovered end").isBetween(atLeast, model.endOffset());
        assertThat(model.cutTo(end)).as("%s is the end of a batch", end).isTrue();
        assertThat(log.view().logStartOffset()).isIn(deleted, deleting);
        deleted = log.view().logStartOffset();
        deleting = deleted;
        learn();
    }

    /** True if a batch of the log is compressed. */
    boolean hasCompressed() {
        boolean[] found = new boolean[1];
        log.forEachBatch(0, batch -> found[0] |= batch.isCompressed());
        return found[0];
    }

    void useWorld(SimulatedWorld next) {
        world = next;
    }

    void check() {
        PartitionView view = log.view();
        assertThat(view.logEndOffset()).isEqualTo(model.endOffset());
        long decided = Math.min(model.firstUndecidedOffset(), model.firstUndurableCommit(view.highWatermark()));
        long stable = Math.min(decided, view.highWatermark());
        assertThat(view.lastStableOffset()).isEqualTo(stable);
        boolean powerLoss = settings.durability() == Durability.POWER_LOSS;
        assertThat(view.highWatermark()).isBetween(powerLoss ? promised : model.endOffset(), model.endOffset());
        model.producers()
                .forEach((id, known) -> assertThat(log.hasOpenTransaction(id)).isEqualTo(known.openSince >= 0));
        assertThat(view.logStartOffset()).isEqualTo(deleted);
        assertThat(read(Isolation.READ_COMMITTED, deleted, 200)).isEqualTo(present(model.committedRecords(stable)));
        assertThat(read(Isolation.READ_UNCOMMITTED, deleted, 1)).isEqualTo(present(model.allRecords()));
    }

    private List<Seen> present(List<Seen> records) {
        return records.stream().filter(seen -> seen.offset() >= deleted).toList();
    }

    /** index(o) = scan(o): reading from any offset gives what a scan from the start gives from there on, also of what was aborted. */
    void checkFrom(long offset) {
        long from = Math.max(offset % (model.endOffset() + 1), deleted);
        List<Seen> expected = model.allRecords().stream()
                .filter(seen -> seen.offset() >= from)
                .toList();
        assertThat(read(Isolation.READ_UNCOMMITTED, from, 300)).isEqualTo(expected);
        long stable = log.view().lastStableOffset();
        List<Seen> committed = model.committedRecords(stable).stream()
                .filter(seen -> seen.offset() >= from)
                .toList();
        if (from <= stable) {
            assertThat(read(Isolation.READ_COMMITTED, from, 300)).isEqualTo(committed);
        }
    }

    List<Seen> read(Isolation isolation, long from, int fetchBytes) {
        PartitionCursor cursor = new PartitionCursor(log, isolation, fetchBytes, from);
        List<Seen> seen = new ArrayList<>();
        while (cursor.refill()) {
            assertThat(cursor.isExhausted()).isFalse();
            assertThat(cursor.next()).isTrue();
            LogRecord record = cursor.record();
            BytesView value = record.value();
            seen.add(new Seen(record.offset(), value == null ? "none" : value.toUtf8()));
            if (!cursor.isExhausted()) {
                assertThat(cursor.position()).isEqualTo(record.offset() + 1);
            }
        }
        assertThat(cursor.position()).isEqualTo(Math.max(from, log.view().endOffset(isolation)));
        return seen;
    }
}
