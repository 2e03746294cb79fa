package io.millrace.platform.file;

import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StoragePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a storage as the system's, none of which leads through a symbolic link (PF1). A directory is looked at when it is first used:
 * a look at each part of each path would be most of what many small files cost. Safe for use by several threads.
 */
final class CheckedPaths {
    private final Path root;
    /** What was found to be a directory and no link, and not renamed or deleted here since; with each of them its parent, unless that is the root. */
    private final Set<String> directories = ConcurrentHashMap.newKeySet();

    CheckedPaths(Path root) {
        this.root = root;
    }

    /**
     * The path, of which all but the last part was checked: for a use that does not follow a link there.
     *
     * @throws StorageException with BAD_PATH if it would leave the root, or a directory on it is a symbolic link
     */
    Path within(String path) {
        StoragePath.names(path);
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            check(path.substring(0, slash));
        }
        return root.resolve(path);
    }

    /** The path, of which every part was checked. @throws StorageException with BAD_PATH, as above */
    Path checked(String path) {
        Path target = within(path);
        check(path);
        return target;
    }

    private void check(String path) {
        if (!directories.contains(path)) {
            look(path);
        }
    }

    /** What there is at the path now; null if there is nothing. @throws StorageException with BAD_PATH, as above, or another kind */
    @Nullable BasicFileAttributes attributes(String path) {
        within(path);
        return look(path);
    }

    private @Nullable BasicFileAttributes look(String path) {
        Path target = root.resolve(path);
        BasicFileAttributes found;
        try {
            found = Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            Kind kind = StorageErrors.kindOf(e);
            if (kind == Kind.NOT_FOUND || kind == Kind.BAD_PATH) {
                return null;
            }
            throw StorageErrors.translate("look at", target, e);
        }
        refuseLink(target, found);
        if (found.isDirectory()) {
            directories.add(path);
        }
        return found;
    }

    static void refuseLink(Path target, BasicFileAttributes found) {
        // Also of the root's own path, which was resolved when the storage was opened.
        if (found.isSymbolicLink()) {
            throw new StorageException(
                    Kind.BAD_PATH, "Symbolic links are not followed: " + target + ". Put the data itself there.");
        }
    }

    /** Looks anew at what is at this path and below: it was renamed or deleted. */
    void forget(String path) {
        if (directories.remove(path)) {
            directories.removeIf(directory -> directory.startsWith(path + '/'));
        }
    }
}
