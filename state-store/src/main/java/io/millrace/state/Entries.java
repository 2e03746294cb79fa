package io.millrace.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * Entries of a store that are yet to be visited. Nothing is read before one of the methods that visit is called, and nothing is left open
 * when it returns or throws; each call reads anew. The store's own changes of the open transaction are seen. While entries are visited, no
 * store of the partition can be changed, trying is an error: change them after {@link #toList}.
 */
public interface Entries<K, V> {
    /**
     * Visits entries until {@code action} says false.
     *
     * @return true if there was none left
     */
    boolean forEachWhile(BiPredicate<? super K, ? super V> action);

    /** The same entries, the last first. */
    Entries<K, V> reversed();

    /** Visits every entry. */
    default void forEach(BiConsumer<? super K, ? super V> action) {
        forEachWhile((key, value) -> {
            action.accept(key, value);
            return true;
        });
    }

    /** The first entry; reads no other. */
    default Optional<Map.Entry<K, V>> first() {
        return limited(1).stream().findFirst();
    }

    /** All entries, in memory; cannot be changed. */
    default List<Map.Entry<K, V>> toList() {
        return limited(Integer.MAX_VALUE);
    }

    /** The first {@code most} entries or all, in memory; reads no others. */
    default List<Map.Entry<K, V>> limited(int most) {
        List<Map.Entry<K, V>> entries = new ArrayList<>();
        if (most > 0) {
            forEachWhile((key, value) -> {
                entries.add(Map.entry(key, value));
                return entries.size() < most;
            });
        }
        return List.copyOf(entries);
    }

    /** How many there are; reads all. */
    default long count() {
        long[] count = {0};
        forEach((key, value) -> count[0]++);
        return count[0];
    }

    /** Entries that {@code scan} visits. */
    static <K, V> Entries<K, V> of(Scan<K, V> scan) {
        return new DirectedEntries<>(scan, ScanDirection.FORWARD);
    }

    /** Visits entries in either direction. */
    @FunctionalInterface
    interface Scan<K, V> {
        /** @return false if {@code action} said false */
        boolean visit(ScanDirection direction, BiPredicate<? super K, ? super V> action);
    }
}
