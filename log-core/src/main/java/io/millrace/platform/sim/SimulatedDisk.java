package io.millrace.platform.sim;

import static io.millrace.platform.sim.SimulatedStorage.failure;

import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StoragePath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The tree of files and the changes of its directories that were not synced, in order. Guarded by its storage. */
final class SimulatedDisk {
    /** An entry that is set, or removed when {@code node} is null. */
    private record Entry(
            Directory directory, String name, @Nullable Node node) {
        void applyTo(Map<String, Node> entries) {
            if (node == null) {
                entries.remove(name);
            } else {
                entries.put(name, node);
            }
        }
    }

    /** Entries that change together or not at all. */
    private record Change(List<Entry> entries) {
        boolean touches(Set<Directory> directories) {
            return entries.stream().anyMatch(entry -> directories.contains(entry.directory()));
        }

        void makeDurable() {
            entries.forEach(entry -> entry.applyTo(entry.directory().durable));
        }
    }

    final Directory root;
    private final List<Change> unsynced = new ArrayList<>();

    SimulatedDisk() {
        this(new Directory());
    }

    private SimulatedDisk(Directory root) {
        this.root = root;
    }

    /** What the path leads to, or null. */
    @Nullable Node find(String path) {
        Node present = root;
        for (String name : StoragePath.names(path)) {
            Node next = present instanceof Directory directory ? directory.live.get(name) : null;
            if (next == null) {
                return null;
            }
            present = next;
        }
        return present;
    }

    FileImage file(String path) {
        Node node = find(path);
        if (node instanceof FileImage file) {
            return file;
        }
        throw node == null ? failure(Kind.NOT_FOUND, "open", path) : failure(Kind.BAD_PATH, "open the directory", path);
    }

    Directory directory(String path) {
        if (find(path) instanceof Directory directory) {
            return directory;
        }
        throw failure(Kind.NOT_FOUND, "find the directory", path);
    }

    /** The directory in which the path's entry stands or would stand. */
    Directory parent(String path) {
        return directory(path.substring(0, Math.max(path.lastIndexOf('/'), 0)));
    }

    /** The name of the path's entry. */
    static String name(String path) {
        List<String> names = StoragePath.names(path);
        if (names.isEmpty()) {
            throw failure(Kind.BAD_PATH, "replace the root", path);
        }
        return names.get(names.size() - 1);
    }

    void link(Directory directory, String name, Node node) {
        change(List.of(new Entry(directory, name, node)));
    }

    void unlink(Directory directory, String name) {
        change(List.of(new Entry(directory, name, null)));
    }

    void rename(Directory from, String name, Directory to, String newName, Node node) {
        change(List.of(new Entry(from, name, null), new Entry(to, newName, node)));
    }

    private void change(List<Entry> entries) {
        entries.forEach(entry -> entry.applyTo(entry.directory().live));
        unsynced.add(new Change(entries));
    }

    /** Makes the directory's changes durable, and those before them that they build on. */
    void sync(Directory directory) {
        Set<Directory> touched = Collections.newSetFromMap(new IdentityHashMap<>());
        touched.add(directory);
        List<Change> synced = new ArrayList<>();
        for (int i = unsynced.size() - 1; i >= 0; i--) {
            Change change = unsynced.get(i);
            if (change.touches(touched)) {
                change.entries().forEach(entry -> touched.add(entry.directory()));
                synced.add(change);
                unsynced.remove(i);
            }
        }
        Collections.reverse(synced);
        synced.forEach(Change::makeDurable);
    }

    /** Bytes of all files that can be reached by name. */
    long usedBytes() {
        return usedBytes(root);
    }

    private static long usedBytes(Directory directory) {
        long used = 0;
        for (Node node : directory.live.values()) {
            used += node instanceof Directory child ? usedBytes(child) : ((FileImage) node).size();
        }
        return used;
    }

    /** The disk as another process finds it after this one was killed: the same, with what is not yet durable still not so. */
    SimulatedDisk afterProcessCrash() {
        Copier copier = new Copier();
        SimulatedDisk copy = new SimulatedDisk(copier.copy(root));
        for (Change change : unsynced) {
            copy.unsynced.add(new Change(change.entries().stream()
                    .map(entry ->
                            new Entry(copier.copy(entry.directory()), entry.name(), copier.copyOrNull(entry.node())))
                    .toList()));
        }
        return copy;
    }

    /** The disk as it is found after a power loss (SIM3). */
    SimulatedDisk afterPowerLoss(RandomGenerator random) {
        SimulatedDisk copy = afterProcessCrash();
        int kept = random.nextInt(4);
        int prefix = random.nextInt(copy.unsynced.size() + 1);
        for (int i = 0; i < copy.unsynced.size(); i++) {
            boolean survives = switch (kept) {
                case 0 -> false;
                case 1 -> true;
                case 2 -> i < prefix;
                default -> random.nextBoolean();
            };
            if (survives) {
                copy.unsynced.get(i).makeDurable();
            }
        }
        copy.unsynced.clear();
        settle(copy.root, random, new IdentityHashMap<>());
        return copy;
    }

    private static void settle(Directory directory, RandomGenerator random, Map<FileImage, FileImage> settled) {
        directory.live.clear();
        directory.durable.replaceAll((name, node) -> {
            if (node instanceof FileImage file) {
                // In two directories at once when only one half of the changes around it survived.
                return settled.computeIfAbsent(file, image -> image.afterPowerLoss(random));
            }
            settle((Directory) node, random, settled);
            return node;
        });
        directory.live.putAll(directory.durable);
    }

    /** Copies nodes, each once. */
    private static final class Copier {
        private final Map<Node, Node> copies = new IdentityHashMap<>();

        Directory copy(Directory directory) {
            Directory known = (Directory) copies.get(directory);
            if (known != null) {
                return known;
            }
            Directory copy = new Directory();
            copies.put(directory, copy);
            directory.live.forEach((name, node) -> copy.live.put(name, copy(node)));
            directory.durable.forEach((name, node) -> copy.durable.put(name, copy(node)));
            return copy;
        }

        private Node copy(Node node) {
            if (node instanceof Directory directory) {
                return copy(directory);
            }
            return copies.computeIfAbsent(node, original -> ((FileImage) original).copy());
        }

        @Nullable Node copyOrNull(@Nullable Node node) {
            return node == null ? null : copy(node);
        }
    }
}
