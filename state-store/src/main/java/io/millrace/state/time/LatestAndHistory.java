package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of each key by key, older ones by the time at which they ended. Owned by the partition's thread.
 *
 * <p>The history holds two sorts of entries. A <em>version</em> is a value with the time from which on it was (its sequence) and the time of
 * the next change (its time). A <em>deletion</em> is an empty entry at its own time, from then on there is no value until the next version
 * begins. The newest change of a key is in the history if it is a deletion, and the entry by key if it is a value; so nothing in the history
 * is newer than the entry by key. What ended before the history begins is never needed: it tells neither what was within the history, nor
 * where a change within the history ends.
 */
final class LatestAndHistory<K, V> implements VersionedStore<K, V> {
    private final String name;
    private final StreamClock clock;
    private final boolean isTimePut;
    private final Additions additions;
    private final StagedStore<K, Timestamped<V>> latest;
    private final TimedEntries<K, Optional<V>> history;
    private final ExpirySweep sweep;

    /** A version stays for a sixteenth longer than it is seen; looking for one looks into 17 buckets at most, mostly into one. */
    private static final int BUCKETS = 16;

    /** @param isTimePut whether what is put says what time it is; else it only bounds what the store is told */
    LatestAndHistory(StoreLayer layer, long historyMillis, boolean isTimePut, Serde<K> keySerde, Serde<V> valueSerde) {
        this.name = layer.name();
        this.clock = new StreamClock(layer, historyMillis, Math.max(1, historyMillis / BUCKETS));
        this.isTimePut = isTimePut;
        this.additions = new Additions(layer);
        this.latest = layer.cached(new KeyFormat<>(keySerde), Timestamped.serde(valueSerde));
        this.history = new TimedEntries<>(
                layer,
                clock,
                isTimePut ? clock::streamTime : additions::greatestTime,
                keySerde,
                Serdes.optional(valueSerde));
        this.sweep = new ExpirySweep(layer, clock, Tag.BY_TIME, expired -> {});
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable Timestamped<V> get(K key) {
        return latest.get(key);
    }

    @Override
    public @Nullable Timestamped<V> get(K key, long asOf) {
        Timestamped<V> newest = latest.get(key);
        if (newest != null && newest.timestamp() <= asOf) {
            return newest;
        }
        if (clock.isExpired(asOf)) {
            return null;
        }
        Map.Entry<TimedKey<K>, Optional<V>> next = endingAfter(key, asOf);
        if (next == null || begin(next) > asOf) {
            return null;
        }
        return next.getValue()
                .map(value -> new Timestamped<>(value, begin(next)))
                .orElse(null);
    }

    @Override
    public Entries<K, Timestamped<V>> all() {
        return latest.range(KeyFormat.ALL);
    }

    @Override
    public Place put(K key, V value, long timestamp) {
        StoreSpec.checkPresent(name, key, value, "delete(key, timestamp)");
        return change(key, Optional.of(value), timestamp);
    }

    @Override
    public Place delete(K key, long timestamp) {
        return change(key, Optional.empty(), timestamp);
    }

    @Override
    public long streamTime() {
        return clock.streamTime();
    }

    @Override
    public void advanceTo(long time) {
        if (clock.advanceTo(isTimePut ? time : Math.min(time, additions.greatestTime()))) {
            sweep.afterAdvance();
        }
    }

    private Place change(K key, Optional<V> value, long timestamp) {
        if (clock.isExpired(timestamp)) {
            return Place.NONE;
        }
        boolean isNewForAll = note(timestamp);
        Timestamped<V> newest = latest.get(key);
        Place place = Place.NEWEST;
        if (newest != null && newest.timestamp() <= timestamp) {
            if (newest.timestamp() < timestamp) {
                history.put(new TimedKey<>(key, timestamp, newest.timestamp()), Optional.of(newest.value()));
            }
            writeNewest(key, value, timestamp);
        } else if (newest == null && isNewForAll) {
            writeNewest(key, value, timestamp);
        } else {
            place = changeThePast(key, value, timestamp, newest);
        }
        sweep.afterPut();
        return place;
    }

    /** Whether nothing of any key is as late as this. */
    private boolean note(long timestamp) {
        if (isTimePut) {
            return clock.advanceTo(timestamp);
        }
        boolean isNewForAll = timestamp > additions.greatestTime();
        additions.note(timestamp);
        return isNewForAll;
    }

    /**
     * There is or may be a later change of the key, or a deletion at the same time. A deletion that a value takes the place of stays: it says no
     * more than the value does, that something begins there.
     */
    private Place changeThePast(K key, Optional<V> value, long timestamp, @Nullable Timestamped<V> newest) {
        Map.Entry<TimedKey<K>, Optional<V>> next = endingAfter(key, timestamp);
        if (next != null && begin(next) <= timestamp) {
            // A version that was at this time ends now, or is replaced.
            history.delete(next.getKey());
            if (begin(next) < timestamp) {
                history.put(new TimedKey<>(key, timestamp, begin(next)), next.getValue());
            }
            writePast(key, value, timestamp, next.getKey().time());
        } else if (next != null) {
            writePast(key, value, timestamp, begin(next));
        } else if (newest != null) {
            writePast(key, value, timestamp, newest.timestamp());
        } else {
            writeNewest(key, value, timestamp);
            return Place.NEWEST;
        }
        return Place.PAST;
    }

    private void writeNewest(K key, Optional<V> value, long timestamp) {
        if (value.isPresent()) {
            latest.put(key, new Timestamped<>(value.get(), timestamp));
        } else {
            latest.delete(key);
            history.put(deletion(key, timestamp), value);
        }
    }

    private void writePast(K key, Optional<V> value, long timestamp, long end) {
        if (value.isPresent()) {
            history.put(new TimedKey<>(key, end, timestamp), value);
        } else {
            history.put(deletion(key, timestamp), value);
        }
    }

    /** Of the key's changes that are in the history, the first whose end is after {@code time}. */
    private Map.@Nullable Entry<TimedKey<K>, Optional<V>> endingAfter(K key, long time) {
        return time == Long.MAX_VALUE
                ? null
                : history.of(key, time + 1, Long.MAX_VALUE).first().orElse(null);
    }

    /** When a version or a deletion of the history begins. */
    private static long begin(Map.Entry<? extends TimedKey<?>, ?> entry) {
        return entry.getKey().sequence();
    }

    private static <K> TimedKey<K> deletion(K key, long time) {
        return new TimedKey<>(key, time, time);
    }
}
