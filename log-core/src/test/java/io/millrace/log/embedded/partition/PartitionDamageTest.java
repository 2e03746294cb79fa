package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.embedded.format.BatchFormat;
import io.millrace.log.embedded.partition.LogModel.Seen;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A flipped bit anywhere. Below the recovery point it is found and named, at the latest by the reader, and never repaired by forgetting; at
 * and behind it, it ends the log. Never are there other records (L7).
 */
class PartitionDamageTest {
    private static final PartitionSettings SETTINGS = new PartitionSettings(Durability.PROCESS_CRASH, 400, 100);
    private static final String DIRECTORY = ModelledLog.DIRECTORY;

    private static ModelledLog log() {
        ModelledLog log = new ModelledLog(1, SETTINGS);
        for (int i = 0; i < 4; i++) {
            log.append(1, true, 2);
            log.append(2, true, 1);
            log.end(1, i % 2 == 0);
            log.append(3, false, 2);
        }
        log.checkpoint();
        for (int i = 0; i < 3; i++) {
            log.append(1, true, 2);
            log.end(2, false);
            log.append(2, true, 1);
        }
        return log;
    }

    private static Map<String, Long> files(ModelledLog log, String suffix) {
        Storage storage = log.world().storage();
        Map<String, Long> sizes = new HashMap<>();
        for (String name : storage.list(DIRECTORY)) {
            if (name.endsWith(suffix)) {
                sizes.put(DIRECTORY + '/' + name, storage.size(DIRECTORY + '/' + name));
            }
        }
        return sizes;
    }

    /** What a reader got before it came to the end, or to the first complaint. */
    private record Outcome(List<Seen> records, boolean complained) {}

    private static Outcome openAndRead(SimulatedWorld world, boolean clean) {
        List<Seen> seen = new ArrayList<>();
        try {
            PartitionLog opened = PartitionLog.open(world.world(), DIRECTORY, ModelledLog.ORDERS, SETTINGS, clean);
            PartitionCursor cursor = new PartitionCursor(opened, Isolation.READ_UNCOMMITTED, 300, 0);
            while (cursor.refill()) {
                assertThat(cursor.next()).isTrue();
                BytesView value = cursor.record().value();
                seen.add(new Seen(cursor.record().offset(), value == null ? "none" : value.toUtf8()));
            }
        } catch (CorruptionException found) {
            assertThat(found).hasMessageContaining("orders-0");
            return new Outcome(seen, true);
        }
        return new Outcome(seen, false);
    }

    @Test
    void flippedBitOfDurableDataIsNamedAndNothingElseIsRead() {
        for (Map.Entry<String, Long> file : files(log(), ".log").entrySet()) {
            for (long at = 0; at < file.getValue(); at++) {
                ModelledLog log = log();
                log.checkpoint();
                List<Seen> expected = log.model().allRecords();
                Place place = place(log, file.getKey(), at);

                SimulatedWorld damaged = damage(log, file.getKey(), at);
                Outcome outcome = openAndRead(damaged, false);

                assertThat(outcome.complained()).as(place.toString()).isNotEqualTo(place.unused());
                assertThat(damaged.storage().size(file.getKey()))
                        .as("nothing is cut off")
                        .isEqualTo(file.getValue());
                assertThat(outcome.records())
                        .isEqualTo(expected.subList(0, outcome.records().size()));
            }
        }
    }

    @Test
    void flippedBitBehindTheRecoveryPointEndsTheLogThere() {
        for (Map.Entry<String, Long> file : files(log(), ".log").entrySet()) {
            for (long at = 0; at < file.getValue(); at++) {
                ModelledLog log = log();
                List<Seen> all = log.model().allRecords();
                Place place = place(log, file.getKey(), at);
                boolean durable = place.baseOffset() < log.promised();

                Outcome outcome = openAndRead(damage(log, file.getKey(), at), false);

                assertThat(outcome.complained()).as(place.toString()).isEqualTo(durable && !place.unused());
                if (!durable && !place.unused()) {
                    all.removeIf(seen -> seen.offset() >= place.baseOffset());
                }
                assertThat(outcome.records())
                        .isEqualTo(durable ? all.subList(0, outcome.records().size()) : all);
            }
        }
    }

