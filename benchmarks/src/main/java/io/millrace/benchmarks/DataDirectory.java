package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where benchmarks keep their files: {@code -Dmillrace.benchmarks.data=DIRECTORY}, which has to be on the disk that is asked about. */
final class DataDirectory {
    private static final String PROPERTY = "millrace.benchmarks.data";

    private DataDirectory() {}

    static Path root() {
        return Path.of(System.getProperty(PROPERTY, System.getProperty("java.io.tmpdir")));
    }

    /** A new and empty directory. */
    static Path create(String prefix) throws IOException {
        Files.createDirectories(root());
        return Files.createTempDirectory(root(), prefix);
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException error) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
