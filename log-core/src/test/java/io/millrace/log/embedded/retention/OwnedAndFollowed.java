package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.FollowedPartition;
import io.millrace.log.embedded.partition.PartitionCleaning;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionSettings;
import io.millrace.log.embedded.partition.PartitionView;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.log.embedded.recovery.Checkpoints;
import io.millrace.log.embedded.recovery.LastEnd;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.World;
import io.millrace.platform.bounded.BoundedStorage;
import io.millrace.platform.readonly.ReadOnlyStorage;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedStorage;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A partition that one process owns, and another one follows in its files, beside a list of everything that was appended. The follower looks
 * between the owner's storage calls, and in the middle of its writes; the owner goes on between the follower's storage calls.
 *
 * <p>Whatever the follower sees must be what some prefix of the list says that is no shorter than what the owner has acknowledged.
 */
final class OwnedAndFollowed {
    static final TopicPartition TABLE = new TopicPartition("table", 0);

    /** A batch of one record, or a marker, which has no key. */
    private record Entry(
            Kind kind,
            long offset,
            long producerId,
            short epoch,
            int sequence,
            long timestamp,
            @Nullable String key,
            @Nullable String value) {}

    private enum Kind {
        PLAIN,
        TRANSACTIONAL,
        COMMIT,
        ABORT
    }

    private static final class Known {
        short epoch;
        int nextSequence;
        boolean open;
    }

    private final PartitionSettings settings;
    private final boolean compacts;
    private final BatchBuilder builder = new BatchBuilder(256);
    private final List<Entry> entries = new ArrayList<>();
    private final SplittableRandom random;
    private final int filesOfFollower;
    private SimulatedWorld world;
    private SimulatedWorld besideWorld;
    private PartitionLog log;
    private FollowedPartition follower;
    private @Nullable SlowReader slow;
    /** How the log was left, or would be left by a kill, as whoever does not own it knows. */
    private LastEnd lastEnd = LastEnd.KILLED;
    /** Everything below was acknowledged. */
    private long answered;
    /** Everything below survives a power cut. */
    private long promised;
    /** The log starts there, or, while a deletion is under way, perhaps at {@link #deleting}. */
    private long deleted;

    private long deleting;
    private int nextValue;
    /** True while one of the two is within a call of the other. */
    private boolean disturbing = true;

    /** The file whose last write the owner has not ended, for the follower; null if there is none. */
    private @Nullable String halfWritten;

    private long halfWrittenBytes;
    private boolean slowMayRead = true;
    private int looks;
    private int damages;
    private @Nullable Compaction compaction;

    OwnedAndFollowed(long seed, Durability durability, boolean compacts, int segmentBytes, int filesOfFollower) {
        this.compacts = compacts;
        this.filesOfFollower = filesOfFollower;
        random = new SplittableRandom(seed);
        TopicSettings topic = compacts
                ? TopicSettings.compacted()
                        .withCompaction(TopicSettings.Compaction.defaults()
                                .withDeleteRetention(Duration.ofSeconds(1))
                                .withMinDirtyRatio(0))
                : TopicSettings.defaults();
        settings = PartitionSettings.of(topic.withSegmentBytes(segmentBytes), durability);
        world = new SimulatedWorld(seed);
        besideWorld = world.beside();
        world.world().storage().createDirectories(TABLE.toString());
        world.world().storage().syncDirectory("");
        follower = follow(true);
        log = open(LastEnd.CLEAN);
        disturbing = false;
    }

    int looks() {
        return looks;
    }

    /** How often readers had to be told of damage. */
    int damages() {
        return damages;
    }

    private World ownersWorld() {
        World present = world.world();
        Storage storage = new DisturbedStorage(
                present.storage(), () -> {}, this::lookInBetween, DisturbedStorage.HalfWritten.NOTHING);
        return new World(storage, present.clock(), present.ticker(), present.random(), present.scheduler());
    }

    private PartitionLog open(LastEnd left) {
        return PartitionLog.open(ownersWorld(), TABLE.toString(), TABLE, settings, left);
    }

