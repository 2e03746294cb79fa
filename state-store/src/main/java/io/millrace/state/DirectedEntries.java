package io.millrace.state;

import java.util.function.BiPredicate;

/** See {@link Entries#of}. */
record DirectedEntries<K, V>(Entries.Scan<K, V> scan, ScanDirection direction) implements Entries<K, V> {
    @Override
    public boolean forEachWhile(BiPredicate<? super K, ? super V> action) {
        return scan.visit(direction, action);
    }

    @Override
    public Entries<K, V> reversed() {
        return new DirectedEntries<>(scan, direction.reversed());
    }
}
