package io.millrace.cli.state;

import io.millrace.cli.command.UnusableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory for what a command keeps meanwhile; removed with all that is in it when it is closed (Q1). */
final class ScratchDirectory implements AutoCloseable {
    private final Path path;

    private ScratchDirectory(Path path) {
        this.path = path;
    }

    /** A new one in the system's temporary directory. */
    static ScratchDirectory create() {
        return create(null);
    }

    /** A new one in {@code parent}, or in the system's temporary directory if that is null. */
    static ScratchDirectory create(@Nullable Path parent) {
        String prefix = "millrace-state-";
        try {
            return new ScratchDirectory(
                    parent == null ? Files.createTempDirectory(prefix) : Files.createTempDirectory(parent, prefix));
        } catch (IOException e) {
            throw new UnusableException(
                    "No temporary directory can be made in "
                            + (parent == null ? System.getProperty("java.io.tmpdir") : parent) + ": " + e.getMessage()
                            + ". Make room there, or name another directory with --scratch or -Djava.io.tmpdir.",
                    e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            remove(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be removed; remove it by hand: " + e.getMessage(), e);
        }
    }

    static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