    private FollowedPartition follow(boolean disturbed) {
        Storage storage = besideWorld.storage();
        if (disturbed) {
            storage = new DisturbedStorage(storage, this::goOnInBetween, () -> {}, this::sizeForFollower);
        }
        return follow(storage);
    }

    private FollowedPartition follow(Storage storage) {
        return new FollowedPartition(
                new BoundedStorage(new ReadOnlyStorage(storage), filesOfFollower, false),
                world.clock(),
                TABLE,
                RecordIterator.MAX_INFLATED_BYTES,
                () -> true,
                () -> lastEnd);
    }

    // --- what the owner does

    private long end() {
        return entries.size();
    }

    void put(long producerId, boolean transactional, String key, boolean tombstone) {
        Known known = known(producerId);
        Kind kind = transactional || known.open ? Kind.TRANSACTIONAL : Kind.PLAIN;
        String value = tombstone ? null : "v" + nextValue++;
        long timestamp = 1_000 + end() * 7_919 % 50;
        entries.add(new Entry(kind, end(), producerId, known.epoch, known.nextSequence, timestamp, key, value));
        try {
            append(entries.get(entries.size() - 1));
        } catch (LogException undone) {
            assertThat(undone.disposition()).isEqualTo(Disposition.RETRY);
            entries.remove(entries.size() - 1);
        }
        learn();
    }

    private void append(Entry entry) {
        builder.begin(entry.producerId(), entry.epoch(), entry.kind() == Kind.TRANSACTIONAL);
        String key = entry.key();
        String value = entry.value();
        builder.append(
                entry.timestamp(),
                key == null ? null : BytesView.ofUtf8(key),
                value == null ? null : BytesView.ofUtf8(value),
                List.of());
        assertThat(log.append(builder.finish(entry.sequence()), AppendOrigin.CLIENT)
                        .baseOffset())
                .isEqualTo(entry.offset());
    }

    /** The disk is full in the middle of the write, or right at its end: what was written is taken back. */
    void putOnFullDisk(long producerId, String key) {
        if (settings.durability() == Durability.POWER_LOSS) {
            // A roll that fails there ends the log.
            return;
        }
        slowMayRead = false;
        world.storage().failAfter(StorageOperation.WRITE, random.nextInt(3), StorageException.Kind.NO_SPACE);
        put(producerId, false, key, false);
        // The fault may still be there, for a roll.
        put(producerId, false, key, false);
        put(producerId, false, key, false);
        slowMayRead = true;
    }

