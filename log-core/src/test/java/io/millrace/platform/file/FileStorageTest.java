package io.millrace.platform.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageContract;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageTest extends StorageContract {
    /** Of one call. */
    private static final int MOST_INTERRUPTS = 20;

    /** How far the thread that is interrupted has come. */
    private final AtomicInteger steps = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private FileStorage storage;

    @BeforeEach
    void open() {
        storage = FileStorage.open(directory.resolve("root"));
    }

    @Test
    void tellsHowMuchMayStillBeWritten() {
        assertThat(storage.usableBytes())
                .isPositive()
                .isLessThanOrEqualTo(directory.toFile().getTotalSpace());
    }

    @AfterEach
    void leaveNoInterruptBehind() {
        Thread.interrupted();
    }

    @Override
    protected Storage storage() {
        return storage;
    }

    @Test
    void filesAreTheirOwnersAlone() throws IOException {
        storage.createDirectories("d");
        create("d/a.log", "x");
        Path root = directory.resolve("root");
        assertThat(permissions(root)).isEqualTo("rwx------");
        assertThat(permissions(root.resolve("d"))).isEqualTo("rwx------");
        assertThat(permissions(root.resolve("d/a.log"))).isEqualTo("rw-------");
    }

    @Test
    void aThreadKeepsLittleMemoryOfALargeReadOrWrite() throws InterruptedException {
        ByteBuffer large = ByteBuffer.allocate(16 << 20);
        AtomicLong kept = new AtomicLong();
        Thread thread = new Thread(() -> {
            long before = directMemory();
            try (StorageFile file = storage.open("a.log", OpenMode.CREATE_NEW)) {
                file.append(large);
                file.readAt(0, large.clear());
            }
            kept.set(directMemory() - before);
        });
        thread.start();
        thread.join();

        assertThat(large.hasRemaining()).isFalse();
        assertThat(kept.get()).isLessThan(1 << 20);
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Test
    void symbolicLinksBelowTheRootAreRefused() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(directory.resolve("root/link"), outside);
        Files.createSymbolicLink(directory.resolve("root/file"), outside.resolve("secret"));
        Files.createSymbolicLink(directory.resolve("root/dangling"), outside.resolve("new"));

        assertKind(Kind.BAD_PATH, () -> storage.open("link/secret", OpenMode.READ));
        assertKind(Kind.BAD_PATH, () -> storage.open("file", OpenMode.WRITE));
        assertKind(Kind.BAD_PATH, () -> storage.open("dangling", OpenMode.CREATE));
        assertKind(Kind.BAD_PATH, () -> storage.createDirectories("link/d"));
        assertKind(Kind.BAD_PATH, () -> storage.lock("link"));
        assertThat(outside.resolve("new")).doesNotExist();
    }

    @Test
    void noCallLeadsThroughASymbolicLinkOrToOne() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createDirectory(outside.resolve("d"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(directory.resolve("root/link"), outside);
        create("a.log", "x");

        for (String path : List.of("link", "link/secret", "link/d/new")) {
            assertKind(Kind.BAD_PATH, () -> storage.exists(path));
            assertKind(Kind.BAD_PATH, () -> storage.isDirectory(path));
            assertKind(Kind.BAD_PATH, () -> storage.size(path));
            assertKind(Kind.BAD_PATH, () -> storage.list(path));
            assertKind(Kind.BAD_PATH, () -> storage.delete(path));
            assertKind(Kind.BAD_PATH, () -> storage.rename(path, "b.log"));
            assertKind(Kind.BAD_PATH, () -> storage.rename("a.log", path));
            assertKind(Kind.BAD_PATH, () -> storage.syncDirectory(path));
            assertKind(Kind.BAD_PATH, () -> storage.createDirectories(path));
            assertKind(Kind.BAD_PATH, () -> storage.lock(path));
            for (OpenMode mode : List.of(OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
                assertKind(Kind.BAD_PATH, () -> storage.open(path, mode));
            }
        }
        assertThat(outside).isDirectoryContaining(path -> path.endsWith("secret"));
        assertThat(outside.resolve("d")).isEmptyDirectory();
    }

    @Test
    void aDirectoryIsLookedAtAnewAfterItWasRenamedOrDeleted() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createDirectory(outside.resolve("below"));
        storage.createDirectories("renamed/below");
        create("renamed/below/a.log", "x");
        storage.createDirectories("deleted");
        create("deleted/a.log", "x");

        storage.rename("renamed", "aside");
        Files.createSymbolicLink(directory.resolve("root/renamed"), outside);
        storage.delete("deleted/a.log");
        storage.delete("deleted");
        Files.createSymbolicLink(directory.resolve("root/deleted"), outside);

        assertKind(Kind.BAD_PATH, () -> storage.open("renamed/a.log", OpenMode.CREATE));
        assertKind(Kind.BAD_PATH, () -> storage.open("renamed/below/a.log", OpenMode.CREATE));
        assertKind(Kind.BAD_PATH, () -> storage.open("deleted/a.log", OpenMode.CREATE));
        assertThat(storage.list("aside/below")).containsExactly("a.log");
    }

    @Test
    void aDirectoryBelowOneThatWasRenamedIsLookedAtAnewToo() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        storage.createDirectories("d/below");
        create("d/below/a.log", "x");

        storage.rename("d", "aside");
        storage.createDirectories("d");
        Files.createSymbolicLink(directory.resolve("root/d/below"), outside);

        assertKind(Kind.BAD_PATH, () -> storage.open("d/below/a.log", OpenMode.CREATE));
    }

    @Test
    void rootMayBeASymbolicLinkOfTheUsers() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("data"), directory.resolve("root"));
        FileStorage throughLink = FileStorage.open(link);
        create("a.log", "x");

        assertThat(throughLink.size("a.log")).isEqualTo(1);
    }

    @Test
    void rootThatIsAFileIsRefusedWithItsName() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> FileStorage.open(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void interruptedThreadReadsWritesAndForcesAndStaysInterrupted() {
        try (StorageFile file = storage.open("a.log", OpenMode.CREATE)) {
            Thread.currentThread().interrupt();
            file.append(bytes("hello"));
            file.force();
            storage.syncDirectory("");
            assertThat(read(file, 0, 10)).isEqualTo("hello");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
    }

    /** Interrupts as fast as it can while another thread appends: some of them strike in the middle of a write. */
    @Test
    void interruptsInTheMiddleOfWritesLoseNothing() throws InterruptedException {
        int appends = 2000;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        ByteBuffer block = ByteBuffer.allocate(16 * 1024);
        try (StorageFile file = storage.open("a.log", OpenMode.CREATE)) {
            Thread writer = new Thread(() -> {
                try {
                    for (int i = 0; i < appends; i++) {
                        file.append(block.duplicate());
                        steps.incrementAndGet();
                    }
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
            interruptEachStep(writer);
            assertThat(failure.get()).isNull();
            assertThat(file.size()).isEqualTo((long) appends * block.capacity());
            assertThat(storage.size("a.log")).isEqualTo(file.size());
        }
    }

    /** The attributes of a new file are asked for in the middle of its opening, between the look at the interrupt and the first use. */
    @Test
    void anInterruptInTheMiddleOfAnOpeningFailsNothingAndStays() {
        Path root = directory.resolve("root");
        try (StorageFile file =
                ChannelFile.open(root.resolve("a.log"), OpenMode.CREATE_NEW, new FileAttribute<?>[] {interrupting()})) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(file.size()).isZero();
            file.append(bytes("hello"));
            assertThat(read(file, 0, 10)).isEqualTo("hello");
        }
        assertThat(storage.size("a.log")).isEqualTo(5);
    }

    @Test
    void anInterruptInTheMiddleOfLockingFailsNothingAndStays() throws Exception {
        storage.createDirectories("d");
        Path locked = directory.resolve("root/d");
        DirectoryLock lock = DirectoryLock.take(locked, new FileAttribute<?>[] {interrupting()});
        assertThat(Thread.interrupted()).isTrue();
        assertThat(startedHolderSays(locked.resolve(".lock"))).isEqualTo("refused");
        lock.close();
    }

    private static FileAttribute<Set<PosixFilePermission>> interrupting() {
        FileAttribute<Set<PosixFilePermission>> own =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        AtomicBoolean once = new AtomicBoolean();
        return new FileAttribute<>() {
            @Override
            public String name() {
                return own.name();
            }

            @Override
            public Set<PosixFilePermission> value() {
                if (once.compareAndSet(false, true)) {
                    Thread.currentThread().interrupt();
                }
                return own.value();
            }
        };
    }

    /** As with writes, some of the interrupts strike in the middle of each call. */
    @Test
    void interruptsInTheMiddleOfAnyCallFailNothing() throws InterruptedException {
        int rounds = 500;
        storage.createDirectories("d");
        Optional<String> run = storage.systemRun();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread user = new Thread(() -> {
            try {
                for (int i = 0; i < rounds; i++) {
                    useEveryCall(i);
                    assertThat(storage.systemRun()).isEqualTo(run);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        interruptEachStep(user);
        assertThat(failure.get()).isNull();
        assertThat(storage.list("d")).containsExactly(".lock");
    }

    /** Until it ends, as fast as it can, but each step a bounded number of times: a call that is interrupted without end begins anew without end. */
    private void interruptEachStep(Thread thread) throws InterruptedException {
        thread.start();
        int step = 0;
        int interrupts = 0;
        while (thread.isAlive()) {
            int now = steps.get();
            interrupts = now == step ? interrupts + 1 : 0;
            step = now;
            if (interrupts < MOST_INTERRUPTS) {
                thread.interrupt();
            }
            Thread.onSpinWait();
        }
        thread.join();
    }

    private void useEveryCall(int round) throws Exception {
        String name = "d/" + round + ".log";
        AutoCloseable lock = storage.lock("d");
        steps.incrementAndGet();
        try (StorageFile file = storage.open(name, OpenMode.CREATE_NEW)) {
            steps.incrementAndGet();
            file.append(bytes("hello"));
            file.force();
            steps.incrementAndGet();
            file.truncate(4);
        }
        storage.rename(name, name + "x");
        steps.incrementAndGet();
        storage.syncDirectory("d");
        steps.incrementAndGet();
        try (StorageFile file = storage.open(name + "x", OpenMode.READ)) {
            assertThat(file.size()).isEqualTo(4);
            assertThat(read(file, 0, 10)).isEqualTo("hell");
        }
        steps.incrementAndGet();
        assertThat(storage.list("d")).containsExactly(".lock", round + ".logx");
        assertThat(storage.size(name + "x")).isEqualTo(4);
        storage.delete(name + "x");
        assertThat(storage.exists(name + "x")).isFalse();
        lock.close();
        steps.incrementAndGet();
    }

    @Test
    void lockOfAnotherProcessIsRefusedWithItsNumber() throws Exception {
        storage.createDirectories("d");
        Path lockFile = directory.resolve("root/d/.lock");
        Process holder = startHolder(lockFile);
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(out.readLine()).isEqualTo("locked");

            assertThatThrownBy(() -> storage.lock("d"))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LOCKED))
                    .hasMessageContaining("process " + holder.pid())
                    .hasMessageContaining("root/d");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        storage.lock("d").close();
    }

    /** The system drops the lock of a process when any descriptor of the file is closed, as a careless second try would. */
    @Test
    void refusedSecondLockLeavesTheFirstInPlace() throws Exception {
        storage.createDirectories("d");
        AutoCloseable lock = storage.lock("d");
        assertKind(Kind.LOCKED, () -> storage.lock("d"));
        assertThat(startedHolderSays(directory.resolve("root/d/.lock"))).isEqualTo("refused");
        lock.close();
    }

    private static String startedHolderSays(Path lockFile) throws IOException, InterruptedException {
        Process other = startHolder(lockFile);
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.US_ASCII));
            return String.valueOf(out.readLine());
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void systemsWordsBecomeKinds() {
        assertThat(StorageErrors.kindOf(new IOException("No space left on device")))
                .isEqualTo(Kind.NO_SPACE);
        assertThat(StorageErrors.kindOf(new IOException("Disk quota exceeded"))).isEqualTo(Kind.NO_SPACE);
        assertThat(StorageErrors.kindOf(new FileSystemException("f", null, "Too many open files")))
                .isEqualTo(Kind.TOO_MANY_OPEN_FILES);
        assertThat(StorageErrors.kindOf(new FileSystemException("f", null, "Read-only file system")))
                .isEqualTo(Kind.ACCESS_DENIED);
        assertThat(StorageErrors.kindOf(new AccessDeniedException("f"))).isEqualTo(Kind.ACCESS_DENIED);
        assertThat(StorageErrors.kindOf(new IOException("Input/output error"))).isEqualTo(Kind.IO);
    }

    private static Process startHolder(Path lockFile) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        lockFile.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Another process that takes the lock and keeps it until it is killed. */
    static final class LockHolder {
        private LockHolder() {}

        public static void main(String[] arguments) throws IOException {
            FileChannel channel =
                    FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            String pid = String.valueOf(ProcessHandle.current().pid());
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            System.out.println(channel.tryLock() == null ? "refused" : "locked");
            System.in.read();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
