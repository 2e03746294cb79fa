package io.millrace.examples.local;

import io.millrace.cli.command.UnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory that a person named with {@code --data} to write in. */
public final class WritableDirectory {
    private WritableDirectory() {}

    /**
     * Makes it if it does not exist.
     *
     * @return its absolute path
     * @throws UnusableException if it is none, cannot be made, or cannot be written to
     */
    public static Path made(Path path) {
        if (path.toString().isEmpty()) {
            throw new UnusableException("--data names no directory: it is empty.");
        }
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new UnusableException("--data names a file, not a directory: " + path);
        }
        Path absolute = path.toAbsolutePath();
        try {
            Files.createDirectories(absolute);
        } catch (IOException e) {
            throw new UnusableException(
                    "The directory " + path + " cannot be created: " + e.getMessage() + ". Name another with --data.",
                    e);
        }
        if (!Files.isWritable(absolute)) {
            throw new UnusableException("Cannot write to " + path + ". Name another directory with --data.");
        }
        return absolute;
    }
}
