package io.millrace.state.time;

import io.millrace.state.StoreLayer;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which keys have entries in which buckets, as far as that is known: of the buckets that began since the store was opened, or content was restored
 * or rolled back. A look into a bucket costs a seek in the backend, and of most keys most buckets have nothing. What is denied is not there. Owned by
 * the partition's thread.
 */
final class BucketKeys {
    private final StreamClock clock;
    private final LongSupplier latest;
    private final TreeMap<Long, KeyFilter> filters = new TreeMap<>();
    /** The last bucket of which nothing is known; null if nothing is known of any. */
    private @Nullable Long unknown;

    /** @param latest a time that no entry is later than, those included that are put next */
    BucketKeys(StoreLayer layer, StreamClock clock, LongSupplier latest) {
        this.clock = clock;
        this.latest = latest;
        layer.onRollback(this::forget);
    }

    boolean mayHave(long bucket, int keyHash) {
        if (bucket <= lastUnknown()) {
            return true;
        }
        KeyFilter filter = filters.get(bucket);
        return filter != null && filter.mayHave(keyHash);
    }

    /** Says before a first entry is put, and before its time is noted, that there is none yet: then its bucket is known from its beginning. */
    void look() {
        lastUnknown();
    }

    /** Takes note of a key before its entry is put. */
    void add(long bucket, int keyHash) {
        if (bucket > lastUnknown()) {
            KeyFilter filter = filters.get(bucket);
            if (filter == null) {
                filters.headMap(clock.bucketOf(clock.limit())).clear();
                filter = new KeyFilter();
                filters.put(bucket, filter);
            }
            filter.add(keyHash);
        }
    }

    private long lastUnknown() {
        Long known = unknown;
        if (known == null) {
            known = clock.bucketOf(latest.getAsLong());
            unknown = known;
        }
        return known;
    }

    private void forget() {
        unknown = null;
        filters.clear();
    }
}
