package io.millrace.platform.bounded;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import io.millrace.platform.bounded.BoundedFile.Unforced;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A storage whose open files are closed while nobody uses them, the ones that were not used for longest first, and opened again when they
 * are used. Safe for use by several threads: its lock is taken to open and to close a file, never to use one that is open.
 *
 * <p>The bound is kept as far as possible: files in use at this very instant, deleted ones and failed ones stay open beyond it.
 */
public final class BoundedStorage implements Storage {
    /** {@code '/'} and the character behind it: between them lie the paths below a directory. */
    private static final char SEPARATOR = '/';

    private static final char BEHIND_SEPARATOR = SEPARATOR + 1;
    /** What a log needs to work at all: some segments, and the files that an opening or a roll writes. */
    private static final int LEAST = 16;

    private final Storage inner;
    private final int limit;
    /** What is done for room when nothing else is left. */
    private final Unforced lastResort;
    /** Those that are open, in the order in which they are asked whether they may be closed. Guarded by this. */
    private final Deque<BoundedFile> open = new ArrayDeque<>();
    /** All whose users have not closed them, by path. Guarded by this. */
    private final NavigableMap<String, List<BoundedFile>> files = new TreeMap<>();

    /**
     * How many files may stay open of those that are wanted, so that the rest of the process has some as well: the libraries of the virtual
     * machine, sockets, stores.
     *
     * @param most how many the process may open, if the system tells
     */
    public static int within(int wanted, OptionalLong most) {
        if (most.isEmpty()) {
            return wanted;
        }
        long ours = Math.max(LEAST, most.getAsLong() / 2 - LEAST);
        return (int) Math.min(wanted, ours);
    }

    /**
     * @param limit how many files stay open
     * @param forcing whether a file is forced before it is closed to make room (PB2)
     */
    public BoundedStorage(Storage inner, int limit, boolean forcing) {
        if (limit < 1) {
            throw new IllegalArgumentException("At least 1 file is open, got " + limit);
        }
        this.inner = inner;
        this.limit = limit;
        lastResort = forcing ? Unforced.FORCE : Unforced.LEAVE;
    }

    @Override
    public synchronized StorageFile open(String path, OpenMode mode) {
        BoundedFile file = new BoundedFile(this, path, mode != OpenMode.READ, openHandle(path, mode));
        open.addLast(file);
        register(file);
        return file;
    }

    /** Takes no room until the file is used. */
    @Override
    public synchronized StorageFile openWhenUsed(String path) {
        inner.size(path);
        BoundedFile file = new BoundedFile(this, path, true, null);
        register(file);
        return file;
    }

    private void register(BoundedFile file) {
        files.computeIfAbsent(file.path(), key -> new ArrayList<>(1)).add(file);
    }

    private StorageFile openHandle(String path, OpenMode mode) {
        closeDownTo(limit - 1);
        try {
            return inner.open(path, mode);
        } catch (StorageException e) {
            if (e.kind() != Kind.TOO_MANY_OPEN_FILES || open.isEmpty()) {
                throw e;
            }
            // The system allows fewer than was thought, or somebody else in this process needs them.
            closeDownTo(open.size() / 2);
            return inner.open(path, mode);
        }
    }

    /** Closes what was not used since it was last asked, and what needs no force before what does. */
    private void closeDownTo(int wanted) {
        Unforced rule = lastResort == Unforced.FORCE ? Unforced.KEEP_OPEN : lastResort;
        for (int asked = 0; open.size() > wanted; asked++) {
            if (asked >= 2 * open.size()) {
                if (rule == lastResort) {
                    return;
                }
                rule = lastResort;
                asked = 0;
            }
            BoundedFile file = open.removeFirst();
            if (!file.tryRest(rule)) {
                open.addLast(file);
            }
        }
    }

    /** Opens a file again that was closed to make room. */
    synchronized void wake(BoundedFile file) {
        if (file.isResting()) {
            file.wake(openHandle(file.path(), file.isWritable() ? OpenMode.WRITE : OpenMode.READ));
            open.addLast(file);
        }
    }

    synchronized void close(BoundedFile file) {
        open.removeLastOccurrence(file);
        remove(file);
        file.closeHandle();
    }

    @Override
    public synchronized void rename(String from, String to) {
        keepOpen(to);
        inner.rename(from, to);
        List<BoundedFile> moved = new ArrayList<>(files.getOrDefault(from, List.of()));
        below(from).values().forEach(moved::addAll);
        for (BoundedFile file : moved) {
            remove(file);
            file.moveTo(to + file.path().substring(from.length()));
            register(file);
        }
    }

    private void remove(BoundedFile file) {
        List<BoundedFile> same = files.get(file.path());
        if (same != null && same.remove(file) && same.isEmpty()) {
            files.remove(file.path());
        }
    }

    private NavigableMap<String, List<BoundedFile>> below(String directory) {
        return files.subMap(directory + SEPARATOR, true, directory + BEHIND_SEPARATOR, false);
    }

    @Override
    public synchronized void delete(String path) {
        keepOpen(path);
        inner.delete(path);
    }

    /** What is about to lose its name can only be used as long as it is open. */
    private void keepOpen(String path) {
        for (BoundedFile file : List.copyOf(files.getOrDefault(path, List.of()))) {
            wake(file);
            file.keepOpen();
            // It has lost its name: another file may get it.
            remove(file);
        }
    }

    @Override
    public boolean exists(String path) {
        return inner.exists(path);
    }

    @Override
    public long size(String path) {
        return inner.size(path);
    }

    @Override
    public List<String> list(String directory) {
        return inner.list(directory);
    }

    @Override
    public boolean isDirectory(String path) {
        return inner.isDirectory(path);
    }

    @Override
    public void createDirectories(String directory) {
        inner.createDirectories(directory);
    }

    @Override
    public void syncDirectory(String directory) {
        inner.syncDirectory(directory);
    }

    @Override
    public AutoCloseable lock(String directory) {
        return inner.lock(directory);
    }

    @Override
    public OptionalLong mostOpenFiles() {
        return inner.mostOpenFiles();
    }

    @Override
    public Optional<String> systemRun() {
        return inner.systemRun();
    }

    @Override
    public String describe() {
        return inner.describe();
    }
}
