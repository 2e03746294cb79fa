package io.millrace.state;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Which changelog position the committed content of each store of a partition stands for. Owned by the partition's thread. */
final class StorePositions {
    private final List<String> names;
    private final long[] current;
    private final long[] next;

    /** @param current as the backend has them; taken over */
    StorePositions(List<String> names, long[] current) {
        this.names = names;
        this.current = current;
        this.next = new long[current.length];
    }

    int indexOf(String store) {
        int index = names.indexOf(store);
        if (index < 0) {
            throw new IllegalArgumentException("Store '" + store + "' is not one of this partition's stores " + names);
        }
        return index;
    }

    OptionalLong of(String store) {
        long position = current[indexOf(store)];
        return position == CommittedLayers.NO_POSITION ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /**
     * What a commit is about to bring; nothing is changed before {@link #reached}.
     *
     * @return by store, {@link CommittedLayers#NO_POSITION} where there is none; valid until the next call
     * @throws IllegalArgumentException if a position goes back, or a changed store has none
     */
    long[] next(Map<String, Long> newest, boolean[] isChanged) {
        Arrays.fill(next, CommittedLayers.NO_POSITION);
        newest.forEach((store, position) -> next[indexOf(store)] = position);
        for (int store = 0; store < next.length; store++) {
            if (next[store] == CommittedLayers.NO_POSITION) {
                if (isChanged[store]) {
                    throw new IllegalArgumentException(
                            "Store '" + names.get(store) + "' was changed, so its new changelog position is needed");
                }
            } else if (next[store] < current[store]) {
                throw new IllegalArgumentException("Store '" + names.get(store) + "' stands for position "
                        + current[store] + " and cannot go back to " + next[store]);
            }
        }
        return next;
    }

    /** The store's content is gone. */
    void begin(int store) {
        current[store] = CommittedLayers.NO_POSITION;
    }

    /** What {@link #next} returned is committed. */
    void reached() {
        for (int store = 0; store < current.length; store++) {
            current[store] = Math.max(current[store], next[store]);
        }
    }
}
