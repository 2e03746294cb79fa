package io.millrace.platform.file;

import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file as a channel; written by one thread, read by any.
 *
 * <p>Java closes a channel under everybody when a thread is interrupted while it uses it. A log must not die of an interrupt (PF2), so a
 * call clears the interrupt, and should one arrive during the call, opens the same file anew, repeats the call, which is safe since every
 * call names its position, and sets the interrupt again at the end.
 */
final class ChannelFile implements StorageFile {
    /**
     * The most that one call of the system moves. Java brings bytes of the heap there through a direct buffer as large as the call, one for
     * each thread, and keeps it: this bounds that memory, and what is copied twice is in the processor's cache the second time.
     */
    private static final int SLICE_BYTES = 256 << 10;

    private final Path path;
    private final boolean writable;
    private final @Nullable Object identity;

    private volatile FileChannel channel;
    private volatile boolean closed;
    private volatile long size;
    private volatile boolean forceFailed;

    private ChannelFile(Path path, boolean writable, FileChannel channel) throws IOException {
        this.path = path;
        this.writable = writable;
        this.channel = channel;
        BasicFileAttributes found = attributesOf(path);
        // The system refuses to follow a link here; where it does not, the link itself was opened.
        CheckedPaths.refuseLink(path, found);
        if (found.isDirectory()) {
            throw new StorageException(Kind.BAD_PATH, "Cannot open " + path + ": it is a directory");
        }
        identity = found.fileKey();
    }

    static ChannelFile open(Path path, OpenMode mode, FileAttribute<?>[] attributes) {
        boolean interrupted = Thread.interrupted();
        try {
            FileChannel channel = FileChannel.open(path, options(mode), attributes);
            ChannelFile file = null;
            try {
                file = new ChannelFile(path, mode != OpenMode.READ, channel);
            } finally {
                if (file == null) {
                    channel.close();
                }
            }
            file.readSizeAtFirst();
            return file;
        } catch (IOException e) {
            throw StorageErrors.translate("open", path, e);
        } finally {
            Uninterrupted.restore(interrupted);
        }
    }

    /** The first use of the channel, which an interrupt may cut off as any other. */
    private void readSizeAtFirst() {
        try {
            size = call("open", FileChannel::size);
        } catch (StorageException e) {
            close();
            throw e;
        }
    }

    private static Set<? extends OpenOption> options(OpenMode mode) {
        return switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            case CREATE_NEW ->
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE_NEW,
                        LinkOption.NOFOLLOW_LINKS);
            case CREATE ->
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS);
        };
    }

    @Override
    public long append(ByteBuffer bytes) {
        long position = size;
        write("append to", position, bytes);
        return position;
    }

    @Override
    public void writeAt(long position, ByteBuffer bytes) {
        if (position < 0 || position > size) {
            throw new IllegalArgumentException(
                    "A write begins within or directly behind the file: " + position + " of " + size + " in " + path);
        }
        write("write", position, bytes);
    }

    private void write(String action, long position, ByteBuffer bytes) {
        checkWritable();
        int start = bytes.position();
        int end = bytes.limit();
        try {
            call(action, target -> {
                bytes.position(start);
                while (bytes.position() < end) {
                    bytes.limit(endOfSlice(bytes, end));
                    target.write(bytes, position + bytes.position() - start);
                }
                return end;
            });
            size = Math.max(size, position + end - start);
        } catch (StorageException e) {
            readSizeAfterFailure(e);
            throw e;
        } finally {
            bytes.limit(end);
        }
    }

    /** A failed write may have written a part, and the caller has to see how long the file is now. */
    private void readSizeAfterFailure(StorageException failure) {
        try {
            size = call("read the size of", FileChannel::size);
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public int readAt(long position, ByteBuffer target) {
        int start = target.position();
        int end = target.limit();
        try {
            return (int) call("read", source -> {
                target.position(start);
                while (target.position() < end) {
                    target.limit(endOfSlice(target, end));
                    if (source.read(target, position + target.position() - start) < 0) {
                        break;
                    }
                }
                return (long) target.position() - start;
            });
        } finally {
            target.limit(end);
        }
    }

    private static int endOfSlice(ByteBuffer bytes, int end) {
        return Math.min(end - bytes.position(), SLICE_BYTES) + bytes.position();
    }

    @Override
    public void truncate(long newSize) {
        checkWritable();
        if (newSize < 0 || newSize > size) {
            throw new IllegalArgumentException("Cannot cut " + path + " of " + size + " bytes to " + newSize);
        }
        call("truncate", target -> target.truncate(newSize).size());
        size = newSize;
    }

    @Override
    public void force() {
        checkWritable();
        try {
            call("force", target -> {
                target.force(false);
                return 0;
            });
        } catch (StorageException e) {
            // The system may have marked the pages clean: a second force would succeed and mean nothing (P3, PF4).
            forceFailed = true;
            throw e.getCause() instanceof IOException cause ? StorageErrors.translateForce("force", path, cause) : e;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw StorageErrors.translate("close", path, e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private void checkWritable() {
        if (!writable) {
            throw new StorageException(Kind.ACCESS_DENIED, "Opened for reading only: " + path);
        }
        if (forceFailed) {
            throw new StorageException(
                    Kind.IO,
                    "An earlier force of " + path + " failed: what it holds is known only after it is opened anew");
        }
    }

    /** One use of the channel. */
    private interface Call {
        long on(FileChannel channel) throws IOException;
    }

    private long call(String action, Call call) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel used = channel;
                try {
                    return call.on(used);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    reopen(used, e);
                } catch (ClosedChannelException e) {
                    // Closed by us, or by the interrupt of another thread that was using the channel.
                    reopen(used, e);
                }
            }
        } catch (IOException e) {
            throw StorageErrors.translate(action, path, e);
        } finally {
            Uninterrupted.restore(interrupted);
        }
    }

    private synchronized void reopen(FileChannel broken, IOException cause) throws IOException {
        if (closed) {
            throw new StorageException(Kind.IO, "Closed already: " + path, cause);
        }
        if (!broken.equals(channel)) {
            return;
        }
        FileChannel again = FileChannel.open(path, options(writable ? OpenMode.WRITE : OpenMode.READ));
        if (!Objects.equals(identity, attributesOf(path).fileKey())) {
            again.close();
            throw new IOException(
                    "a thread was interrupted while it used the file, which was renamed or deleted since", cause);
        }
        channel = again;
    }

    private static BasicFileAttributes attributesOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