    void end(long producerId, boolean commit) {
        Known known = known(producerId);
        short epoch = (short) (known.epoch + 1);
        Kind kind = commit ? Kind.COMMIT : Kind.ABORT;
        entries.add(new Entry(kind, end(), producerId, epoch, -1, -1, null, null));
        assertThat(log.appendMarker(producerId, epoch, commit, 0)).isEqualTo(end() - 1);
        learn();
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

    void waitFor(int millis) {
        world.clock().advance(Duration.ofMillis(millis));
    }

    /** Some steps of a compaction. */
    void compact(int steps) {
        PartitionCleaning cleaning = log.cleaning();
        for (int i = 0; i < steps; i++) {
            Compaction[] present = {compaction};
            cleaning.step(() -> {
                if (present[0] == null) {
                    present[0] =
                            Compaction.begin(cleaning, world.world().clock().millis());
                } else if (present[0].step()) {
                    present[0].close();
                    present[0] = null;
                }
                return 0;
            });
            compaction = present[0];
        }
    }

    void deleteOldest(int segments) {
        if (compacts || segments == 0) {
            return;
        }
        PartitionCleaning cleaning = log.cleaning();
        cleaning.step(() -> {
            List<PartitionCleaning.ClosedSegment> closed = cleaning.segments();
            if (!closed.isEmpty()) {
                long below = closed.get(Math.min(segments, closed.size()) - 1).endOffset();
                deleting = Math.max(deleted, below);
                cleaning.deleteBelow(below, world.clock().nanos());
                deleted = deleting;
            }
            return 0;
        });
    }

    /** Some of the records that are decided. */
    void deleteRecords(int records) {
        PartitionView view = log.view();
        long before = Math.min(view.lastStableOffset(), view.logStartOffset() + records);
        if (compacts || before == view.logStartOffset()) {
            return;
        }
        // What is deleted is made durable before.
        promised = end();
        deleting = before;
        log.deleteRecordsBefore(before);
        deleted = deleting;
        learn();
    }

    void dropDeleted() {
        log.cleaning().step(() -> log.cleaning().dropDeleted(world.clock().nanos()));
    }

    void reopen() {
        endCompaction();
        boolean quickly = random.nextBoolean();
        LastEnd left = LastEnd.CLEAN;
        if (quickly) {
            left = log.closeQuickly();
        } else {
            log.close();
        }
        if (left.clean()) {
            promised = end();
        }
        lastEnd = left;
        checkQuietly();
        lastEnd = LastEnd.KILLED;
        log = open(left);
        learn();
    }

    private void endCompaction() {
        if (compaction != null) {
            compaction.close();
            compaction = null;
        }
    }

    /** The owner dies in one of its next storage calls; the follower goes on, and later so does another owner. */
    void killWithin(int calls, Runnable next) {
        SimulatedStorage storage = world.storage();
        storage.crashAt(storage.callCount() + calls);
        try {
            next.run();
            storage.crash();
        } catch (SimulatedCrash expected) {
            assertThat(storage.crashed()).hasMessage(expected.getMessage());
        }
        compaction = null;
        world = world.beside();
        recover(answered);
    }

    /** The machine dies, and with it both processes. */
    void cutPower() {
        compaction = null;
        world = world.restart(CrashMode.POWER);
        besideWorld = world.beside();
        follower = follow(true);
        slow = null;
        lastEnd = LastEnd.UNCLEAN;
        recover(promised);
    }

    private void recover(long atLeast) {
        answered = atLeast;
        slowMayRead = true;
        checkQuietly();
        checkDamaged();
        disturbing = true;
        long seen = follower.refresh().logEndOffset();
        long start = follower.refresh().logStartOffset();
        log = open(lastEnd);
        disturbing = false;
        // Who looks before the recovery sees what the recovery keeps.
        assertThat(log.view().logEndOffset()).isEqualTo(seen);
        assertThat(log.view().logStartOffset()).isEqualTo(start);
        while (end() > seen) {
            entries.remove(entries.size() - 1);
        }
        deleted = start;
        deleting = start;
        learn();
    }

    private void learn() {
        answered = end();
        if (settings.durability() == Durability.POWER_LOSS) {
            promised = Math.max(promised, log.view().highWatermark());
        }
    }

    // --- what happens in between

    /** Between two calls of the owner. */
    private void lookInBetween() {
        halfWritten = null;
        if (disturbing || world.storage().crashed() != null) {
            return;
        }
        disturbing = true;
        try {
            switch (random.nextInt(16)) {
                case 0 -> check(follower);
                case 1 -> {
                    FollowedPartition fresh = follow(false);
                    check(fresh);
                    fresh.close();
                }
                case 2 -> readSlowly(random.nextInt(4));
                case 3 -> follower.view();
                default -> {}
            }
        } finally {
            disturbing = false;
        }
    }

    /** Between two calls of the follower. */
    private void goOnInBetween() {
        boolean writes = halfWritten != null;
        if (disturbing || random.nextInt(writes ? 3 : 20) > 0) {
            return;
        }
        halfWritten = null;
        disturbing = true;
        try {
            long producerId = random.nextInt(4);
            long size = sizeOfLast();
            String last = lastFile();
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> put(producerId, random.nextBoolean(), "k" + random.nextInt(5), false);
                case 3 -> end(producerId, random.nextBoolean());
                case 4 -> checkpoint();
                case 5 -> deleteOldest(random.nextInt(3));
                case 6 -> dropDeleted();
                case 7 -> deleteRecords(random.nextInt(3));
                default -> compact(random.nextInt(5));
            }
            noteHalfWritten(last, size);
        } finally {
            disturbing = false;
        }
    }

