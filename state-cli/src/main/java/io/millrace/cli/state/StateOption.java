package io.millrace.cli.state;

import io.millrace.cli.command.DataOption;
import io.millrace.cli.command.OpenLog;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.EventLog;
import io.millrace.state.StateException;
import io.millrace.state.rocksdb.ReadOnlyRocks;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Mixin of every command on state: which directories of state, and the log that they follow. */
final class StateOption {
    private static final String LOG = "log";
    /** What every database of RocksDB has. */
    private static final String DATABASE = "CURRENT";

    private static final String LOCK = "LOCK";
    /** How a directory is named that was moved away to have the state built anew. */
    private static final String MOVED_AWAY = ".damaged";

    private static final String LEFT_OF_DATABASE = "{MANIFEST,OPTIONS}-*";

    @Mixin
    private final DataOption data = new DataOption();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            order = -1,
            description =
                    "The directory of an application's state, or of a snapshot (default: those in the directory of the application, beside"
                            + " its log, but for snapshots there).")
    private @Nullable Path state;

    @Option(names = "--application", paramLabel = "NAME", description = "Only the state of this application.")
    private @Nullable String application;

    /**
     * Opens what is named.
     *
     * @throws UnusableException if there is no such state
     * @throws StateException of kind CORRUPT if there is nothing but damage
     */
    States open() {
        Path logDirectory = data.given().isPresent() || state == null ? log() : null;
        List<Path> all = state == null ? beside(logDirectory) : List.of(named(state));
        List<Path> found = state == null ? withoutCopies(all) : all;
        List<States.Opened> opened = new ArrayList<>();
        List<StateException> damaged = new ArrayList<>();
        ScratchDirectory scratch = ScratchDirectory.create();
        EventLog log = null;
        try {
            log = logDirectory == null ? null : OpenLog.forReading(logDirectory);
            for (Path directory : found) {
                try {
                    ReadOnlyRocks rocks = openState(directory, scratch.path());
                    if (rocks != null) {
                        opened.add(States.Opened.of(directory, rocks, log));
                    }
                } catch (StateException e) {
                    damaged.add(e);
                }
            }
            if (opened.isEmpty()) {
                throw damaged.isEmpty() ? none(logDirectory) : damaged.get(0);
            }
            return new States(
                    scratch,
                    log,
                    only(opened),
                    damaged,
                    passedOver(all.stream().filter(one -> !found.contains(one)).toList()));
        } catch (RuntimeException e) {
            opened.forEach(one -> one.rocks().close());
            if (log != null) {
                log.close();
            }
            scratch.close();
            throw e;
        }
    }

    private Path log() {
        data.given().filter(StateOption::isDatabase).ifPresent(named -> {
            throw new UnusableException(
                    named + " is the directory of a state: name it with --state. --data names that of"
                            + " its log, or of the application.");
        });
        return data.existing();
    }

    private List<States.Opened> only(List<States.Opened> opened) {
        String name = application;
        if (name == null) {
            return opened;
        }
        List<States.Opened> chosen = opened.stream()
                .filter(one -> one.applications().contains(name))
                .map(one -> one.only(name))
                .toList();
        if (chosen.isEmpty()) {
            throw new UnusableException(
                    "No application " + name + " has state here. 'millrace state list' says which ones have.");
        }
        opened.stream()
                .filter(one -> !one.applications().contains(name))
                .forEach(one -> one.rocks().close());
        return chosen;
    }

    /** Null for another database, unless a person named it. */
    private @Nullable ReadOnlyRocks openState(Path directory, Path scratch) {
        try {
            return ReadOnlyRocks.open(directory, scratch);
        } catch (StateException e) {
            if (e.kind() != StateException.Kind.NO_STATE) {
                throw e;
            }
            if (state != null) {
                throw new UnusableException(e.getMessage() + ". Name another directory with --state.", e);
            }
            return null;
        }
    }

    private static Path named(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new UnusableException("There is no directory " + directory + ". Name that of a state with --state.");
        }
        checkReadable(directory);
        if (!isDatabase(directory)) {
            throw new UnusableException("There is no state in " + directory
                    + ": it has no database of RocksDB. Name another directory with --state.");
        }
        return directory;
    }

    /** The databases in the directory that holds the log, or in the log's own if it stands alone. */
    private static List<Path> beside(@Nullable Path logDirectory) {
        Path holder = holder(logDirectory);
        try (Stream<Path> children = Files.list(holder)) {
            List<Path> found = new ArrayList<>();
            for (Path child : children.sorted().toList()) {
                if (Files.isDirectory(child) && !child.getFileName().toString().equals(LOG)) {
                    checkReadable(child);
                    if (isDatabase(child)) {
                        found.add(child);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + holder + ": " + e.getMessage(), e);
        }
    }

    /**
     * Whoever owns a state locks it, and the file of the lock stays. A snapshot that nobody has opened since has none: beside a state that has an owner,
     * it is passed over, and is looked at when it is named. So is what a person has moved away as damaged.
     */
    private static List<Path> withoutCopies(List<Path> found) {
        List<Path> present = found.stream()
                .filter(one -> !one.toString().endsWith(MOVED_AWAY))
                .toList();
        List<Path> owned =
                present.stream().filter(one -> Files.exists(one.resolve(LOCK))).toList();
        return !owned.isEmpty() ? owned : !present.isEmpty() ? present : found;
    }

    private static String passedOver(List<Path> copies) {
        return copies.isEmpty()
                ? ""
                : "Passed over "
                        + String.join(
                                " and ", copies.stream().map(Path::toString).toList())
                        + ": snapshots, copies that no application has opened, and what is named *" + MOVED_AWAY
                        + " are looked at when --state names them.";
    }

    private static Path holder(@Nullable Path logDirectory) {
        if (logDirectory == null) {
            throw new IllegalStateException("Neither a log nor a state is named");
        }
        Path parent = logDirectory.toAbsolutePath().normalize().getParent();
        return parent != null && LOG.equals(String.valueOf(logDirectory.getFileName())) ? parent : logDirectory;
    }

    /** Also one that has lost its main file: that is damage, which opening it says. */
    private static boolean isDatabase(Path directory) {
        if (Files.exists(directory.resolve(DATABASE))) {
            return true;
        }
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, LEFT_OF_DATABASE)) {
            return left.iterator().hasNext();
        } catch (IOException e) {
            throw new UnusableException("Cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void checkReadable(Path directory) {
        if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
            throw new UnusableException("Cannot read " + directory
                    + ". Give this process the permission to read it, or run this as the user who owns it.");
        }
    }

    private static UnusableException none(@Nullable Path logDirectory) {
        return new UnusableException(
                "There is no state in " + holder(logDirectory)
                        + ": no application with stores keeps it there, or none has written any yet. Name its directory with --state.");
    }
}
