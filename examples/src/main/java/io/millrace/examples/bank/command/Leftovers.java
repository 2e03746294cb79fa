package io.millrace.examples.bank.command;

import io.millrace.platform.StorageException;
import io.millrace.platform.system.SystemWorld;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Removes the temporary directories of runs that were killed. Only those which are certainly ours and which nobody holds: the name and the owner
 * of a temporary directory of the bank, nothing in it but what the bank puts there, older than a minute, and not locked.
 */
final class Leftovers {
    private static final Duration LEAST_AGE = Duration.ofMinutes(1);
    /** The locks of the run and of the log in it, which a child of a killed run may still hold. */
    private static final List<String> LOCKED = List.of("", "log");

    private final String prefix;
    private final Set<String> names;

    /** @param names everything that the bank puts into a directory */
    Leftovers(String prefix, Set<String> names) {
        this.prefix = prefix;
        this.names = names;
    }

    /** Removes what {@code ours}, a new directory, has beside it. What cannot be removed stays, for it disturbs nobody. */
    void removeBeside(Path ours, Instant now) {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(ours.resolveSibling(""), prefix + "*")) {
            for (Path sibling : siblings) {
                if (!sibling.equals(ours) && isOurs(sibling, ours, now) && isFree(sibling)) {
                    DataDirectory.remove(sibling);
                }
            }
        } catch (IOException | RuntimeException e) {
            // Another run may be removing the same. A run does not fail because of what others left.
        }
    }

    private boolean isOurs(Path directory, Path ours, Instant now) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                || !Files.getOwner(directory).equals(Files.getOwner(ours))
                || Files.getLastModifiedTime(directory).toInstant().isAfter(now.minus(LEAST_AGE))) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!names.contains(entry.getFileName().toString())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFree(Path directory) {
        for (String locked : LOCKED) {
            Path path = directory.resolve(locked);
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try {
                SystemWorld.open(path).storage().lock("").close();
            } catch (StorageException e) {
                return false;
            } catch (Exception e) {
                throw new IllegalStateException("Cannot unlock " + path, e);
            }
        }
        return true;
    }
}