    /** If the owner has appended, half of the time it is still about to, as far as the follower can see. */
    private void noteHalfWritten(String lastBefore, long sizeBefore) {
        String last = lastFile();
        long from = last.equals(lastBefore) ? sizeBefore : 0;
        long size = sizeOfLast();
        if (size > from && random.nextBoolean()) {
            halfWritten = last;
            halfWrittenBytes = from + 1 + random.nextLong(size - from);
        }
    }

    private long sizeForFollower(String path, long size) {
        return path.equals(halfWritten) ? Math.min(size, halfWrittenBytes) : size;
    }

    private String lastFile() {
        List<String> logs = logs();
        return logs.isEmpty() ? "" : logs.get(logs.size() - 1);
    }

    private long sizeOfLast() {
        String last = lastFile();
        return last.isEmpty() ? 0 : besideWorld.storage().size(last);
    }

    private List<String> logs() {
        return besideWorld.storage().list(TABLE.toString()).stream()
                .filter(name -> name.endsWith(".log"))
                .map(name -> TABLE + "/" + name)
                .toList();
    }

    // --- what the follower sees

    /** The owner goes on meanwhile. */
    void check() {
        check(follower);
    }

    /**
     * The owner does something before one of the calls of who looks for the first time, and nothing else.
     *
     * @return false if there were not so many calls
     */
    boolean checkDisturbedAt(int call, Runnable action) {
        disturbing = true;
        int[] calls = {0};
        Runnable beforeRead = () -> {
            if (calls[0]++ == call) {
                action.run();
            }
        };
        FollowedPartition fresh = follow(new DisturbedStorage(
                besideWorld.storage(), beforeRead, () -> {}, DisturbedStorage.HalfWritten.NOTHING));
        check(fresh);
        fresh.close();
        disturbing = false;
        return calls[0] > call;
    }

    void read(int records) {
        readSlowly(records);
    }

    /** Nothing happens meanwhile, so everything is known exactly. */
    void checkQuietly() {
        boolean was = disturbing;
        disturbing = true;
        try {
            check(follower);
            FollowedPartition fresh = follow(false);
            check(fresh);
            checkTimestamps(fresh);
            fresh.close();
            readSlowly(random.nextInt(3));
        } finally {
            disturbing = was;
        }
    }

    void checkAgainstOwner() {
        disturbing = true;
        halfWritten = null;
        try {
            follower.refresh();
            PartitionView owners = log.view();
            PartitionView view = follower.view();
            assertThat(view.logStartOffset()).isEqualTo(owners.logStartOffset());
            assertThat(view.logEndOffset()).isEqualTo(owners.logEndOffset());
            if (settings.durability() == Durability.PROCESS_CRASH) {
                assertThat(view.lastStableOffset()).isEqualTo(owners.lastStableOffset());
            } else {
                assertThat(view.lastStableOffset()).isGreaterThanOrEqualTo(owners.lastStableOffset());
            }
        } finally {
            disturbing = false;
        }
    }

    private void check(FollowedPartition seen) {
        looks++;
        halfWritten = null;
        long atLeast = answered;
        long startAtLeast = deleted;
        PartitionView view = seen.refresh();
        long end = view.logEndOffset();
        assertThat(end).isBetween(atLeast, end());
        assertThat(view.logStartOffset()).isBetween(startAtLeast, Math.max(deleted, deleting));
        long undecided = Math.max(view.logStartOffset(), firstUndecided(end));
        assertThat(view.lastStableOffset()).isEqualTo(undecided);
        readAll(seen, Isolation.READ_COMMITTED, view);
        readAll(seen, Isolation.READ_UNCOMMITTED, view);
    }

