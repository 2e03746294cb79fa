package io.millrace.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every storage promises; inherited by the tests of each. */
public abstract class StorageContract {
    /** An empty storage, the same for one test. */
    protected abstract Storage storage();

    @Test
    protected void appendedBytesAreRead() {
        try (StorageFile file = storage().open("a.log", OpenMode.CREATE_NEW)) {
            assertThat(file.append(bytes("hello "))).isZero();
            assertThat(file.append(bytes("world"))).isEqualTo(6);
            assertThat(file.size()).isEqualTo(11);
            assertThat(read(file, 0, 100)).isEqualTo("hello world");
            assertThat(read(file, 4, 4)).isEqualTo("o wo");
            assertThat(read(file, 11, 4)).isEmpty();
            assertThat(read(file, 1000, 4)).isEmpty();
        }
    }

    @Test
    void appendTakesWhatRemainsOfTheBuffer() {
        try (StorageFile file = storage().open("a.log", OpenMode.CREATE_NEW)) {
            ByteBuffer part = bytes("[part]");
            part.position(1).limit(5);
            file.append(part);

            assertThat(part.hasRemaining()).isFalse();
            assertThat(read(file, 0, 100)).isEqualTo("part");
        }
    }

    @Test
    void readFillsWhatRemainsOfTheBuffer() {
        create("a.log", "0123456789");
        try (StorageFile file = storage().open("a.log", OpenMode.READ)) {
            ByteBuffer target = ByteBuffer.allocate(8);
            target.position(2).limit(5);

            assertThat(file.readAt(3, target)).isEqualTo(3);
            assertThat(target.position()).isEqualTo(5);
            assertThat(new String(target.array(), 2, 3, StandardCharsets.US_ASCII))
                    .isEqualTo("345");
        }
    }

    @Test
    void whatIsLargerThanTheSystemTakesAtOnceIsWrittenAndReadWhole() {
        byte[] written = new byte[(1 << 20) + 77];
        new SplittableRandom(1).nextBytes(written);
        try (StorageFile file = storage().open("a.log", OpenMode.CREATE_NEW)) {
            file.append(bytes("before"));
            ByteBuffer part = ByteBuffer.wrap(written);
            part.limit(written.length - 7);
            assertThat(file.append(part)).isEqualTo(6);
            assertThat(part.position()).isEqualTo(part.limit()).isEqualTo(written.length - 7);
            assertThat(file.size()).isEqualTo(6 + written.length - 7);

            ByteBuffer target = ByteBuffer.allocate(written.length + 10);
            target.position(3).limit(written.length + 5);
            assertThat(file.readAt(6, target)).isEqualTo(written.length - 7);
            assertThat(target.position()).isEqualTo(3 + written.length - 7);
            assertThat(target.limit()).isEqualTo(written.length + 5);
            assertThat(Arrays.equals(target.array(), 3, target.position(), written, 0, written.length - 7))
                    .isTrue();
        }
    }

    @Test
    void contentOutlivesTheHandle() {
        create("a.log", "kept");
        assertThat(storage().size("a.log")).isEqualTo(4);
        try (StorageFile file = storage().open("a.log", OpenMode.WRITE)) {
            file.append(bytes("!"));
        }
        assertThat(content("a.log")).isEqualTo("kept!");
    }

