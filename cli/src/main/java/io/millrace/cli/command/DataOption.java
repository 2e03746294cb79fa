package io.millrace.cli.command;

import io.millrace.log.embedded.LogEngine;
import io.millrace.platform.StorageException;
import io.millrace.platform.system.SystemWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Mixin of every command that works on a log: {@code --data DIR}, which is the log's directory or one that holds it as {@code log/}. */
public final class DataOption {
    /** Names the directory where the option does not. */
    public static final String VARIABLE = "MILLRACE_DATA";

    private static final String INSIDE = "log";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            order = -1,
            defaultValue = "${env:" + VARIABLE + "}",
            description =
                    "The directory of the log, or that of an application which keeps its log in it, such as the bank's"
                            + " (default: $" + VARIABLE + ").")
    private @Nullable Path data;

    /** The directory of a log that is there. @throws UnusableException if there is none, or none is named */
    public Path existing() {
        Path named = named();
        return find(named)
                .orElseThrow(() -> new UnusableException(
                        Files.exists(named)
                                ? "There is no log in " + named + ". Name the directory of one with --data."
                                : "There is no directory " + named + ". Name that of a log with --data."));
    }

    /** The same, and where there is none, a directory that does not exist or is empty: opening a log in it creates one. */
    public Path existingOrNew() {
        Path named = named();
        return find(named).orElseGet(() -> {
            if (Files.exists(named) && !isEmptyDirectory(named)) {
                throw new UnusableException(named
                        + " holds something else than a log. Name the directory of one, or an empty one, with --data.");
            }
            return named;
        });
    }

    /** The directory that is named, by the option or by the variable, whatever it is. */
    public Optional<Path> given() {
        return Optional.ofNullable(data).filter(path -> !path.toString().isEmpty());
    }

    private Path named() {
        return given().orElseThrow(() -> new UsageException(
                "Say where the log is: with --data DIR, or in the environment as " + VARIABLE + "."));
    }

    private static Optional<Path> find(Path named) {
        if (isLog(named)) {
            return Optional.of(named);
        }
        Path inside = named.resolve(INSIDE);
        return isLog(inside) ? Optional.of(inside) : Optional.empty();
    }

    private static boolean isLog(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try {
            return LogEngine.isIn(SystemWorld.open(path).storage());
        } catch (StorageException e) {
            throw new UnusableException(
                    e.getMessage()
                            + (e.kind() == StorageException.Kind.ACCESS_DENIED
                                    ? ". Give this process the permission to read it, or run this as the user who owns it."
                                    : OpenFiles.advice(e)),
                    e);
        }
    }

    private static boolean isEmptyDirectory(Path path) {
        String[] entries = path.toFile().list();
        return entries != null && entries.length == 0;
    }
}
