package io.millrace.platform.sim;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import io.millrace.platform.StoragePath;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that crashes and fails on demand; see the package for what it may lose. Safe for use by several threads, though only one
 * thread's calls can be repeated exactly.
 *
 * <p>{@link #crashAt} counts the calls that change something or make it durable: creating, writing, cutting, forcing, renaming, deleting,
 * syncing, locking. A crash before a read is a crash after the change before it, so reads are not counted.
 */
public final class SimulatedStorage implements Storage {
    private static final String DESCRIPTION = "simulated disk";

    private final RandomGenerator random;
    private final SimulatedDisk disk;
    private final FaultPlan faults = new FaultPlan();
    private final Set<Directory> locked = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable SimulatedCrash crash;
    private int openFiles;
    private long trace;
    /** How many power cuts the disk has seen. */
    private final long powerCuts;

    private boolean systemRunKnown = true;
    private OptionalLong mostOpenFiles = OptionalLong.empty();

    public SimulatedStorage(long seed) {
        this(new SimulatedDisk(), seed, 0);
    }

    private SimulatedStorage(SimulatedDisk disk, long seed, long powerCuts) {
        this.disk = disk;
        random = new SplittableRandom(seed);
        this.powerCuts = powerCuts;
    }

    /** The process dies in the counted call with this number, from 0; the call has its effect, a part of it, or none, as the seed says. */
    public synchronized void crashAt(long call) {
        faults.crashAt(call);
    }

    /** How many calls were counted. */
    public synchronized long callCount() {
        return faults.calls();
    }

    /** The process dies now. */
    public synchronized void crash() {
        if (crash == null) {
            crash = new SimulatedCrash("The process was killed after " + faults.calls() + " calls");
        }
    }

    /** The crash that happened, or null while the process lives. */
    public synchronized @Nullable SimulatedCrash crashed() {
        return crash;
    }

    /**
     * What the next process finds; this one dies if it still lives. Called again, it gives another of the disks that the crash may have
     * left. No fault is planned for the new storage, its calls count from 0, and no lock is held.
     */
    public synchronized SimulatedStorage restart(CrashMode mode) {
        crash();
        long seed = random.nextLong();
        SimulatedStorage next = switch (mode) {
            case PROCESS -> new SimulatedStorage(disk.afterProcessCrash(), seed, powerCuts);
            case POWER -> new SimulatedStorage(disk.afterPowerLoss(random), seed, powerCuts + 1);
        };
        next.systemRunKnown = systemRunKnown;
        return next;
    }

    /** The next such operation fails. */
    public void failNext(StorageOperation operation, Kind kind) {
        failAfter(operation, 0, kind);
    }

    /** After {@code skip} more that succeed, one such operation fails. */
    public synchronized void failAfter(StorageOperation operation, long skip, Kind kind) {
        faults.fail(operation, skip, kind);
    }

    /** From now on, writes that would take more than {@code bytes} in all fail with NO_SPACE, having written what fits. */
    public synchronized void limitCapacity(long bytes) {
        faults.limitTo(bytes);
    }

    /** Flips the bits of {@code mask} in a byte that lies on the device; what was not forced of the file is forced. */
    public synchronized void rot(String path, long position, int mask) {
        FileImage file = disk.file(path);
        if (position < 0 || position >= file.size()) {
            throw new IllegalArgumentException("No byte at " + position + " of " + file.size() + " in " + path);
        }
        file.rot((int) position, mask);
    }

    /** From now on this process may have so many files open, and none beyond. */
    public synchronized void limitOpenFiles(int most) {
        mostOpenFiles = OptionalLong.of(most);
    }

    @Override
    public synchronized OptionalLong mostOpenFiles() {
        return mostOpenFiles;
    }

    /** How many files are open, for tests that count handles. */
    public synchronized int openFiles() {
        return openFiles;
    }

    /** A hash of all counted calls so far: equal in two runs that did the same. */
    public synchronized long trace() {
        return trace;
    }

    /**
     * The same disk as another process uses it that lives at the same time: it goes on when this one dies, and with another seed. Its calls
     * count from 0, no fault is planned for it, and it holds locks of its own. For one thread that runs both processes.
     */
    public synchronized SimulatedStorage beside() {
        return new SimulatedStorage(disk, random.nextLong(), powerCuts);
    }

    @Override
    public synchronized StorageFile open(String path, OpenMode mode) {
        checkAlive();
        if (mostOpenFiles.isPresent() && openFiles >= mostOpenFiles.getAsLong()) {
            throw failure(Kind.TOO_MANY_OPEN_FILES, "open", path);
        }
        if (mode == OpenMode.READ || mode == OpenMode.WRITE) {
            failIfPlanned(StorageOperation.OPEN, path);
        } else {
            change(StorageOperation.OPEN, path, 0, () -> createFile(path, mode));
        }
        FileImage image = disk.file(path);
        openFiles++;
        return new SimulatedFile(this, path, image, mode != OpenMode.READ);
    }

    private void createFile(String path, OpenMode mode) {
        Node present = disk.find(path);
        if (present == null) {
            disk.link(disk.parent(path), SimulatedDisk.name(path), new FileImage());
        } else if (mode == OpenMode.CREATE_NEW) {
            throw failure(Kind.ALREADY_EXISTS, "create", path);
        }
    }

    @Override
    public synchronized boolean exists(String path) {
        checkAlive();
        return disk.find(path) != null;
    }

    @Override
    public synchronized boolean isDirectory(String path) {
        checkAlive();
        return disk.find(path) instanceof Directory;
    }

    @Override
    public synchronized long size(String path) {
        checkAlive();
        return disk.file(path).size();
    }

    @Override
    public synchronized List<String> list(String directory) {
        checkAlive();
        Node node = disk.find(directory);
        if (node == null) {
            return List.of();
        }
        if (node instanceof Directory found) {
            return List.copyOf(found.live.keySet());
        }
        throw failure(Kind.BAD_PATH, "list, which is a file,", directory);
    }

    @Override
    public synchronized void createDirectories(String directory) {
        List<String> names = StoragePath.names(directory);
        change(StorageOperation.CREATE_DIRECTORIES, directory, 0, () -> {
            Directory present = disk.root;
            for (String name : names) {
                Node next = present.live.get(name);
                if (next == null) {
                    next = new Directory();
                    disk.link(present, name, next);
                }
                if (!(next instanceof Directory found)) {
                    throw failure(Kind.ALREADY_EXISTS, "create the directory", directory);
                }
                present = found;
            }
        });
    }

    @Override
    public synchronized void rename(String from, String to) {
        change(StorageOperation.RENAME, from, to.hashCode(), () -> {
            Node node = disk.find(from);
            if (node == null) {
                throw failure(Kind.NOT_FOUND, "rename", from);
            }
            Node replaced = disk.find(to);
            if (replaced != null && (node instanceof Directory || replaced instanceof Directory)) {
                throw failure(Kind.ALREADY_EXISTS, "rename a directory to", to);
            }
            disk.rename(disk.parent(from), SimulatedDisk.name(from), disk.parent(to), SimulatedDisk.name(to), node);
        });
    }

    @Override
    public synchronized void delete(String path) {
        change(StorageOperation.DELETE, path, 0, () -> {
            Node node = disk.find(path);
            if (node instanceof Directory directory && !directory.live.isEmpty()) {
                throw failure(Kind.IO, "delete the directory, which is not empty,", path);
            }
            if (node != null) {
                disk.unlink(disk.parent(path), SimulatedDisk.name(path));
            }
        });
    }

    @Override
    public synchronized void syncDirectory(String directory) {
        change(StorageOperation.SYNC_DIRECTORY, directory, 0, () -> disk.sync(disk.directory(directory)));
    }

    @Override
    public synchronized AutoCloseable lock(String directory) {
        Directory target = disk.directory(directory);
        if (locked.contains(target)) {
            throw failure(Kind.LOCKED, "lock", directory);
        }
        change(StorageOperation.LOCK, directory, 0, () -> {
            if (!target.live.containsKey(".lock")) {
                disk.link(target, ".lock", new FileImage());
            }
        });
        locked.add(target);
        return new Lock(target);
    }

    private final class Lock implements AutoCloseable {
        private final Directory directory;
        private boolean closed;

        Lock(Directory directory) {
            this.directory = directory;
        }

        @Override
        public void close() {
            synchronized (SimulatedStorage.this) {
                if (!closed) {
                    closed = true;
                    locked.remove(directory);
                }
            }
        }
    }

    @Override
    public synchronized Optional<String> systemRun() {
        return systemRunKnown ? Optional.of("run-" + powerCuts) : Optional.empty();
    }

    /** From now on, and after every restart, the system does not tell its run. */
    public synchronized void hideSystemRun() {
        systemRunKnown = false;
    }

    @Override
    public String describe() {
        return DESCRIPTION;
    }

    /** Does a counted call: perhaps the process dies before or after its effect, perhaps it fails. The caller holds the monitor. */
    void change(StorageOperation operation, String path, long detail, Runnable effect) {
        count(operation, path, detail, effect);
        failIfPlanned(operation, path);
        effect.run();
    }

    private void count(StorageOperation operation, String path, long detail, Runnable effect) {
        checkAlive();
        note(operation, path, detail);
        if (faults.countCall()) {
            SimulatedCrash now = die(operation, path);
            if (random.nextBoolean()) {
                try {
                    effect.run();
                } catch (StorageException e) {
                    now.addSuppressed(e);
                }
            }
            throw now;
        }
    }

    /** Writes, all or a part: the process may die half-way, the write may fail half-way, the disk may be full. */
    void write(FileImage file, String path, long position, byte[] bytes) {
        checkAlive();
        if (position + bytes.length > Integer.MAX_VALUE) {
            throw failure(Kind.NO_SPACE, "write 2 GiB to", path);
        }
        note(StorageOperation.WRITE, path, position * 31 + Arrays.hashCode(bytes));
        int at = (int) position;
        if (faults.countCall()) {
            SimulatedCrash now = die(StorageOperation.WRITE, path);
            file.write(at, prefix(bytes, random.nextInt(bytes.length + 1)));
            throw now;
        }
        Kind planned = faults.take(StorageOperation.WRITE);
        if (planned != null) {
            file.write(at, prefix(bytes, random.nextInt(bytes.length + 1)));
            throw failure(planned, "write to", path);
        }
        if (faults.capacity() != Long.MAX_VALUE) {
            long growth = Math.max(position + bytes.length - file.size(), 0);
            long missing = disk.usedBytes() + growth - faults.capacity();
            if (growth > 0 && missing > 0) {
                file.write(at, prefix(bytes, (int) Math.max(bytes.length - missing, 0)));
                throw failure(Kind.NO_SPACE, "write to", path);
            }
        }
        file.write(at, bytes);
    }

    /** Forces a file; a planned failure loses some of it. */
    void force(FileImage file, String path) {
        count(StorageOperation.FORCE, path, 0, file::force);
        Kind planned = faults.take(StorageOperation.FORCE);
        if (planned != null) {
            file.failForce(random);
            throw failure(planned == Kind.NO_SPACE ? Kind.IO : planned, "force", path);
        }
        file.force();
    }

    void checkAlive() {
        if (crash != null) {
            throw crash.again();
        }
    }

    void failIfPlanned(StorageOperation operation, String path) {
        Kind kind = faults.take(operation);
        if (kind != null) {
            throw failure(kind, "do " + operation + " of", path);
        }
    }

    void fileClosed() {
        openFiles--;
    }

    static StorageException failure(Kind kind, String action, String path) {
        return new StorageException(kind, "Cannot " + action + " " + path + " of the " + DESCRIPTION + ": " + kind);
    }

    private SimulatedCrash die(StorageOperation operation, String path) {
        SimulatedCrash now = new SimulatedCrash(
                "The process died in call " + (faults.calls() - 1) + ", " + operation + " of " + path);
        crash = now;
        return now;
    }

    private void note(StorageOperation operation, String path, long detail) {
        trace = (trace * 31 + operation.ordinal()) * 31 + path.hashCode();
        trace = trace * 31 + detail;
    }

    private static byte[] prefix(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }
}
