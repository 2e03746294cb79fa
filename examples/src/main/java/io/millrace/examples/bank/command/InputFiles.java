package io.millrace.examples.bank.command;

import io.millrace.examples.bank.UnusableException;
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
    private static final int BUFFER_BYTES = 1 << 18;

    private InputFiles() {}

    /** @throws UnusableException if it cannot be read or has no header */
    static BankInput.File file(Path path) {
        CsvSource.open(path).close();
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
            throw new UnusableException("Cannot read " + path + ": " + e.getMessage(), e);
        }
        return new BankInput.File(path.toAbsolutePath(), size, checksum.getValue());
    }

    /**
     * Keeps a stream in a file, because a stream cannot be read again after a crash. If the file is there from an earlier run, the
     * stream must be empty or the same.
     */
    static BankInput.File spooled(InputStream stream, Path spool) {
        Path fresh = spool.resolveSibling(spool.getFileName() + ".new");
        try {
            Files.copy(stream, fresh, StandardCopyOption.REPLACE_EXISTING);
            if (Files.exists(spool)) {
                if (Files.size(fresh) > 0 && Files.mismatch(fresh, spool) >= 0) {
                    Files.delete(fresh);
                    throw new UnusableException(
                            spool.getParent() + " holds a run of other orders than those on standard input."
                                    + " Name another directory with --data.");
                }
                Files.delete(fresh);
            } else {
                CsvSource.open(fresh).close();
                Files.move(fresh, spool, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UnusableException("Cannot keep standard input in " + spool + ": " + e, e);
        }
        return file(spool);
    }
}
