package io.millrace.state.rocksdb;

import java.util.HashMap;
import java.util.Map;

/**
 * How much of the changelogs a restart would have to replay because it was written and not flushed. Used by the thread that writes.
 */
final class ReplayLength {
    private record Place(int store, int partition) {}

    private record Positions(long flushed, long written) {}

    private final Map<Place, Positions> places = new HashMap<>();

    boolean knows(int store, int partition) {
        return places.containsKey(new Place(store, partition));
    }

    /** A position that is on disk. */
    void flushed(int store, int partition, long position) {
        places.put(new Place(store, partition), new Positions(position, position));
    }

    /** A position that is written behind the flushed one. */
    void written(int store, int partition, long position) {
        places.computeIfPresent(
                new Place(store, partition), (place, positions) -> new Positions(positions.flushed, position));
    }

    /** There is nothing left to replay into. */
    void dropped(int store, int partition) {
        places.remove(new Place(store, partition));
    }

    /** Everything that is written is on disk. */
    void allFlushed() {
        places.replaceAll((place, positions) -> new Positions(positions.written, positions.written));
    }

    /** Offsets between what is on disk and what is written, over all changelogs. */
    long offsets() {
        long offsets = 0;
        for (Positions positions : places.values()) {
            offsets += positions.written - positions.flushed;
        }
        return offsets;
    }
}