    /** The bit flips under the process that has the log open: wherever its reader finds that, new records are refused (W12). */
    @Test
    void nothingIsAppendedBehindDamageThatAReaderMet() {
        int met = 0;
        for (Map.Entry<String, Long> file : files(log(), ".log").entrySet()) {
            for (long at = 0; at < file.getValue(); at++) {
                ModelledLog log = log();
                List<Seen> all = log.model().allRecords();
                log.world().storage().rot(file.getKey(), at, 1 << at % 8);
                log.append(3, false, 1);
                List<Seen> before = new ArrayList<>();
                String told = read(log.log(), before);
                if (told == null) {
                    assertThat(place(log, file.getKey(), at).unused()).isTrue();
                    continue;
                }
                met++;
                assertThatThrownBy(() -> log.append(3, false, 1))
                        .isInstanceOf(CorruptionException.class)
                        .hasMessage(told);
                assertThatThrownBy(log.log()::checkOpen).hasMessage(told);

                // Who waits for the end of a transaction in another partition gets it, and it is as durable as it was
                // promised.
                long end = log.log().view().logEndOffset();
                assertThat(log.log().appendMarker(1, (short) 100, true, 0)).isEqualTo(end);
                log.log().checkpoint();
                assertThat(log.log().recoveryPoint()).isEqualTo(end + 1);

                List<Seen> again = new ArrayList<>();
                assertThat(read(log.log(), again)).isEqualTo(told);
                assertThat(again).isEqualTo(before).isEqualTo(all.subList(0, before.size()));
                log.log().close();
            }
        }
        assertThat(met).isGreaterThan(1_000);
    }

    /** Whoever reads batches meets damage, and not consumers alone. */
    @Test
    void nothingIsAppendedBehindDamageThatALookupOrACoordinatorOrTheCleanerMet() {
        List<Consumer<PartitionLog>> readers = List.of(
                log -> log.forEachBatch(0, batch -> {}),
                log -> log.offsetForTimestamp(Long.MAX_VALUE, Isolation.READ_UNCOMMITTED),
                log -> log.cleaning().step(() -> {
                    log.view().forEachBatch(0, batch -> {});
                    return 1;
                }));
        for (Consumer<PartitionLog> reader : readers) {
            int met = 0;
            for (Map.Entry<String, Long> file : files(log(), ".log").entrySet()) {
                for (long at = 0; at < file.getValue(); at += 7) {
                    ModelledLog log = log();
                    log.world().storage().rot(file.getKey(), at, 1 << at % 8);
                    String told = told(reader, log.log());
                    if (told == null) {
                        log.append(3, false, 1);
                    } else {
                        met++;
                        assertThatThrownBy(() -> log.append(3, false, 1))
                                .isInstanceOf(CorruptionException.class)
                                .hasMessage(told);
                    }
                    log.log().close();
                }
            }
            assertThat(met).isGreaterThan(40);
        }
    }

    private static @Nullable String told(Consumer<PartitionLog> reader, PartitionLog log) {
        try {
            reader.accept(log);
            return null;
        } catch (CorruptionException damage) {
            return damage.getMessage();
        }
    }

    /** @return what the reader was told, null if it came to the end */
    private static @Nullable String read(PartitionLog log, List<Seen> into) {
        PartitionCursor cursor = new PartitionCursor(log, Isolation.READ_UNCOMMITTED, 300, 0);
        try {
            while (cursor.refill()) {
                assertThat(cursor.next()).isTrue();
                BytesView value = cursor.record().value();
                into.add(new Seen(cursor.record().offset(), value == null ? "none" : value.toUtf8()));
            }
            return null;
        } catch (CorruptionException damage) {
            return damage.getMessage();
        }
    }