    private void readAll(FollowedPartition seen, Isolation isolation, PartitionView view) {
        long start = view.logStartOffset();
        PartitionCursor cursor = new PartitionCursor(seen, isolation, 100, start);
        List<Long> offsets = new ArrayList<>();
        Map<String, String> table = new TreeMap<>();
        try {
            while (cursor.refill()) {
                cursor.next();
                note(cursor.record(), table);
                offsets.add(cursor.record().offset());
            }
        } catch (LogException gone) {
            assertThat(gone).hasMessageContaining("was deleted; the log begins at");
            assertThat(Math.max(deleted, deleting)).isGreaterThan(cursor.position());
        }
        assertThat(cursor.position()).isBetween(start, end());
        checkRead(isolation, start, cursor.position(), offsets, table);
    }

    private void checkRead(
            Isolation isolation, long start, long position, List<Long> offsets, Map<String, String> table) {
        Set<Long> visible = isolation == Isolation.READ_COMMITTED ? committed() : data();
        assertThat(offsets).isSorted().doesNotHaveDuplicates();
        assertThat(visible).containsAll(offsets);
        if (!compacts) {
            List<Long> expected = visible.stream()
                    .filter(offset -> offset >= start && offset < position)
                    .sorted()
                    .toList();
            assertThat(offsets).isEqualTo(expected);
        } else if (isolation == Isolation.READ_COMMITTED && start == 0) {
            assertThat(table).isEqualTo(table(position));
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

    /** A reader that goes on from step to step. */
    private static final class SlowReader {
        final PartitionCursor cursor;
        final Isolation isolation;
        final long start;
        final List<Long> offsets = new ArrayList<>();
        final Map<String, String> table = new TreeMap<>();

        SlowReader(PartitionCursor cursor, Isolation isolation, long start) {
            this.cursor = cursor;
            this.isolation = isolation;
            this.start = start;
        }
    }

    private void readSlowly(int records) {
        if (!slowMayRead) {
            return;
        }
        halfWritten = null;
        if (slow == null) {
            Isolation isolation = random.nextBoolean() ? Isolation.READ_COMMITTED : Isolation.READ_UNCOMMITTED;
            long start = follower.view().logStartOffset();
            slow = new SlowReader(
                    new PartitionCursor(follower, isolation, 1 + random.nextInt(300), start), isolation, start);
        }
        SlowReader reader = slow;
        try {
            for (int i = 0; i < records && reader.cursor.refill(); i++) {
                reader.cursor.next();
                note(reader.cursor.record(), reader.table);
                reader.offsets.add(reader.cursor.record().offset());
            }
        } catch (LogException gone) {
            assertThat(gone).hasMessageContaining("was deleted; the log begins at");
            assertThat(Math.max(deleted, deleting)).isGreaterThan(reader.cursor.position());
            slow = null;
        }
        if (compacts && slow != null && reader.cursor.refill()) {
            // On the way, the newest record of a key may be the one that is still to come.
            return;
        }
        checkRead(reader.isolation, reader.start, reader.cursor.position(), reader.offsets, reader.table);
    }

    /** A bit flips behind what was forced: who reads is given what is before, and told of it unless a power cut can have done that. */
    private void checkDamaged() {
        List<Whole> batches = batchesBehindRecoveryPoint();
        if (batches.isEmpty()) {
            return;
        }
        int at = random.nextInt(batches.size());
        Whole flipped = batches.get(at);
        boolean isTold = lastEnd.withoutHoles() && at < batches.size() - 1;
        long knownEnd = isTold ? batches.get(batches.size() - 1).nextOffset() : flipped.baseOffset();
        // Not the base offset and the leader's epoch, which no checksum covers.
        long position = flipped.position() + BatchFormat.MAGIC + random.nextInt(flipped.size() - BatchFormat.MAGIC);
        int mask = 1 << random.nextInt(8);
        disturbing = true;
        world.storage().rot(flipped.file(), position, mask);
        FollowedPartition fresh = follow(false);
        checkDamaged(fresh, flipped.baseOffset(), isTold, knownEnd);
        // It looks again, and has read what is before.
        checkDamaged(fresh, flipped.baseOffset(), isTold, knownEnd);
        fresh.close();
        world.storage().rot(flipped.file(), position, mask);
        disturbing = false;
        checkQuietly();
        damages += isTold ? 1 : 0;
    }

    private void checkDamaged(FollowedPartition seen, long damagedOffset, boolean isTold, long knownEnd) {
        PartitionView view = seen.refresh();
        assertThat(view.logEndOffset()).isEqualTo(knownEnd);
        long start = view.logStartOffset();
        PartitionCursor cursor = new PartitionCursor(seen, Isolation.READ_UNCOMMITTED, 100, start);
        List<Long> offsets = new ArrayList<>();
        boolean told = false;
        try {
            while (cursor.refill()) {
                cursor.next();
                note(cursor.record(), new TreeMap<>());
                offsets.add(cursor.record().offset());
            }
        } catch (CorruptionException damage) {
            assertThat(damage).hasMessageContaining("offset " + damagedOffset + " is expected");
            told = true;
        }
        assertThat(told).isEqualTo(isTold);
        assertThat(cursor.position()).isEqualTo(damagedOffset);
        checkRead(Isolation.READ_UNCOMMITTED, start, damagedOffset, offsets, Map.of());
    }

    /** Those of the log; a power cut may have left others behind a hole. */
    private List<Whole> batchesBehindRecoveryPoint() {
        SegmentDirectory directory = new SegmentDirectory(besideWorld.storage(), TABLE.toString(), TABLE, 4096, "");
        long expected = Math.max(Checkpoints.open(directory).recoveryPoint().written(), deleted);
        List<Whole> batches = new ArrayList<>();
        for (String file : logs()) {
            long base = LogFiles.offsetOf(file.substring(file.lastIndexOf('/') + 1), LogFiles.LOG)
                    .orElseThrow();
            try (Segment segment = Segment.openToCheck(directory, base)) {
                BatchScanner scanner = new BatchScanner(segment, 0, segment.fileSizeBytes());
                while (scanner.next()) {
                    if (scanner.batch().baseOffset() == expected) {
                        batches.add(Whole.of(segment, scanner));
                        expected = scanner.batch().nextOffset();
                    }
                }
            }
        }
        return batches;
    }

    private record Whole(String file, long position, int size, long baseOffset, long nextOffset) {
        static Whole of(Segment segment, BatchScanner scanner) {
            BatchView batch = scanner.batch();
            return new Whole(
                    segment.path(), scanner.position(), batch.sizeInBytes(), batch.baseOffset(), batch.nextOffset());
        }
    }

    private void checkTimestamps(FollowedPartition seen) {
        if (compacts) {
            return;
        }
        PartitionView view = seen.view();
        Set<Long> committed = committed();
        for (long timestamp = 1_000; timestamp <= 1_050; timestamp += 10) {
            OptionalLong expected = OptionalLong.empty();
            for (long offset = view.logStartOffset(); offset < view.lastStableOffset(); offset++) {
                if (committed.contains(offset) && entries.get((int) offset).timestamp() >= timestamp) {
                    expected = OptionalLong.of(offset);
                    break;
                }
            }
            assertThat(seen.offsetForTimestamp(timestamp, Isolation.READ_COMMITTED))
                    .isEqualTo(expected);
        }
    }

    // --- what the list says

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

    private Set<Long> data() {
        Set<Long> data = new HashSet<>();
        entries.stream().filter(entry -> entry.key() != null).forEach(entry -> data.add(entry.offset()));
        return data;
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

    private long firstUndecided(long end) {
        Map<Long, Long> open = new HashMap<>();
        for (Entry entry : entries.subList(0, (int) end)) {
            switch (entry.kind()) {
                case PLAIN -> {}
                case TRANSACTIONAL -> open.putIfAbsent(entry.producerId(), entry.offset());
                case COMMIT, ABORT -> open.remove(entry.producerId());
            }
        }
        return open.values().stream().mapToLong(offset -> offset).min().orElse(end);
    }
}
