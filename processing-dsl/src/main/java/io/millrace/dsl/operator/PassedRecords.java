package io.millrace.dsl.operator;

import io.millrace.dsl.deduplication.KeyAndId;
import io.millrace.dsl.deduplication.Passed;
import io.millrace.dsl.deduplication.PassedParts;
import io.millrace.dsl.deduplication.PassedTimes;
import io.millrace.state.KeyValueStore;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * When the records of each key and id have passed. Few times are one entry; many are in parts, of which a record changes one, so that what an id of many
 * records costs does not grow with them (DD4). Owned by the partition's thread.
 */
final class PassedRecords {
    /** None is left. */
    static final long NONE = Long.MIN_VALUE;

    /** Times in one entry. */
    static final int MOST = 64;

    private final KeyValueStore<KeyAndId, Passed> store;

    PassedRecords(KeyValueStore<KeyAndId, Passed> store) {
        this.store = store;
    }

    /** What is kept; null if nothing is. */
    @Nullable Passed find(KeyAndId which) {
        return store.get(which);
    }

    /** Whether one of {@code known} happened less than a window before or after this time. */
    boolean isRepeated(KeyAndId which, @Nullable Passed known, long time, long windowMillis) {
        if (known instanceof PassedTimes times) {
            return times.isRepeatedAt(time, windowMillis);
        }
        if (known instanceof PassedParts parts) {
            // The one before it is in the same part, and so is the one behind it, or begins the next.
            int part = parts.partOf(time);
            boolean isNearNext = part + 1 < parts.count() && parts.start(part + 1) - time < windowMillis;
            return isNearNext || part(which, parts, part).isRepeatedAt(time, windowMillis);
        }
        return false;
    }

    /**
     * Adds a time to {@code known}.
     *
     * @return whether it is the first of all that are kept
     */
    boolean add(KeyAndId which, @Nullable Passed known, long time) {
        if (known == null) {
            store.put(which, PassedTimes.first(time));
            return true;
        }
        if (known instanceof PassedTimes times && times.count() < MOST) {
            store.put(which, times.with(time));
            return time < times.first();
        }
        PassedParts parts = known instanceof PassedTimes times ? divide(which, times) : (PassedParts) known;
        return addTo(which, parts, time);
    }

    /** Times of a store that had no parts may be any number. */
    private PassedParts divide(KeyAndId which, PassedTimes times) {
        int count = (times.count() + MOST - 1) / MOST;
        long[] starts = new long[count];
        for (int i = 0; i < count; i++) {
            PassedTimes part = times.between(i * MOST, (i + 1) * MOST);
            starts[i] = part.first();
            store.put(which.part(starts[i]), part);
        }
        PassedParts parts = PassedParts.of(starts);
        store.put(which, parts);
        return parts;
    }

    private boolean addTo(KeyAndId which, PassedParts parts, long time) {
        int at = parts.partOf(time);
        PassedTimes part = part(which, parts, at);
        if (part.count() < MOST) {
            store.put(which.part(parts.start(at)), part.with(time));
        } else if (at == parts.count() - 1 && time > part.last()) {
            // Times mostly rise: what is full stays so.
            store.put(which.part(time), PassedTimes.first(time));
            store.put(which, parts.withBehind(at, time));
        } else {
            split(which, parts, at, part.with(time));
        }
        return at == 0 && time < part.first();
    }

    private void split(KeyAndId which, PassedParts parts, int at, PassedTimes part) {
        PassedTimes lower = part.between(0, MOST / 2);
        PassedTimes upper = part.between(MOST / 2, part.count());
        // The first part may have what is before its start, and then both halves may be: it gets another one.
        store.delete(which.part(parts.start(at)));
        store.put(which.part(lower.first()), lower);
        store.put(which.part(upper.first()), upper);
        store.put(which, parts.split(at, lower.first(), upper.first()));
    }

    /**
     * Forgets times.
     *
     * @param isKept true of all times from some time on
     * @return the first that is left, or {@link #NONE}
     */
    long forget(KeyAndId which, LongPredicate isKept) {
        Passed known = store.get(which);
        if (known instanceof PassedTimes times) {
            return forget(which, times, isKept);
        }
        if (!(known instanceof PassedParts parts)) {
            return NONE;
        }
        for (int i = 0; i < parts.count(); i++) {
            // The last time of a part is before the start of the next one.
            boolean isGone = i + 1 < parts.count() && !isKept.test(parts.start(i + 1));
            KeyAndId place = which.part(parts.start(i));
            long first = isGone ? NONE : forget(place, part(which, parts, i), isKept);
            if (first != NONE) {
                keepFrom(which, parts, i);
                return first;
            }
            if (isGone) {
                store.delete(place);
            }
        }
        store.delete(which);
        return NONE;
    }

    /** One part alone is an entry as those of few times are. */
    private void keepFrom(KeyAndId which, PassedParts parts, int at) {
        if (at == parts.count() - 1) {
            PassedTimes last = part(which, parts, at);
            store.delete(which.part(parts.start(at)));
            store.put(which, last);
        } else if (at > 0) {
            store.put(which, parts.from(at));
        }
    }

    private long forget(KeyAndId place, PassedTimes times, LongPredicate isKept) {
        PassedTimes left = times.onlyThose(isKept);
        if (left == null) {
            store.delete(place);
            return NONE;
        }
        if (!left.equals(times)) {
            store.put(place, left);
        }
        return left.first();
    }

    private PassedTimes part(KeyAndId which, PassedParts parts, int part) {
        if (store.get(which.part(parts.start(part))) instanceof PassedTimes times) {
            return times;
        }
        throw new IllegalStateException(
                "Store '" + store.name() + "' has lost the times of " + which + " from " + parts.start(part) + " on");
    }
}