    private static SimulatedWorld damage(ModelledLog log, String path, long at) {
        log.world().storage().rot(path, at, 1 << at % 8);
        return log.world().restart(CrashMode.PROCESS);
    }

    @Test
    void flippedBitOfAnIndexChangesNoAnswer() {
        for (String suffix : List.of(".index", ".timeindex", ".txnindex", ".snapshot")) {
            for (Map.Entry<String, Long> file : closed().entrySet()) {
                if (!file.getKey().endsWith(suffix)) {
                    continue;
                }
                for (long at = 0; at < file.getValue(); at++) {
                    ModelledLog log = log();
                    log.log().close();
                    log.world().storage().rot(file.getKey(), at, 1 << at % 8);
                    log.reopenTrusting();
                    log.check();
                    for (long offset = 0; offset < log.model().endOffset(); offset++) {
                        log.checkFrom(offset);
                    }
                }
            }
        }
    }

    @Test
    void lossOfAnIndexChangesNoAnswer() {
        for (String suffix : List.of(".index", ".timeindex", ".txnindex", ".snapshot")) {
            ModelledLog log = log();
            log.append(1, true, 1);
            log.end(1, false);
            log.log().close();
            files(log, suffix).keySet().forEach(log.world().storage()::delete);
            log.reopenTrusting();
            log.check();
            log.reopenCleanly();
            log.check();
        }
    }

    @Test
    void lossOfTheEndAfterACleanShutdownIsNamed() {
        Map<String, Long> segments = new TreeMap<>(closed());
        segments.keySet().removeIf(path -> !path.endsWith(".log"));
        List<String> paths = new ArrayList<>(segments.keySet());
        String last = paths.get(paths.size() - 1);
        for (int lost = 1; lost <= paths.size(); lost++) {
            ModelledLog log = log();
            log.log().close();
            paths.subList(paths.size() - lost, paths.size()).forEach(log.world().storage()::delete);
            assertThat(openAndRead(log.world(), true).complained()).isTrue();
        }
        ModelledLog log = log();
        log.log().close();
        try (StorageFile file = log.world().storage().open(last, OpenMode.WRITE)) {
            file.truncate(0);
        }
        assertThat(openAndRead(log.world(), true).complained()).isTrue();
    }

    @Test
    void snapshotThatRecoveryBeginsWithOutlivesLaterOnes() {
        ModelledLog log = new ModelledLog(1, new PartitionSettings(Durability.PROCESS_CRASH, 500, 100));
        while (log.log().view().segmentCount() < 4) {
            log.append(1, false, 1);
        }
        long activeBase = log.log().view().segment(3).baseOffset();
        for (int i = 0; i < 3; i++) {
            log.append(1, false, 1);
            log.reopenCleanly();
        }
        assertThat(log.log().view().segmentCount()).isEqualTo(4);

        assertThat(files(log, ".snapshot")).containsKey(LogFiles.path(DIRECTORY, activeBase, ".snapshot"));
        assertThat(files(log, ".snapshot")).hasSizeLessThan(5);
    }

    private static Map<String, Long> closed() {
        ModelledLog log = log();
        log.log().close();
        return files(log, "");
    }

    /**
     * Where a byte stands.
     *
     * @param baseOffset of its batch
     * @param unused true for the leader epoch, the one field that nobody checks, because nobody uses it
     */
    private record Place(String path, long at, long baseOffset, boolean unused) {}

    private static Place place(ModelledLog log, String path, long at) {
        byte[] bytes = LogFiles.read(log.world().storage(), path);
        int batch = 0;
        while (at >= batch + BatchFormat.sizeInBytes(bytes, batch)) {
            batch += BatchFormat.sizeInBytes(bytes, batch);
        }
        boolean unused = at >= batch + BatchFormat.PARTITION_LEADER_EPOCH && at < batch + BatchFormat.MAGIC;
        return new Place(path, at, BatchFormat.baseOffset(bytes, batch), unused);
    }
}
