package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A compacted partition beside a list of everything that was appended, from which what readers may see is computed in the plainest way. */
final class CompactedLog {
    static final TopicPartition TABLE = new TopicPartition("table", 0);
    static final String DIRECTORY = "table-0";
    private static final int DELETE_RETENTION_MILLIS = 1_000;
    private static final int INDEX_INTERVAL_BYTES = 100;

    /** A batch of one record, or a marker, which has no key. */
    record Entry(
            Kind kind,
            long offset,
            long producerId,
            short epoch,
            int sequence,
            @Nullable String key,
            @Nullable String value) {}

    enum Kind {
        PLAIN,
        TRANSACTIONAL,
        COMMIT,
        ABORT
    }

    private final PartitionSettings settings;
    private final BatchBuilder builder = new BatchBuilder(256);
    private final List<Entry> entries = new ArrayList<>();
    private SimulatedWorld world;
    private PartitionLog log;
    private long promised;
    private long answered;
    private int nextValue;
    private int rounds;
    private int mostKeys = 1000;
    /** What the follower has of each key, and where it reads next. */
    private final Map<String, String> followed = new TreeMap<>();

    private long followedTo;

    CompactedLog(SimulatedWorld world, Durability durability, int segmentBytes) {
        this.world = world;
        TopicSettings topic = TopicSettings.compacted()
                .withSegmentBytes(segmentBytes)
                .withCompaction(TopicSettings.Compaction.defaults()
                        .withDeleteRetention(Duration.ofMillis(DELETE_RETENTION_MILLIS))
                        .withMinDirtyRatio(0));
        settings = new PartitionSettings(durability, segmentBytes, INDEX_INTERVAL_BYTES).withTopic(topic);
        log = open(false);
    }

    private PartitionLog open(boolean clean) {
        return PartitionLog.open(world.world(), DIRECTORY, TABLE, settings, clean);
    }

    /** Has each compaction look up so few keys. */
    CompactedLog withMostKeys(int value) {
        mostKeys = value;
        return this;
    }

    SimulatedWorld world() {
        return world;
    }

    PartitionLog log() {
        return log;
    }

    int rounds() {
        return rounds;
    }

    private long end() {
        return entries.size();
    }

    void put(long producerId, boolean transactional, String key, boolean tombstone) {
        Known known = known(producerId);
        Kind kind = transactional || known.open ? Kind.TRANSACTIONAL : Kind.PLAIN;
        String value = tombstone ? null : "v" + nextValue++;
        Entry entry = new Entry(kind, end(), producerId, known.epoch, known.nextSequence, key, value);
        entries.add(entry);
        assertThat(log.append(batch(entry), AppendOrigin.CLIENT).baseOffset()).isEqualTo(entry.offset());
        learn();
    }

    private ByteBuffer batch(Entry entry) {
        builder.begin(entry.producerId(), entry.epoch(), entry.kind() == Kind.TRANSACTIONAL);
        String key = entry.key();
        String value = entry.value();
        builder.append(
                world.world().clock().millis(),
                key == null ? null : BytesView.ofUtf8(key),
                value == null ? null : BytesView.ofUtf8(value),
                List.of());
        return builder.finish(entry.sequence());
    }

    void end(long producerId, boolean commit) {
        Known known = known(producerId);
        short epoch = (short) (known.epoch + 1);
        long offset = end();
        entries.add(new Entry(commit ? Kind.COMMIT : Kind.ABORT, offset, producerId, epoch, -1, null, null));
        assertThat(log.appendMarker(producerId, epoch, commit, 0)).isEqualTo(offset);
        learn();
    }

    private static final class Known {
        short epoch;
        int nextSequence;
        boolean open;
    }

    private Known known(long producerId) {
        Known known = new Known();
        for (Entry entry : entries) {
            if (entry.producerId() == producerId) {
                if (entry.epoch() != known.epoch) {
                    known.epoch = entry.epoch();
                    known.nextSequence = 0;
                }
                switch (entry.kind()) {
                    case PLAIN -> known.nextSequence++;
                    case TRANSACTIONAL -> {
                        known.nextSequence++;
                        known.open = true;
                    }
                    case COMMIT, ABORT -> known.open = false;
                }
            }
        }
        return known;
    }

    void checkpoint() {
        log.checkpoint();
        promised = end();
        learn();
    }

    /** Closes the segment that is written, as the cleaner does in an idle partition. */
    void roll() {
        log.cleaning().step(() -> log.cleaning().closeActive(active -> true) ? 1 : 0);
        learn();
    }

