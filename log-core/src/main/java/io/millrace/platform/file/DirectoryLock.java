package io.millrace.platform.file;

import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a directory: a lock of the system on the file {@code .lock} in it, which the system drops when the process ends, however it
 * ends. The file holds the number of the process, for the message; nobody decides by it.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE_NAME = ".lock";
    private static final int LONGEST_CONTENT = 32;

    /**
     * The directories that this process holds. The system's lock belongs to the process and is dropped when <em>any</em> descriptor of the
     * file is closed, so a second opening must be refused before it opens the file.
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final Object key;
    private final FileChannel channel;

    private DirectoryLock(Path directory, Object key, FileChannel channel) {
        this.directory = directory;
        this.key = key;
        this.channel = channel;
    }

    static DirectoryLock take(Path directory, FileAttribute<?>[] attributes) {
        try {
            Object key = keyOf(directory);
            if (!HELD.add(key)) {
                throw locked(directory, "it is open already in this process");
            }
            @Nullable DirectoryLock lock = null;
            try {
                lock = Uninterrupted.run(() -> takeFromSystem(directory, key, attributes));
                return lock;
            } finally {
                if (lock == null) {
                    HELD.remove(key);
                }
            }
        } catch (IOException e) {
            throw StorageErrors.translate("lock", directory, e);
        }
    }

    private static DirectoryLock takeFromSystem(Path directory, Object key, FileAttribute<?>[] attributes)
            throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(FILE_NAME),
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                attributes);
        boolean taken = false;
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw locked(directory, "process " + holder(channel) + " has it open");
            }
            writeHolder(channel);
            taken = true;
            return new DirectoryLock(directory, key, channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByAnotherLoader) {
            return null;
        }
    }

    private static void writeHolder(FileChannel channel) throws IOException {
        channel.truncate(0);
        String text = ProcessHandle.current().pid() + "\n";
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(LONGEST_CONTENT);
        int length = Math.max(channel.read(content, 0), 0);
        String text = new String(content.array(), 0, length, StandardCharsets.US_ASCII).strip();
        return text.matches("[0-9]+") ? text : "of another user";
    }

    private static Object keyOf(Path directory) throws IOException {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return key == null ? directory.toRealPath() : key;
    }

    private static StorageException locked(Path directory, String why) {
        return new StorageException(
                Kind.LOCKED, "Cannot use " + directory + ": " + why + ". One process at a time may use a directory.");
    }

    @Override
    public void close() {
        synchronized (channel) {
            if (!channel.isOpen()) {
                return;
            }
            try {
                channel.close();
            } catch (IOException e) {
                throw StorageErrors.translate("unlock", directory, e);
            } finally {
                // Last, for whoever comes next opens the file, and must not find it open here.
                HELD.remove(key);
            }
        }
    }
}
