package io.millrace.platform.bounded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageContract;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import io.millrace.platform.file.FileStorage;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedStorage;
import io.millrace.platform.sim.StorageOperation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with room for one file, and what the bound promises beyond it. */
class BoundedStorageTest extends StorageContract {
    private final SimulatedStorage inner = new SimulatedStorage(1);
    private final BoundedStorage storage = new BoundedStorage(inner, 1, true);

    @Override
    protected Storage storage() {
        return storage;
    }

    @Test
    void noMoreFilesAreOpenThanTheBoundSays() {
        BoundedStorage three = new BoundedStorage(inner, 3, true);
        List<StorageFile> files = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            files.add(three.open("file" + i, OpenMode.CREATE_NEW));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 50; i++) {
                files.get(i).append(bytes("x" + i));
                assertThat(inner.openFiles()).isLessThanOrEqualTo(3);
            }
        }
        for (int i = 0; i < 50; i++) {
            assertThat(textOf(files.get(i))).isEqualTo(("x" + i).repeat(3));
        }
        files.forEach(StorageFile::close);
        assertThat(inner.openFiles()).isZero();
    }

    @Test
    void theRestOfTheProcessHasHalfOfTheFilesThatItMayOpen() {
        assertThat(BoundedStorage.within(500, OptionalLong.empty())).isEqualTo(500);
        assertThat(BoundedStorage.within(500, OptionalLong.of(Long.MAX_VALUE))).isEqualTo(500);
        assertThat(BoundedStorage.within(500, OptionalLong.of(4096))).isEqualTo(500);
        assertThat(BoundedStorage.within(500, OptionalLong.of(256))).isEqualTo(112);
        assertThat(BoundedStorage.within(500, OptionalLong.of(64))).isEqualTo(16);
        assertThat(BoundedStorage.within(500, OptionalLong.of(20)))
                .as("what a log needs in any case")
                .isEqualTo(16);
        assertThat(BoundedStorage.within(3, OptionalLong.of(64))).isEqualTo(3);
    }

    @Test
    void whatIsUsedStaysOpenAndWhatIsNotGoes() {
        BoundedStorage two = new BoundedStorage(inner, 2, true);
        StorageFile used = two.open("used", OpenMode.CREATE_NEW);
        used.force();
        long calls = 0;
        for (int i = 0; i < 10; i++) {
            used.append(bytes("x"));
            used.force();
            StorageFile other = two.open("other" + i, OpenMode.CREATE_NEW);
            other.force();
            long before = inner.callCount();
            textOf(used);
            calls += inner.callCount() - before;
        }
        assertThat(calls).as("reading what is open changes nothing").isZero();
    }

    /** PB2 */
    @Test
    void unforcedBytesAreForcedBeforeTheirFileIsClosed() {
        StorageFile file = storage.open("a", OpenMode.CREATE_NEW);
        storage.syncDirectory("");
        file.append(bytes("kept"));
        storage.open("b", OpenMode.CREATE_NEW);
        assertThat(inner.openFiles()).isEqualTo(1);
        SimulatedStorage after = inner.restart(CrashMode.POWER);
        try (StorageFile again = after.open("a", OpenMode.READ)) {
            assertThat(textOf(again)).isEqualTo("kept");
        }
    }

    /** PB2 */
    @Test
    void whereAPowerCutMayTakeThemUnforcedBytesCostNoForce() {
        BoundedStorage one = new BoundedStorage(inner, 1, false);
        StorageFile file = one.open("a", OpenMode.CREATE_NEW);
        file.append(bytes("kept"));
        long calls = inner.callCount();
        StorageFile other = one.open("b", OpenMode.CREATE_NEW);
        assertThat(inner.callCount() - calls).as("the file is created").isEqualTo(1);
        assertThat(inner.openFiles()).isEqualTo(1);
        file.append(bytes(" on"));
        other.append(bytes("x"));
        assertThat(textOf(file)).isEqualTo("kept on");
        inner.failNext(StorageOperation.FORCE, Kind.IO);
        assertThatThrownBy(file::force).as("a force is passed on").isInstanceOf(StorageException.class);
        assertThatThrownBy(file::force).as("and its failure is not forgotten").isInstanceOf(StorageException.class);
    }

    @Test
    void aFileThatMayNeverBeUsedIsOpenedByItsFirstUse() {
        storage.open("a", OpenMode.CREATE_NEW).close();
        storage.open("b", OpenMode.CREATE_NEW).close();
        assertThatThrownBy(() -> storage.openWhenUsed("none"))
                .asInstanceOf(InstanceOfAssertFactories.type(StorageException.class))
                .extracting(StorageException::kind)
                .isEqualTo(Kind.NOT_FOUND);
        StorageFile renamed = storage.openWhenUsed("a");
        StorageFile deleted = storage.openWhenUsed("b");
        StorageFile unused = storage.openWhenUsed("b");
        assertThat(inner.openFiles()).isZero();

        storage.rename("a", "c");
        assertThat(inner.openFiles()).isZero();
        storage.delete("b");
        renamed.append(bytes("renamed"));
        deleted.append(bytes("deleted"));
        assertThat(textOf(storage.open("c", OpenMode.READ))).isEqualTo("renamed");
        assertThat(textOf(deleted)).isEqualTo("deleted");
        deleted.close();
        unused.close();
        storage.openWhenUsed("c").close();
        assertThat(inner.openFiles()).isEqualTo(1);
    }

    /** PB3 */
    @Test
    void aFileThatCannotBeForcedStaysOpenAndRefusesItsWriter() {
        StorageFile file = storage.open("a", OpenMode.CREATE_NEW);
        file.append(bytes("x"));
        inner.failNext(StorageOperation.FORCE, Kind.IO);
        StorageFile other = storage.open("b", OpenMode.CREATE_NEW);
        other.append(bytes("y"));

        assertThat(inner.openFiles()).isEqualTo(2);
        assertThatThrownBy(() -> file.append(bytes("z"))).isInstanceOf(StorageException.class);
        assertThatThrownBy(file::force).isInstanceOf(StorageException.class);
        assertThat(textOf(file)).isEqualTo("x");
        storage.open("c", OpenMode.CREATE_NEW);
        assertThatThrownBy(file::force).isInstanceOf(StorageException.class);
    }

    @Test
    void aFailedForceIsNotForgottenByRest() {
        StorageFile file = storage.open("a", OpenMode.CREATE_NEW);
        file.append(bytes("x"));
        inner.failNext(StorageOperation.FORCE, Kind.IO);
        assertThatThrownBy(file::force).isInstanceOf(StorageException.class);
        for (int i = 0; i < 3; i++) {
            storage.open("other" + i, OpenMode.CREATE_NEW).force();
        }
        assertThatThrownBy(file::force).isInstanceOf(StorageException.class);
    }

    @Test
    void whenTheSystemAllowsFewerFilesOthersAreClosedForOne() {
        BoundedStorage wide = new BoundedStorage(inner, 100, true);
        for (int i = 0; i < 10; i++) {
            wide.open("file" + i, OpenMode.CREATE_NEW);
        }
        inner.failNext(StorageOperation.OPEN, Kind.TOO_MANY_OPEN_FILES);
        wide.open("one-more", OpenMode.CREATE_NEW).close();
        assertThat(inner.openFiles()).isEqualTo(5);
    }

    @Test
    void threadsThatShareFewFilesDisturbNobody(@TempDir Path directory) {
        BoundedStorage few = new BoundedStorage(FileStorage.open(directory), 2, true);
        List<CompletableFuture<String>> writers = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            StorageFile file = few.open("file" + t, OpenMode.CREATE_NEW);
            String own = Integer.toString(t);
            writers.add(CompletableFuture.supplyAsync(() -> {
                for (int i = 0; i < 80; i++) {
                    file.append(bytes(own));
                    textOf(file);
                }
                return textOf(file);
            }));
        }
        for (int t = 0; t < 6; t++) {
            assertThat(writers.get(t).join()).isEqualTo(Integer.toString(t).repeat(80));
        }
    }

    private static String textOf(StorageFile file) {
        ByteBuffer target = ByteBuffer.allocate(100);
        file.readAt(0, target);
        return new String(target.array(), 0, target.position(), StandardCharsets.UTF_8);
    }
}
