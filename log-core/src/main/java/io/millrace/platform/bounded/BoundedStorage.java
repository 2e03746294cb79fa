package io.millrace.platform.bounded;

import io.millrace.platform.Storage;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
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

    private final Storage inner;
    private final int limit;
    /** Those that are open, in the order in which they are asked whether they may be closed. Guarded by this. */
    private final Deque<BoundedFile> open = new ArrayDeque<>();
    /** All whose users have not closed them, by path. Guarded by this. */
    private final NavigableMap<String, List<BoundedFile>> files = new TreeMap<>();

    /** @param limit how many files stay open */
    public BoundedStorage(Storage inner, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("At least 1 file is open, got " + limit);
        }
        this.inner = inner;
        this.limit = limit;
    }

    @Override
    public synchronized StorageFile open(String path, OpenMode mode) {
        StorageFile handle = openHandle(path, mode);
        BoundedFile file = new BoundedFile(this, path, mode != OpenMode.READ, handle);
        files.computeIfAbsent(path, key -> new ArrayList<>(1)).add(file);
        open.addLast(file);
        return file;
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
        boolean forcing = false;
        for (int asked = 0; open.size() > wanted; asked++) {
            if (asked >= 2 * open.size()) {
                if (forcing) {
                    return;
                }
                forcing = true;
                asked = 0;
            }
            BoundedFile file = open.removeFirst();
            if (!file.tryRest(forcing)) {
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
            files.computeIfAbsent(file.path(), key -> new ArrayList<>(1)).add(file);
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
    public String describe() {
        return inner.describe();
    }
}