    /**
     * A reader that keeps its position and nothing else, as a group does: begins anew from there and reads some records more. However the
     * log was compacted meanwhile, it has the last committed value of each key when it comes to the end, unless tombstones went that it had
     * not seen: it is never as slow as that here.
     */
    void follow(int records) {
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, followedTo);
        int read = 0;
        while (cursor.refill()) {
            if (read++ == records) {
                return;
            }
            cursor.next();
            note(cursor.record(), followed);
            followedTo = cursor.record().offset() + 1;
        }
        followedTo = cursor.position();
        assertThat(followed).isEqualTo(table(log.view().lastStableOffset()));
    }

    private void followFromTheStart() {
        followed.clear();
        followedTo = 0;
    }

    void waitFor(int millis) {
        followFromTheStart();
        world.clock().advance(Duration.ofMillis(millis));
    }

    /** A whole compaction, while a reader stands somewhere in the log. */
    void compact(int readerAt) {
        long from = Math.min(readerAt, end());
        PartitionCursor reader = new PartitionCursor(log, Isolation.READ_COMMITTED, 1, from);
        Map<String, String> seen = new TreeMap<>();
        boolean reads = reader.refill();
        if (reads) {
            reader.next();
            note(reader.record(), seen);
        }
        PartitionCleaning cleaning = log.cleaning();
        long now = world.world().clock().millis();
        Compaction[] begun = new Compaction[1];
        cleaning.step(() -> {
            begun[0] = Compaction.begin(cleaning, now, mostKeys);
            return 0;
        });
        if (begun[0] != null) {
            rounds++;
            Compaction compaction = begun[0];
            try {
                while (cleaning.step(() -> compaction.step() ? 1 : 0) == 0) {
                    if (reads && reader.refill()) {
                        reader.next();
                        note(reader.record(), seen);
                    }
                }
            } finally {
                compaction.close();
            }
        }
        // Whoever reads on the way, and to the end, has the newest value of each key that changed since.
        while (reads && reader.refill()) {
            reader.next();
            note(reader.record(), seen);
        }
        if (from == 0) {
            assertThat(seen).isEqualTo(table(log.view().lastStableOffset()));
        }
    }

    private void note(LogRecord record, Map<String, String> into) {
        Entry entry = entries.get((int) record.offset());
        BytesView key = record.key();
        BytesView value = record.value();
        assertThat(key == null ? null : key.toUtf8()).isEqualTo(entry.key());
        assertThat(value == null ? null : value.toUtf8()).isEqualTo(entry.value());
        if (value == null) {
            into.remove(String.valueOf(entry.key()));
        } else {
            into.put(String.valueOf(entry.key()), value.toUtf8());
        }
    }

    void reopen() {
        log.close();
        promised = end();
        log = open(true);
        learn();
    }

    void crash(CrashMode mode) {
        world = world.restart(mode);
        recover(mode);
    }

    void useWorld(SimulatedWorld next) {
        world = next;
    }

    void recover(CrashMode mode) {
        log = open(false);
        long end = log.view().logEndOffset();
        assertThat(end).isBetween(mode == CrashMode.PROCESS ? answered : promised, end());
        Set<Long> abortedBefore = new TreeSet<>();
        while (end() > end) {
            Entry lost = entries.remove(entries.size() - 1);
            if (lost.kind() == Kind.ABORT) {
                abortedBefore.add(lost.producerId());
            }
        }
        if (mode == CrashMode.POWER && settings.durability() == Durability.PROCESS_CRASH) {
            // Without forces, a reader may have seen what a power cut takes, or the end of its transaction (W6).
            followFromTheStart();
        }
        assertThat(followedTo).isLessThanOrEqualTo(end);
        learn();
        // An abort waits for no force, so a reader may have gone past its transaction: an opening aborts it again,
        // before anybody reads (C8).
        for (long producerId : abortedBefore) {
            if (known(producerId).open) {
                end(producerId, false);
            }
        }
    }

    private void learn() {
        answered = end();
        if (settings.durability() == Durability.POWER_LOSS) {
            promised = Math.max(promised, log.view().highWatermark());
        }
    }

    /** The last committed value of each key. */
    private Map<String, String> table(long stable) {
        Set<Long> committed = committed();
        Map<String, String> table = new TreeMap<>();
        for (Entry entry : entries) {
            String key = entry.key();
            if (key != null && entry.offset() < stable && committed.contains(entry.offset())) {
                String value = entry.value();
                if (value == null) {
                    table.remove(key);
                } else {
                    table.put(key, value);
                }
            }
        }
        return table;
    }

    private Set<Long> committed() {
        Set<Long> committed = new HashSet<>();
        Map<Long, List<Long>> open = new HashMap<>();
        for (Entry entry : entries) {
            List<Long> mine = open.computeIfAbsent(entry.producerId(), id -> new ArrayList<>());
            switch (entry.kind()) {
                case PLAIN -> committed.add(entry.offset());
                case TRANSACTIONAL -> mine.add(entry.offset());
                case COMMIT -> {
                    committed.addAll(mine);
                    mine.clear();
                }
                case ABORT -> mine.clear();
            }
        }
        return committed;
    }

    void check() {
        assertThat(log.view().logEndOffset()).isEqualTo(end());
        long stable = log.view().lastStableOffset();
        long undecided = firstUndecided(log.view().highWatermark());
        assertThat(stable).isEqualTo(Math.min(undecided, log.view().highWatermark()));
        long clean = log.cleaning().firstDirtyOffset();
        Map<String, String> seen = new TreeMap<>();
        Set<Long> offsets = new HashSet<>();
        Set<String> cleanKeys = new HashSet<>();
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, 0);
        long last = -1;
        while (cursor.refill()) {
            cursor.next();
            LogRecord record = cursor.record();
            assertThat(record.offset()).isGreaterThan(last);
            last = record.offset();
            note(record, seen);
            offsets.add(last);
            if (last < clean) {
                assertThat(cleanKeys.add(String.valueOf(entries.get((int) last).key())))
                        .as("only the newest record of a key is left below %s", clean)
                        .isTrue();
            }
        }
        assertThat(seen).isEqualTo(table(stable));
        Set<Long> committed = committed();
        for (Entry entry : entries) {
            if (entry.key() != null && entry.offset() < stable) {
                boolean isCommitted = committed.contains(entry.offset());
                assertThat(isCommitted || !offsets.contains(entry.offset()))
                        .as("offset %s was not committed", entry.offset())
                        .isTrue();
                if (isCommitted && entry.offset() >= clean && rounds == 0) {
                    assertThat(offsets).contains(entry.offset());
                }
            }
        }
        for (long id = 0; id < 4; id++) {
            assertThat(log.hasOpenTransaction(id)).isEqualTo(known(id).open);
        }
    }

    /** Whoever looks an offset or a timestamp up finds what a scan finds (L5). */
    void checkIndexes() {
        List<Long> offsets = new ArrayList<>();
        List<Long> timestamps = new ArrayList<>();
        PartitionCursor scan = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, 0);
        while (scan.refill()) {
            scan.next();
            offsets.add(scan.record().offset());
            timestamps.add(scan.record().timestamp());
        }
        for (long from = 0; from <= end(); from++) {
            long first = from;
            PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_COMMITTED, 100, from);
            List<Long> found = new ArrayList<>();
            while (cursor.refill()) {
                cursor.next();
                found.add(cursor.record().offset());
            }
            assertThat(found)
                    .as("from %s", from)
                    .isEqualTo(offsets.stream().filter(at -> at >= first).toList());
        }
        for (long timestamp : new TreeSet<>(timestamps)) {
            long found =
                    log.offsetForTimestamp(timestamp, Isolation.READ_COMMITTED).orElse(-1);
            int expected = 0;
            while (timestamps.get(expected) < timestamp) {
                expected++;
            }
            assertThat(found).as("at %s", timestamp).isEqualTo(offsets.get(expected));
        }
    }

    /** Where the oldest transaction begins that is open, or would be if a power cut took what is not durable. */
    private long firstUndecided(long highWatermark) {
        Map<Long, Long> open = new HashMap<>();
        long first = end();
        for (Entry entry : entries) {
            switch (entry.kind()) {
                case PLAIN -> {}
                case TRANSACTIONAL -> open.putIfAbsent(entry.producerId(), entry.offset());
                case ABORT -> open.remove(entry.producerId());
                case COMMIT -> {
                    Long ended = open.remove(entry.producerId());
                    if (ended != null && entry.offset() >= highWatermark) {
                        first = Math.min(first, ended);
                    }
                }
            }
        }
        return open.values().stream().mapToLong(offset -> offset).reduce(first, Math::min);
    }
}
