package io.millrace.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageContract;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SimulatedStorageTest extends StorageContract {
    private static final int SEEDS = 300;

    private final SimulatedStorage storage = new SimulatedStorage(1);

    @Override
    protected Storage storage() {
        return storage;
    }

    @Test
    void killedProcessLosesNothingThatWasWritten() {
        create("a.log", "written");
        assertThat(contentOf(storage.restart(CrashMode.PROCESS), "a.log")).isEqualTo("written");
    }

    /** SIM2 */
    @Test
    void forcedBytesInASyncedDirectorySurviveEverySeed() {
        assertThat(outcomes(
                        disk -> {
                            disk.createDirectories("d");
                            StorageFile file = disk.open("d/a.log", OpenMode.CREATE_NEW);
                            file.append(bytes("forced"));
                            file.force();
                            disk.syncDirectory("d");
                            disk.syncDirectory("");
                            file.append(bytes(" and not"));
                        },
                        disk -> contentOf(disk, "d/a.log").substring(0, 6)))
                .containsExactly("forced");
    }

    @Test
    void whatAProcessLeftInThePageCacheIsStillLostByALaterPowerCut() {
        assertThat(outcomes(
                        disk -> {
                            disk.open("a.log", OpenMode.CREATE_NEW).append(bytes("x"));
                            disk.syncDirectory("");
                        },
                        disk -> contentOf(disk.restart(CrashMode.PROCESS).restart(CrashMode.POWER), "a.log")))
                .contains("", "x");
    }

    @Test
    void powerCutLosesTearsZeroesAndReordersUnforcedSectors() {
        String sector = "a".repeat(FileImage.SECTOR_SIZE);
        Set<String> found = outcomes(
                disk -> {
                    StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
                    disk.syncDirectory("");
                    file.append(bytes(sector));
                    file.append(bytes(sector));
                    file.append(bytes(sector));
                },
                disk -> contentOf(disk, "a.log").replace(sector, "A").replace("\0".repeat(FileImage.SECTOR_SIZE), "0"));

        assertThat(found).contains("", "A", "AA", "AAA", "A0A", "0A", "000");
        assertThat(found).allMatch(content -> content.matches("[A0]{0,3}"));
    }

    @Test
    void powerCutTearsAWriteAcrossSectorsAtTheirBoundary() {
        Set<String> found = outcomes(
                disk -> {
                    StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
                    disk.syncDirectory("");
                    file.append(bytes("o".repeat(700)));
                    file.force();
                    file.writeAt(0, bytes("n".repeat(700)));
                },
                disk -> contentOf(disk, "a.log"));

        assertThat(found)
                .containsExactlyInAnyOrder(
                        "o".repeat(700),
                        "n".repeat(700),
                        "n".repeat(512) + "o".repeat(188),
                        "o".repeat(512) + "n".repeat(188));
    }

    @Test
    void unforcedTruncationMayComeBack() {
        Set<String> found = outcomes(
                disk -> {
                    StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
                    disk.syncDirectory("");
                    file.append(bytes("0123456789"));
                    file.force();
                    file.truncate(3);
                },
                disk -> contentOf(disk, "a.log"));

        assertThat(found).contains("0123456789", "012");
        assertThat(found).contains("012\0\0\0\0\0\0\0");
    }

    @Test
    void unsyncedDirectoryChangesAreLostOneByOne() {
        Set<List<String>> found = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedStorage disk = new SimulatedStorage(seed);
            disk.open("old", OpenMode.CREATE_NEW).close();
            disk.syncDirectory("");
            disk.open("new", OpenMode.CREATE_NEW).close();
            disk.delete("old");
            found.add(disk.restart(CrashMode.POWER).list(""));
        }
        assertThat(found).containsExactlyInAnyOrder(List.of(), List.of("old"), List.of("new"), List.of("new", "old"));
    }

    @Test
    void renameIsAtomicAndLostWithoutSync() {
        assertThat(outcomes(
                        disk -> {
                            write(disk, "f", "old");
                            write(disk, "f.tmp", "new");
                            disk.syncDirectory("");
                            disk.rename("f.tmp", "f");
                        },
                        disk -> disk.list("") + contentOf(disk, "f")))
                .containsExactlyInAnyOrder("[f, f.tmp]old", "[f]new");
    }

    @Test
    void temporaryForceRenameSyncReplacesAFileForGood() {
        assertThat(outcomes(
                        disk -> {
                            write(disk, "f", "old");
                            disk.syncDirectory("");
                            write(disk, "f.tmp", "new");
                            disk.rename("f.tmp", "f");
                            disk.syncDirectory("");
                        },
                        disk -> disk.list("") + contentOf(disk, "f")))
                .containsExactly("[f]new");
    }

    /** PROOF row 33: the directory's own entry stands in its parent. */
    @Test
    void newDirectoryIsLostUnlessItsParentIsSynced() {
        assertThat(outcomes(
                        disk -> {
                            disk.createDirectories("d");
                            write(disk, "d/a.log", "forced");
                            disk.syncDirectory("d");
                        },
                        disk -> String.valueOf(disk.exists("d/a.log"))))
                .containsExactlyInAnyOrder("true", "false");
    }

    @Test
    void crashInsideAWriteLeavesAPrefix() {
        Set<String> found = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedStorage disk = new SimulatedStorage(seed);
            StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
            disk.crashAt(1);
            assertThatThrownBy(() -> file.append(bytes("abc"))).isInstanceOf(SimulatedCrash.class);
            found.add(contentOf(disk.restart(CrashMode.PROCESS), "a.log"));
        }
        assertThat(found).containsExactly("", "a", "ab", "abc");
    }

    @Test
    void crashComesBeforeOrAfterTheEffectOfACall() {
        Set<Boolean> found = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedStorage disk = new SimulatedStorage(seed);
            disk.crashAt(0);
            assertThatThrownBy(() -> disk.createDirectories("d")).isInstanceOf(SimulatedCrash.class);
            found.add(disk.restart(CrashMode.PROCESS).isDirectory("d"));
        }
        assertThat(found).containsExactlyInAnyOrder(true, false);
    }

    /** SIM4 */
    @Test
    void deadProcessHasNoEffect() {
        create("a.log", "x");
        StorageFile file = storage.open("a.log", OpenMode.WRITE);
        storage.crash();

        assertThatThrownBy(() -> file.append(bytes("y"))).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(file::force).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(file::size).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(() -> storage.delete("a.log")).isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(() -> storage.list("")).isInstanceOf(SimulatedCrash.class);
        file.close();
        assertThat(contentOf(storage.restart(CrashMode.PROCESS), "a.log")).isEqualTo("x");
    }

    @Test
    void lockEndsWithTheProcess() throws Exception {
        storage.lock("");
        storage.restart(CrashMode.PROCESS).lock("").close();
    }

    @Test
    void plannedFailuresHappenOnceAndHaveTheirKind() {
        StorageFile file = storage.open("a.log", OpenMode.CREATE_NEW);
        storage.failNext(StorageOperation.READ, Kind.IO);
        storage.failNext(StorageOperation.RENAME, Kind.ACCESS_DENIED);
        storage.failAfter(StorageOperation.OPEN, 1, Kind.TOO_MANY_OPEN_FILES);
        assertKind(Kind.IO, () -> read(file, 0, 1));
        assertThat(read(file, 0, 1)).isEmpty();
        assertKind(Kind.ACCESS_DENIED, () -> storage.rename("a.log", "b.log"));
        assertThat(storage.exists("b.log")).isFalse();
        storage.open("a.log", OpenMode.READ).close();
        assertKind(Kind.TOO_MANY_OPEN_FILES, () -> storage.open("a.log", OpenMode.READ));
        storage.open("a.log", OpenMode.READ).close();
    }

    @Test
    void noFileIsOpenedBeyondTheLimitUntilOneIsClosed() {
        storage.limitOpenFiles(1);
        assertThat(storage.mostOpenFiles()).hasValue(1);
        try (StorageFile file = storage.open("a.log", OpenMode.CREATE_NEW)) {
            assertThat(file.size()).isZero();
            assertKind(Kind.TOO_MANY_OPEN_FILES, () -> storage.open("b.log", OpenMode.CREATE_NEW));
            assertThat(storage.exists("b.log")).isFalse();
        }
        storage.open("a.log", OpenMode.READ).close();
    }

    @Test
    void failedWriteLeavesAPrefix() {
        Set<String> found = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedStorage disk = new SimulatedStorage(seed);
            StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
            disk.failNext(StorageOperation.WRITE, Kind.IO);
            assertKind(Kind.IO, () -> file.append(bytes("abc")));
            found.add(contentOf(disk, "a.log"));
            assertThat(file.size()).isEqualTo(contentOf(disk, "a.log").length());
        }
        assertThat(found).containsExactly("", "a", "ab", "abc");
    }

    @Test
    void fullDiskTakesWhatFits() {
        create("a.log", "12345");
        storage.limitCapacity(8);
        StorageFile file = storage.open("b.log", OpenMode.CREATE_NEW);
        assertKind(Kind.NO_SPACE, () -> file.append(bytes("abcdef")));
        assertThat(contentOf(storage, "b.log")).isEqualTo("abc");
        storage.delete("a.log");
        file.truncate(0);
        file.append(bytes("12345678"));
        assertKind(Kind.NO_SPACE, () -> file.append(bytes("9")));
    }

    /** The system forgets that pages were dirty: the next force succeeds and the bytes are still not there. */
    @Test
    void forceAfterAFailedForceSavesNothing() {
        Set<String> found = outcomes(
                disk -> {
                    StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
                    disk.syncDirectory("");
                    file.append(bytes("lost?"));
                    disk.failNext(StorageOperation.FORCE, Kind.IO);
                    assertKind(Kind.IO, file::force);
                    assertKind(Kind.IO, file::force);
                    assertKind(Kind.IO, () -> file.append(bytes("more")));
                    StorageFile again = disk.open("a.log", OpenMode.WRITE);
                    again.force();
                    assertThat(contentOf(disk, "a.log")).isEqualTo("lost?");
                },
                disk -> contentOf(disk, "a.log"));
        assertThat(found).containsExactlyInAnyOrder("", "lost?");
    }

    @Test
    void rotChangesBytesForGood() {
        create("a.log", "abc");
        storage.syncDirectory("");
        storage.rot("a.log", 1, 0x20);
        assertThat(contentOf(storage, "a.log")).isEqualTo("aBc");
        assertThat(contentOf(storage.restart(CrashMode.POWER), "a.log")).isEqualTo("aBc");
    }

    @Test
    void openFilesAreCounted() {
        StorageFile file = storage.open("a.log", OpenMode.CREATE_NEW);
        assertThat(storage.openFiles()).isEqualTo(1);
        file.close();
        file.close();
        assertThat(storage.openFiles()).isZero();
    }

    /** SIM1 */
    @Test
    void sameSeedGivesTheSameDisk() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(lossyRun(seed)).isEqualTo(lossyRun(seed));
        }
        assertThat(lossyRun(1)).isNotEqualTo(lossyRun(2));
    }

    private static String lossyRun(long seed) {
        SimulatedStorage disk = new SimulatedStorage(seed);
        StorageFile file = disk.open("a.log", OpenMode.CREATE_NEW);
        disk.syncDirectory("");
        for (int i = 0; i < 50; i++) {
            file.append(bytes("record " + i + "x".repeat(i * 7)));
        }
        return disk.trace() + contentOf(disk.restart(CrashMode.POWER), "a.log");
    }

    /** What is found after a power cut, over many seeds. */
    private static Set<String> outcomes(Consumer<SimulatedStorage> before, Function<SimulatedStorage, String> after) {
        Set<String> found = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedStorage disk = new SimulatedStorage(seed);
            before.accept(disk);
            found.add(after.apply(disk.restart(CrashMode.POWER)));
        }
        return found;
    }

    private static void write(Storage disk, String path, String content) {
        try (StorageFile file = disk.open(path, OpenMode.CREATE_NEW)) {
            file.append(bytes(content));
            file.force();
        }
    }

    private static String contentOf(Storage disk, String path) {
        try (StorageFile file = disk.open(path, OpenMode.READ)) {
            return read(file, 0, 1 << 16);
        }
    }
}
