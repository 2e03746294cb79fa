package io.millrace.examples.local;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Mixin of every example: {@code --data DIR}. */
public final class ExampleData {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            order = -1,
            description = "The directory of log and state; run again with the same, it goes on.")
    private @Nullable Path data;

    /** The directory, which is there from now on. @throws io.millrace.cli.command.UnusableException if it cannot be one */
    public Path directory() {
        return WritableDirectory.made(Objects.requireNonNull(data, "data"));
    }
}
