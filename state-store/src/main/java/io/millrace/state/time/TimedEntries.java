package io.millrace.state.time;

import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.ScanDirection;
import io.millrace.state.StagedStore;
import io.millrace.state.StoreLayer;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The part of a store whose entries expire, in buckets of time ({@link TimedFormat}). Owned by the partition's thread. */
final class TimedEntries<K, V> {
    /** So many are looked into without asking whether they are there. */
    private static final int FEW_BUCKETS = 16;

    private final StreamClock clock;
    private final LongSupplier latest;
    private final TimedFormat<K> format;
    private final StagedStore<TimedKey<K>, V> entries;
    private final StagedStore<BytesView, BytesView> raw;
    private final BucketKeys keys;
    private final Serde<V> valueSerde;

    /** @param latest a time that no entry is later than */
    TimedEntries(StoreLayer layer, StreamClock clock, LongSupplier latest, Serde<K> keySerde, Serde<V> valueSerde) {
        this.clock = clock;
        this.latest = latest;
        this.format = new TimedFormat<>(keySerde, clock);
        this.entries = layer.uncached(format, valueSerde);
        this.raw = layer.uncached(Serdes.bytes(), Serdes.bytes());
        this.keys = new BucketKeys(layer, clock, latest);
        this.valueSerde = valueSerde;
    }

    TimedFormat<K> format() {
        return format;
    }

    @Nullable V get(TimedKey<K> key) {
        return entries.get(key);
    }

    /** To be called before the time of what is put next is noted: see {@link BucketKeys#look}. */
    void beforePut() {
        keys.look();
    }

    void put(TimedKey<K> key, V value) {
        keys.add(clock.bucketOf(key.time()), format.hash(key.key()));
        entries.put(key, value);
    }

    void delete(TimedKey<K> key) {
        entries.delete(key);
    }

    /** The entries of a key from the first time to the last that have not expired, in the order of their times. */
    Entries<TimedKey<K>, V> of(K key, long from, long last) {
        return Entries.of(
                (direction, action) -> visit(new TimedKey<>(key, from, Long.MIN_VALUE), last, direction, action));
    }

    /** Of these the ones from {@code first} on, which need not be there. */
    Entries<TimedKey<K>, V> from(TimedKey<K> first, long last) {
        return Entries.of((direction, action) -> visit(first, last, direction, action));
    }

    /** The entries of all keys from the first time to the last that have not expired, in the order of buckets, keys and times. */
    Entries<TimedKey<K>, V> all(long from, long last) {
        return Entries.of((direction, action) -> {
            long first = Math.max(from, clock.limit());
            return first > last
                    || buckets(first, last, direction).forEachWhile((key, value) -> {
                        if (TimedFormat.isMark(key)) {
                            return true;
                        }
                        TimedKey<K> timed = format.read(key);
                        return timed.time() < first
                                || timed.time() > last
                                || action.test(timed, valueSerde.read(value));
                    });
        });
    }

    /** The marks of the buckets from that of the first time on, as bytes. */
    Entries<BytesView, BytesView> marks(long from) {
        return Entries.of((direction, action) -> {
            long first = Math.max(from, clock.limit());
            return buckets(first, Math.max(first, latest.getAsLong()), direction)
                    .forEachWhile((key, value) -> !TimedFormat.isMark(key) || action.test(key, value));
        });
    }

    private Entries<BytesView, BytesView> buckets(long first, long last, ScanDirection direction) {
        Entries<BytesView, BytesView> buckets =
                raw.range(TimedFormat.buckets(clock.bucketOf(first), clock.bucketOf(last)));
        return direction == ScanDirection.FORWARD ? buckets : buckets.reversed();
    }

    private boolean visit(
            TimedKey<K> from, long last, ScanDirection direction, BiPredicate<? super TimedKey<K>, ? super V> action) {
        long first = Math.max(from.time(), clock.limit());
        long end = Math.min(last, latest.getAsLong());
        if (first > end) {
            return true;
        }
        long sequence = first == from.time() ? from.sequence() : Long.MIN_VALUE;
        TimedKey<K> least = new TimedKey<>(from.key(), first, sequence);
        boolean isForward = direction == ScanDirection.FORWARD;
        long bucket = clock.bucketOf(isForward ? first : end);
        long lastBucket = clock.bucketOf(isForward ? end : first);
        int hash = format.hash(from.key());
        while (true) {
            if (keys.mayHave(bucket, hash)
                    && !visit(bucket, least, end, direction).forEachWhile(action)) {
                return false;
            }
            if (bucket == lastBucket) {
                return true;
            }
            bucket = nextBucket(bucket, lastBucket, isForward);
        }
    }

    private Entries<TimedKey<K>, V> visit(long bucket, TimedKey<K> least, long end, ScanDirection direction) {
        Entries<TimedKey<K>, V> found = entries.range(format.range(bucket, least, end));
        return direction == ScanDirection.FORWARD ? found : found.reversed();
    }

    /** Not by adding alone: the first bucket of all may be a short one. */
    private long nextBucket(long bucket, long lastBucket, boolean isForward) {
        long next = isForward
                ? clock.bucketOf(TimeRule.plus(bucket, clock.bucketMillis()))
                : clock.bucketOf(TimeRule.minus(bucket, 1));
        long apart = isForward ? lastBucket - next : next - lastBucket;
        boolean isFar = apart < 0 || apart / clock.bucketMillis() > FEW_BUCKETS;
        return isFar ? nextBucketOfAny(next, lastBucket, isForward) : next;
    }

    /** Of many buckets, most may have no entry of any key. */
    private long nextBucketOfAny(long next, long lastBucket, boolean isForward) {
        Entries<BytesView, BytesView> rest =
                raw.range(TimedFormat.buckets(Math.min(next, lastBucket), Math.max(next, lastBucket)));
        return (isForward ? rest : rest.reversed())
                .first()
                .map(entry -> TimedFormat.bucketOf(entry.getKey()))
                .orElse(lastBucket);
    }
}
