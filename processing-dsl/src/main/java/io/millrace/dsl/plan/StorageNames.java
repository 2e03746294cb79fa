package io.millrace.dsl.plan;

import io.millrace.dsl.Kept;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Under which names an application's log and state have what its user calls otherwise by now: a changelog, a store in the backend, a topic between two steps, a
 * source's position. So a name can change and nothing has to move. A name that something had once is never given to another thing: state of it may lie in a
 * directory that is not here. Immutable.
 *
 * @param stored where it is not the name itself
 * @param former names that something had before, newest first
 * @param retired what nothing is kept under any more
 */
public record StorageNames(
        SortedMap<Kept, String> stored, SortedMap<Kept, List<String>> former, SortedSet<Kept> retired) {
    /** Everything under the name that it has. */
    public static final StorageNames NONE = new StorageNames(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

    private static final String STORED = "stored.";
    private static final String FORMER = "former.";
    private static final String RETIRED = "retired.";

    public StorageNames {
        stored = Collections.unmodifiableSortedMap(new TreeMap<>(stored));
        former = Collections.unmodifiableSortedMap(new TreeMap<>(former));
        retired = Collections.unmodifiableSortedSet(new TreeSet<>(retired));
    }

    /** Under which name something is stored. */
    public String of(Kept kept) {
        return stored.getOrDefault(kept, kept.name());
    }

    /** The same with its kind. */
    public Kept storageOf(Kept kept) {
        return new Kept(kept.kind(), of(kept));
    }

    public boolean isEmpty() {
        return equals(NONE);
    }

    // --- as properties

    void writeTo(Map<String, String> properties) {
        stored.forEach((kept, name) -> properties.put(STORED + text(kept), name));
        former.forEach((kept, names) -> properties.put(FORMER + text(kept), String.join(",", names)));
        retired.forEach(kept -> properties.put(RETIRED + text(kept), ""));
    }

    static StorageNames read(SortedMap<String, String> properties) {
        SortedMap<Kept, String> stored = new TreeMap<>();
        SortedMap<Kept, List<String>> former = new TreeMap<>();
        SortedSet<Kept> retired = new TreeSet<>();
        properties.forEach((name, value) -> {
            kept(STORED, name).ifPresent(kept -> stored.put(kept, value));
            kept(FORMER, name).ifPresent(kept -> former.put(kept, List.of(value.split(","))));
            kept(RETIRED, name).ifPresent(retired::add);
        });
        return new StorageNames(stored, former, retired);
    }

    /** {@code store.counts}. */
    static String text(Kept kept) {
        return kept.kind().text() + "." + kept.name();
    }

    /** What a property is of; empty if it does not begin so. */
    static Optional<Kept> kept(String prefix, String property) {
        for (Kept.Kind kind : Kept.Kind.values()) {
            String begin = prefix + kind.text() + ".";
            if (property.startsWith(begin)) {
                return Optional.of(new Kept(kind, property.substring(begin.length())));
            }
        }
        return Optional.empty();
    }

    // --- those of the next version

    /** Names for what a new version keeps, one decision after the other. One thread. */
    static final class Next {
        private final StorageNames before;
        private final SortedMap<Kept, String> stored = new TreeMap<>();
        private final SortedMap<Kept, List<String>> former = new TreeMap<>();
        private final SortedSet<Kept> retired;
        private final SortedSet<Kept> taken = new TreeSet<>();

        /** @param live what the version before keeps */
        Next(StorageNames before, Iterable<Kept> live) {
            this.before = before;
            retired = new TreeSet<>(before.retired);
            taken.addAll(before.retired);
            live.forEach(kept -> taken.add(before.storageOf(kept)));
        }

        /** Goes on with what {@code origin} had. */
        void keep(Kept kept, Kept origin) {
            stored.put(kept, before.of(origin));
            List<String> names = new ArrayList<>(before.former.getOrDefault(origin, List.of()));
            if (!kept.equals(origin)) {
                names.remove(kept.name());
                names.add(0, origin.name());
            }
            if (!names.isEmpty()) {
                former.put(kept, names);
            }
        }

        /** Begins empty, under a name that nothing ever had. */
        void add(Kept kept) {
            Kept storage = kept;
            for (int generation = 2; !taken.add(storage); generation++) {
                storage = new Kept(kept.kind(), kept.name() + "." + generation);
            }
            stored.put(kept, storage.name());
        }

        void drop(Kept origin) {
            retired.add(before.storageOf(origin));
        }

        StorageNames names() {
            stored.entrySet().removeIf(entry -> entry.getKey().name().equals(entry.getValue()));
            return new StorageNames(stored, former, retired);
        }
    }
}
