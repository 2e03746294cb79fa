package io.millrace.examples.bank.command;

import io.millrace.cli.command.UnusableException;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderType;
import io.millrace.examples.bank.input.CsvSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/** Makes a {@link BankInput.File} of what {@code --input} names. */
final class InputFiles {
    static final String STANDARD_INPUT = "-";

    private static final int BUFFER_BYTES = 1 << 18;

    private InputFiles() {}

    /** True for what can be read only once: standard input, a pipe, a device. It is kept in a file before it is used. */
    static boolean isStream(String name) {
        if (name.equals(STANDARD_INPUT)) {
            return true;
        }
        Path path = Path.of(name);
        // A file that was unlinked and is reached through a descriptor has no path that another process could open.
        return Files.exists(path)
                && !Files.isDirectory(path)
                && (!Files.isRegularFile(path) || !Files.exists(real(path)));
    }

    /** @throws UnusableException if it cannot be read or has no header */
    static BankInput.File file(Path path) {
        return file(path, path.toString());
    }

    private static BankInput.File file(Path path, String name) {
        CsvSource.open(path, name).close();
        CRC32C checksum = new CRC32C();
        long size = 0;
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                size += buffer.remaining();
                checksum.update(buffer);
                buffer.clear();
            }
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + name + ": " + e.getMessage(), e);
        }
        return new BankInput.File(real(path), size, checksum.getValue());
    }

    /** {@link #spooled(InputStream, Path, String)} of what {@link #isStream} said yes to. */
    static BankInput.File spooled(String name, Path spool) {
        if (name.equals(STANDARD_INPUT)) {
            return spooled(System.in, spool, "standard input");
        }
        try (InputStream stream = Files.newInputStream(Path.of(name))) {
            return spooled(stream, spool, name);
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Keeps a stream in a file, because a stream cannot be read again after a crash. If the file is there from an earlier run, the
     * stream must be empty or the same.
     *
     * @param name what a person calls the stream
     */
    static BankInput.File spooled(InputStream stream, Path spool, String name) {
        Path fresh = spool.resolveSibling(spool.getFileName() + ".new");
        try {
            Files.copy(stream, fresh, StandardCopyOption.REPLACE_EXISTING);
            if (Files.exists(spool)) {
                if (Files.size(fresh) > 0 && Files.mismatch(fresh, spool) >= 0) {
                    throw new UnusableException(spool.getParent() + " holds a run of other orders than those on " + name
                            + ". Name another directory with --data.");
                }
            } else {
                CsvSource.open(fresh, name).close();
                Files.move(fresh, spool, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.deleteIfExists(fresh);
            return file(spool, name);
        } catch (IOException | RuntimeException e) {
            remove(fresh, e);
            throw e instanceof RuntimeException known
                    ? known
                    : new UnusableException("Cannot keep " + name + " in " + spool + ": " + e, e);
        }
    }

    /** @throws UnusableException if there is a transfer among the orders: then no sequential program knows the results */
    static void refuseTransfers(BankInput.File file, String name) {
        try (CsvSource source = CsvSource.open(file.path(), name)) {
            while (!source.isFinished()) {
                InputLine line = source.next();
                if (line instanceof OrderLine order && order.order().type() == OrderType.TRANSFER) {
                    throw new UnusableException(
                            "--transfers 0 asks for the comparison with a sequential program, which is possible only without"
                                    + " transfers, but order " + order.order().orderId() + " of " + name
                                    + " is a TRANSFER. Leave --transfers out.");
                }
            }
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath();
        }
    }

    private static void remove(Path file, Exception cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException atRemoval) {
            cause.addSuppressed(atRemoval);
        }
    }
}
