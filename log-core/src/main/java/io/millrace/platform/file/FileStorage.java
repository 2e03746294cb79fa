package io.millrace.platform.file;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import io.millrace.platform.StoragePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the file system. Safe for use by several threads. */
public final class FileStorage implements Storage {
    private static final FileAttribute<?>[] ANY = {};
    /** Another one after each start of a Linux system; in a container, that of the host. */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String OPEN_FILES = "Max open files";

    private final Path root;
    private final CheckedPaths paths;
    private final FileAttribute<?>[] newFile;
    private final FileAttribute<?>[] newDirectory;
    private final boolean directoriesCanBeForced;

    /** Found when it is first asked for: that reads the list of all mounts. */
    private volatile @Nullable FileStore device;

    private FileStorage(Path root, boolean posix) {
        this.root = root;
        paths = new CheckedPaths(root);
        newFile = posix ? attributes("rw-------") : ANY;
        newDirectory = posix ? attributes("rwx------") : ANY;
        // Elsewhere a directory cannot be opened, and its entries are written through.
        directoriesCanBeForced = posix;
    }

    /** Opens the directory, which is created if it does not exist. It may itself be a symbolic link; nothing below it may. */
    public static FileStorage open(Path directory) {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory, posix ? attributes("rwx------") : ANY);
            }
            return new FileStorage(directory.toRealPath(), posix);
        } catch (IOException e) {
            throw StorageErrors.translate("open the directory", directory.toAbsolutePath(), e);
        }
    }

    /** Opens a directory that exists, in which nothing is to be created. @throws StorageException with NOT_FOUND if it does not exist */
    public static FileStorage openExisting(Path directory) {
        try {
            Path root = directory.toRealPath();
            if (!Files.isDirectory(root)) {
                throw new StorageException(Kind.BAD_PATH, "Cannot open " + root + ": it is no directory");
            }
            return new FileStorage(
                    root, root.getFileSystem().supportedFileAttributeViews().contains("posix"));
        } catch (IOException e) {
            throw StorageErrors.translate("open the directory", directory.toAbsolutePath(), e);
        }
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    @Override
    public StorageFile open(String path, OpenMode mode) {
        return ChannelFile.open(paths.within(path), mode, newFile);
    }

    @Override
    public boolean exists(String path) {
        return paths.attributes(path) != null;
    }

    @Override
    public boolean isDirectory(String path) {
        BasicFileAttributes found = paths.attributes(path);
        return found != null && found.isDirectory();
    }

    @Override
    public long size(String path) {
        BasicFileAttributes found = paths.attributes(path);
        if (found == null) {
            Path file = paths.within(path);
            throw StorageErrors.translate("read the size of", file, new NoSuchFileException(file.toString()));
        }
        return found.size();
    }

    @Override
    public List<String> list(String directory) {
        Path target = paths.checked(directory);
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw StorageErrors.translate("list", target, new IOException(e.getCause()));
        } catch (IOException e) {
            throw StorageErrors.translate("list", target, e);
        }
        names.sort(null);
        return List.copyOf(names);
    }

    @Override
    public void createDirectories(String directory) {
        Path target = paths.checked(directory);
        try {
            Files.createDirectories(target, newDirectory);
        } catch (IOException e) {
            throw StorageErrors.translate("create the directory", target, e);
        }
    }

    @Override
    public void rename(String from, String to) {
        Path source = paths.within(from);
        Path target = paths.within(to);
        BasicFileAttributes moved = paths.attributes(from);
        BasicFileAttributes replaced = paths.attributes(to);
        try {
            if (moved != null && moved.isDirectory() && replaced != null) {
                throw new StorageException(
                        Kind.ALREADY_EXISTS,
                        "Cannot rename the directory " + source + " to " + target + ", which exists");
            }
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw StorageErrors.translate("rename (to " + to + ")", source, e);
        } finally {
            paths.forget(from);
        }
    }

    @Override
    public void delete(String path) {
        if (paths.attributes(path) == null) {
            return;
        }
        Path target = paths.within(path);
        try {
            Files.deleteIfExists(target);
        } catch (IOException e) {
            throw StorageErrors.translate("delete", target, e);
        } finally {
            paths.forget(path);
        }
    }

    @Override
    public void syncDirectory(String directory) {
        Path target = paths.checked(directory);
        if (!isDirectory(directory)) {
            throw new StorageException(Kind.NOT_FOUND, "Cannot force the directory " + target + ": it does not exist");
        }
        if (!directoriesCanBeForced) {
            return;
        }
        try {
            Uninterrupted.run(() -> forceDirectory(target));
        } catch (IOException e) {
            throw StorageErrors.translateForce("force the directory", target, e);
        }
    }

    private static Path forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        return directory;
    }

    @Override
    public AutoCloseable lock(String directory) {
        return DirectoryLock.take(paths.checked(directory), newFile);
    }

    @Override
    public OptionalLong mostOpenFiles() {
        try (Stream<String> limits = Files.lines(LIMITS)) {
            return limits.filter(line -> line.startsWith(OPEN_FILES))
                    .mapToLong(line -> softLimit(line.substring(OPEN_FILES.length())))
                    .findFirst();
        } catch (IOException | UncheckedIOException | SecurityException notLinux) {
            return OptionalLong.empty();
        }
    }

    /**
     * The bytes that this process may still write on the device of the root. A quota, or whoever else writes there, may leave less. Costs one
     * call of the system.
     */
    public long usableBytes() {
        try {
            FileStore present = device;
            if (present == null) {
                present = Files.getFileStore(root);
                device = present;
            }
            return present.getUsableSpace();
        } catch (IOException e) {
            throw StorageErrors.translate("read the room left for", root, e);
        }
    }

    private static long softLimit(String fields) {
        String soft = fields.strip().split(" ", 2)[0];
        try {
            return Long.parseLong(soft);
        } catch (NumberFormatException unlimited) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public Optional<String> systemRun() {
        try {
            String id = Uninterrupted.run(() -> Files.readString(BOOT_ID)).strip();
            return StoragePath.isName(id) ? Optional.of(id) : Optional.empty();
        } catch (IOException | SecurityException notLinux) {
            return Optional.empty();
        }
    }

    @Override
    public String describe() {
        return root.toString();
    }

    @Override
    public String toString() {
        return "FileStorage[" + root + "]";
    }
}
