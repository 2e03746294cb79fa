package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A partition that is compacted and deleted from while producers write to it, beside a list of all that was appended. The list says how each
 * transaction ended, a scan of the batches what is left; together they say what readers may see, without an index.
 */
final class CleanedTransactions implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition("cleaned", 0);
    private static final int TIMEOUT_MILLIS = 100;

    enum Kind {
        PLAIN,
        TRANSACTIONAL,
        COMMIT,
        ABORT;

        boolean isMarker() {
            return this == COMMIT || this == ABORT;
        }
    }

    /** A batch of one record, or a marker; its offset is its place in the list. */
    record Entry(Kind kind, long producerId, short epoch, int sequence, long atMillis) {}

    private static final class Known {
        short epoch;
        int nextSequence;
        long openSince = -1;
        long lastMillis;
    }

    private final PartitionSettings settings;
    private final BatchBuilder builder = new BatchBuilder(256);
    private final List<Entry> entries = new ArrayList<>();
    private SimulatedWorld world;
    private PartitionLog log;
    private @Nullable Compaction compaction;
    private long promised;
    private long answered;
    private int compacted;
    private int timedOut;
    private int empty;

    CleanedTransactions(SimulatedWorld world, Durability durability, int segmentBytes) {
        this.world = world;
        TopicSettings topic = TopicSettings.defaults()
                .withCleanup(TopicSettings.Cleanup.COMPACT_AND_DELETE)
                .withSegmentBytes(segmentBytes)
                .withRetentionBytes(Optional.of(16L * segmentBytes))
                .withRetention(Optional.of(Duration.ofSeconds(6)))
                .withCompaction(TopicSettings.Compaction.defaults()
                        .withDeleteRetention(Duration.ofMillis(500))
                        .withMinDirtyRatio(0));
        settings = new PartitionSettings(durability, segmentBytes, 100).withTopic(topic);
        log = open(false);
    }

    private PartitionLog open(boolean clean) {
        return PartitionLog.open(world.world(), "cleaned-0", PARTITION, settings, clean);
    }

    PartitionLog log() {
        return log;
    }

    int compacted() {
        return compacted;
    }

    int timedOut() {
        return timedOut;
    }

    int empty() {
        return empty;
    }

    private Map<Long, Known> producers() {
        Map<Long, Known> producers = new TreeMap<>();
        for (int offset = 0; offset < entries.size(); offset++) {
            Entry entry = entries.get(offset);
            Known known = producers.computeIfAbsent(entry.producerId(), id -> new Known());
            if (entry.epoch() != known.epoch) {
                known.epoch = entry.epoch();
                known.nextSequence = 0;
            }
            known.lastMillis = entry.atMillis();
            if (entry.kind().isMarker()) {
                known.openSince = -1;
            } else {
                known.nextSequence++;
                if (entry.kind() == Kind.TRANSACTIONAL && known.openSince < 0) {
                    known.openSince = offset;
                }
            }
        }
        return producers;
    }

    private Known known(long producerId) {
        return producers().getOrDefault(producerId, new Known());
    }

    private long now() {
        return world.world().clock().millis();
    }

    void put(long producerId, boolean transactional, int key) {
        Known known = known(producerId);
        Kind kind = transactional || known.openSince >= 0 ? Kind.TRANSACTIONAL : Kind.PLAIN;
        Entry entry = new Entry(kind, producerId, known.epoch, known.nextSequence, now());
        assertThat(log.append(batch(entry, key), AppendOrigin.CLIENT).baseOffset())
                .isEqualTo(entries.size());
        entries.add(entry);
        learn();
    }

    private ByteBuffer batch(Entry entry, int key) {
        builder.begin(entry.producerId(), entry.epoch(), entry.kind() == Kind.TRANSACTIONAL);
        builder.append(
                entry.atMillis(), BytesView.ofUtf8("k" + key), BytesView.ofUtf8("v" + entries.size()), List.of());
        return builder.finish(entry.sequence());
    }

    /** Ends a transaction, which may be an empty one. */
    void end(long producerId, boolean commit) {
        Known known = known(producerId);
        empty += known.openSince < 0 ? 1 : 0;
        mark(producerId, known, commit);
    }

    private void mark(long producerId, Known known, boolean commit) {
        short epoch = (short) (known.epoch + 1);
        assertThat(log.appendMarker(producerId, epoch, commit, 0)).isEqualTo(entries.size());
        entries.add(new Entry(commit ? Kind.COMMIT : Kind.ABORT, producerId, epoch, -1, now()));
        learn();
    }

    /** Time passes; what was idle for too long is aborted, and its producer, which does not know, is refused. */
    void timeOut(int millis) {
        world.clock().advance(Duration.ofMillis(millis));
        producers().forEach((producerId, known) -> {
            if (known.openSince >= 0 && now() - known.lastMillis >= TIMEOUT_MILLIS) {
                timedOut++;
                mark(producerId, known, false);
                Entry late = new Entry(Kind.TRANSACTIONAL, producerId, known.epoch, known.nextSequence, now());
                LogException refused =
                        catchThrowableOfType(LogException.class, () -> log.append(batch(late, 0), AppendOrigin.CLIENT));
                assertThat(refused.disposition()).isEqualTo(Disposition.RESTART_TASK);
            }
        });
    }

    void checkpoint() {
        log.checkpoint();
        promised = entries.size();
        learn();
    }

    void force() {
        log.force();
        promised = entries.size();
        learn();
    }

    void roll() {
        log.cleaning().step(() -> log.cleaning().closeActive(active -> true) ? 1 : 0);
        learn();
    }

    /** Some steps of the cleaner. */
    void clean(int steps) {
        for (int step = 0; step < steps; step++) {
            clean();
        }
    }

    /** One step of the cleaner: it goes on with a compaction, or deletes what is old and begins the next one. */
    private void clean() {
        log.cleaning().step(() -> {
            Compaction present = compaction;
            if (present == null) {
                Retention.run(log.cleaning(), now(), world.clock().nanos());
                compaction = Compaction.begin(log.cleaning(), now());
            } else if (present.step()) {
                compacted++;
                endCompaction();
            }
            return 0;
        });
        learn();
    }

    private void endCompaction() {
        Compaction present = compaction;
        compaction = null;
        if (present != null) {
            present.close();
        }
    }

    void reopen() {
        endCompaction();
        log.close();
        promised = entries.size();
        log = open(true);
        learn();
    }

    /** The process dies, in the middle of whatever the cleaner is doing. */
    void crash(CrashMode mode) {
        compaction = null;
        world = world.restart(mode);
        log = open(false);
        int end = (int) log.view().logEndOffset();
        assertThat((long) end).isBetween(mode == CrashMode.PROCESS ? answered : promised, (long) entries.size());
        entries.subList(end, entries.size()).clear();
        answered = end;
        learn();
    }

    private void learn() {
        answered = entries.size();
        if (settings.durability() == Durability.POWER_LOSS) {
            promised = Math.max(promised, log.view().highWatermark());
        }
    }

    /** Offsets of the records of aborted transactions, and of those that are open. */
    private TreeSet<Long> notCommitted() {
        TreeSet<Long> result = new TreeSet<>();
        Map<Long, List<Long>> open = new HashMap<>();
        for (int offset = 0; offset < entries.size(); offset++) {
            Entry entry = entries.get(offset);
            List<Long> own = open.computeIfAbsent(entry.producerId(), id -> new ArrayList<>());
            switch (entry.kind()) {
                case PLAIN -> {}
                case TRANSACTIONAL -> own.add((long) offset);
                case ABORT -> {
                    result.addAll(own);
                    own.clear();
                }
                case COMMIT -> own.clear();
            }
        }
        open.values().forEach(result::addAll);
        return result;
    }

    /** Where the oldest transaction begins that is open, or whose commit is in a marker that a power cut can still take (W6). */
    private long firstUndecided(long highWatermark) {
        Map<Long, Long> open = new HashMap<>();
        long first = entries.size();
        for (int offset = 0; offset < entries.size(); offset++) {
            Entry entry = entries.get(offset);
            switch (entry.kind()) {
                case PLAIN -> {}
                case TRANSACTIONAL -> open.putIfAbsent(entry.producerId(), (long) offset);
                case ABORT -> open.remove(entry.producerId());
                case COMMIT -> {
                    Long began = open.remove(entry.producerId());
                    if (began != null && offset >= highWatermark) {
                        first = Math.min(first, began);
                    }
                }
            }
        }
        return open.values().stream().reduce(first, Math::min);
    }

    /** The offsets of the records that are left, as the batches say; each is what was appended there. */
    private List<Long> scan() {
        List<Long> left = new ArrayList<>();
        long[] next = {log.view().logStartOffset()};
        log.forEachBatch(next[0], batch -> {
            assertThat(batch.baseOffset()).as("no hole").isLessThanOrEqualTo(next[0]);
            next[0] = batch.nextOffset();
            if (batch.recordCount() == 0) {
                return;
            }
            Entry entry = entries.get((int) batch.baseOffset());
            assertThat(batch.isControl()).isEqualTo(entry.kind().isMarker());
            assertThat(batch.isTransactional()).isEqualTo(entry.kind() != Kind.PLAIN);
            assertThat(batch.producerId()).isEqualTo(entry.producerId());
            assertThat(batch.producerEpoch()).isEqualTo(entry.epoch());
            if (!batch.isControl() && batch.baseOffset() >= log.view().logStartOffset()) {
                left.add(batch.baseOffset());
            }
        });
        assertThat(next[0]).isEqualTo(entries.size());
        return left;
    }

    /** The last stable offset, and what the index of aborted transactions lets through from {@code from} on, are those of the scan. */
    void check(long from) {
        PartitionView view = log.view();
        assertThat(view.logEndOffset()).isEqualTo(entries.size());
        long undecided = firstUndecided(view.highWatermark());
        long stable = Math.max(view.logStartOffset(), Math.min(undecided, view.highWatermark()));
        assertThat(view.lastStableOffset()).as("last stable offset").isEqualTo(stable);
        assertThat(view.logStartOffset())
                .as("nothing undecided is deleted")
                .isLessThanOrEqualTo(Math.min(undecided, view.lastStableOffset()));
        producers()
                .forEach((id, known) -> assertThat(log.hasOpenTransaction(id)).isEqualTo(known.openSince >= 0));
        TreeSet<Long> hidden = notCommitted();
        List<Long> left = scan();
        for (long start : new long[] {view.logStartOffset(), Math.max(view.logStartOffset(), from % (stable + 1))}) {
            assertThat(read(start))
                    .as("committed from %s on", start)
                    .isEqualTo(left.stream()
                            .filter(offset -> offset >= start && offset < stable && !hidden.contains(offset))
                            .toList());
        }
    }

    private List<Long> read(long from) {
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, from);
        List<Long> offsets = new ArrayList<>();
        while (cursor.refill()) {
            cursor.next();
            offsets.add(cursor.record().offset());
        }
        return offsets;
    }

    @Override
    public void close() {
        endCompaction();
        log.close();
    }
}