    @Test
    void writeAtReplacesAndMayGrowTheFile() {
        try (StorageFile file = storage().open("a.log", OpenMode.CREATE)) {
            file.append(bytes("0123"));
            file.writeAt(2, bytes("xy"));
            file.writeAt(3, bytes("abc"));
            file.writeAt(6, bytes("!"));
            assertThat(read(file, 0, 100)).isEqualTo("01xabc!");
            assertThat(file.append(bytes("?"))).isEqualTo(7);
            assertThatThrownBy(() -> file.writeAt(9, bytes("gap"))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void truncateCutsAndRefusesToGrow() {
        try (StorageFile file = storage().open("a.log", OpenMode.CREATE)) {
            file.append(bytes("0123456789"));
            file.truncate(4);
            assertThat(file.size()).isEqualTo(4);
            assertThat(file.append(bytes("x"))).isEqualTo(4);
            assertThat(read(file, 0, 100)).isEqualTo("0123x");
            assertThatThrownBy(() -> file.truncate(6)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void openModesSayWhetherTheFileMustExist() {
        assertKind(Kind.NOT_FOUND, () -> storage().open("a.log", OpenMode.READ));
        assertKind(Kind.NOT_FOUND, () -> storage().open("a.log", OpenMode.WRITE));
        storage().open("a.log", OpenMode.CREATE).close();
        create("b.log", "content");
        assertKind(Kind.ALREADY_EXISTS, () -> storage().open("b.log", OpenMode.CREATE_NEW));
        storage().open("b.log", OpenMode.CREATE).close();
        assertThat(content("b.log")).isEqualTo("content");
    }

    @Test
    void readOnlyFileRefusesWrites() {
        create("a.log", "content");
        try (StorageFile file = storage().open("a.log", OpenMode.READ)) {
            assertKind(Kind.ACCESS_DENIED, () -> file.append(bytes("x")));
            assertKind(Kind.ACCESS_DENIED, () -> file.writeAt(0, bytes("x")));
            assertKind(Kind.ACCESS_DENIED, () -> file.truncate(0));
        }
        assertThat(content("a.log")).isEqualTo("content");
    }

    @Test
    void closedFileRefusesUseAndClosesTwice() {
        StorageFile file = storage().open("a.log", OpenMode.CREATE);
        file.close();
        file.close();
        assertKind(Kind.IO, () -> file.append(bytes("x")));
        assertKind(Kind.IO, () -> file.readAt(0, ByteBuffer.allocate(1)));
        assertKind(Kind.IO, file::force);
    }

    @Test
    void fileNeedsItsDirectory() {
        assertKind(Kind.NOT_FOUND, () -> storage().open("orders-0/a.log", OpenMode.CREATE));
    }

    @Test
    void directoriesAreCreatedWithTheirParentsAndListedSorted() {
        assertThat(storage().list("")).isEmpty();
        assertThat(storage().list("a")).isEmpty();
        storage().createDirectories("a/b/c");
        storage().createDirectories("a/b/c");
        create("a/z.log", "");
        create("a/A.log", "");

        assertThat(storage().list("a")).containsExactly("A.log", "b", "z.log");
        assertThat(storage().list("")).containsExactly("a");
        assertThat(storage().isDirectory("a/b")).isTrue();
        assertThat(storage().isDirectory("a/z.log")).isFalse();
        assertThat(storage().isDirectory("none")).isFalse();
        assertThat(storage().exists("a/z.log")).isTrue();
        assertThat(storage().exists("a/b")).isTrue();
        assertThat(storage().exists("a/none")).isFalse();
        assertThat(storage().isDirectory("")).isTrue();
    }

    @Test
    void renameReplacesTheTargetAndKeepsOpenHandles() {
        create("new.tmp", "new");
        create("old", "old");
        try (StorageFile file = storage().open("new.tmp", OpenMode.WRITE)) {
            storage().rename("new.tmp", "old");
            file.append(bytes("er"));
        }
        assertThat(content("old")).isEqualTo("newer");
        assertThat(storage().list("")).containsExactly("old");
        assertKind(Kind.NOT_FOUND, () -> storage().rename("absent", "x"));
    }

    @Test
    void directoryIsRenamedWithItsContentUnlessTheTargetExists() {
        storage().createDirectories("from/sub");
        create("from/sub/a.log", "content");
        storage().createDirectories("taken");

        storage().rename("from", "to");
        assertThat(content("to/sub/a.log")).isEqualTo("content");
        assertThat(storage().exists("from")).isFalse();
        assertKind(Kind.ALREADY_EXISTS, () -> storage().rename("to", "taken"));
    }

    @Test
    void deleteRemovesFilesAndEmptyDirectoriesOnly() {
        storage().createDirectories("d");
        create("d/a.log", "x");
        assertKind(Kind.IO, () -> storage().delete("d"));
        storage().delete("d/a.log");
        storage().delete("d/a.log");
        storage().delete("d");
        assertThat(storage().list("")).isEmpty();
    }

    @Test
    void deletedFileStaysReadableThroughItsHandle() {
        create("a.log", "still here");
        try (StorageFile file = storage().open("a.log", OpenMode.READ)) {
            storage().delete("a.log");
            assertThat(read(file, 0, 100)).isEqualTo("still here");
        }
        assertThat(storage().exists("a.log")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../x",
                "a/../../x",
                "/etc/passwd",
                "a//b",
                "a/",
                ".",
                "a/./b",
                "a\\b",
                "a:b",
                "a b",
                "ключ",
                "a\0b"
            })
    void pathThatCouldLeaveTheRootIsRefused(String path) {
        assertKind(Kind.BAD_PATH, () -> storage().open(path, OpenMode.CREATE));
        assertKind(Kind.BAD_PATH, () -> storage().createDirectories(path));
        assertKind(Kind.BAD_PATH, () -> storage().exists(path));
        assertKind(Kind.BAD_PATH, () -> storage().list(path));
        assertKind(Kind.BAD_PATH, () -> storage().delete(path));
        assertKind(Kind.BAD_PATH, () -> storage().rename(path, "x"));
    }

    @Test
    void directoryIsNoFileAndFileIsNoDirectory() {
        storage().createDirectories("d");
        create("f", "x");
        assertKind(Kind.BAD_PATH, () -> storage().open("d", OpenMode.WRITE));
        assertThatThrownBy(() -> storage().createDirectories("f/x")).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> storage().createDirectories("f")).isInstanceOf(StorageException.class);
        assertKind(Kind.BAD_PATH, () -> storage().list("f"));
    }

    @Test
    void forceAndSyncOfWhatExistsSucceed() {
        storage().createDirectories("d");
        try (StorageFile file = storage().open("d/a.log", OpenMode.CREATE_NEW)) {
            file.append(bytes("x"));
            file.force();
        }
        storage().syncDirectory("d");
        storage().syncDirectory("");
        assertKind(Kind.NOT_FOUND, () -> storage().syncDirectory("none"));
    }

    @Test
    void lockIsExclusiveUntilItIsClosed() throws Exception {
        storage().createDirectories("d");
        AutoCloseable lock = storage().lock("d");
        assertThatThrownBy(() -> storage().lock("d"))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED))
                .hasMessageContaining(storage().describe())
                .hasMessageContaining("d");
        AutoCloseable other = storage().lock("");
        other.close();
        lock.close();
        lock.close();
        AutoCloseable again = storage().lock("d");
        // The first lock is gone: closing it once more must not open the door.
        lock.close();
        assertKind(Kind.LOCKED, () -> storage().lock("d"));
        again.close();
    }

    @Test
    void lockNeedsItsDirectory() {
        assertKind(Kind.NOT_FOUND, () -> storage().lock("none"));
    }

    protected final void create(String path, String content) {
        try (StorageFile file = storage().open(path, OpenMode.CREATE_NEW)) {
            file.append(bytes(content));
        }
    }

    protected final String content(String path) {
        try (StorageFile file = storage().open(path, OpenMode.READ)) {
            return read(file, 0, 1 << 20);
        }
    }

    protected static String read(StorageFile file, long position, int count) {
        ByteBuffer target = ByteBuffer.allocate(count);
        int length = file.readAt(position, target);
        assertThat(length).isEqualTo(target.position());
        return new String(target.array(), 0, length, StandardCharsets.US_ASCII);
    }

    protected static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    protected static void assertKind(Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }
}
