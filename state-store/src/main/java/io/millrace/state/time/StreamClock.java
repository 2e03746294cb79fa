package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;

/**
 * Stream time of one store of one partition, and how far expiry has come. Kept in the store (T1). Owned by the partition's thread.
 *
 * <pre>
 * size   field
 *    1   {@link Tag#CLOCK}: the whole key
 *
 *    8   stream time, sign bit inverted
 *    8   milliseconds of a bucket: those that the store was created with
 *    n   the key before which nothing is left that expires; empty if nothing ever expired
 * </pre>
 */
final class StreamClock {
    private final KeptReading<Reading> kept;
    private final long retentionMillis;

    /** @param expiredTo the key before which nothing is left that expires */
    private record Reading(long streamTime, long bucketMillis, BytesView expiredTo) {}

    /** @param bucketMillis for a store that is created now; an older one keeps its own */
    StreamClock(StoreLayer layer, long retentionMillis, long bucketMillis) {
        this.retentionMillis = retentionMillis;
        this.kept = new KeptReading<>(
                layer, Tag.CLOCK, new ReadingSerde(), new Reading(Long.MIN_VALUE, bucketMillis, new BytesView()));
    }

    /** The greatest time that the store was given, {@link Long#MIN_VALUE} if none. */
    long streamTime() {
        return kept.get().streamTime;
    }

    long retentionMillis() {
        return retentionMillis;
    }

    /** The first time that has not expired. */
    long limit() {
        return TimeRule.minus(streamTime(), retentionMillis);
    }

    boolean isExpired(long time) {
        return time < limit();
    }

    /** The first time of a time's bucket. */
    long bucketOf(long time) {
        return TimeRule.floor(time, kept.get().bucketMillis);
    }

    long bucketMillis() {
        return kept.get().bucketMillis;
    }

    BytesView expiredTo() {
        return kept.get().expiredTo;
    }

    /** Whether {@code time} is in the future of the store, which it then moves to. */
    boolean advanceTo(long time) {
        Reading now = kept.get();
        if (time <= now.streamTime) {
            return false;
        }
        kept.set(new Reading(time, now.bucketMillis, now.expiredTo));
        return true;
    }

    /** @param key the key before which nothing is left that expires; not copied */
    void expiredTo(BytesView key) {
        Reading now = kept.get();
        kept.set(new Reading(now.streamTime, now.bucketMillis, key));
    }

    private static final class ReadingSerde implements Serde<Reading> {
        @Override
        public void write(Reading value, BytesWriter out) {
            TimeRule.put(value.streamTime, out).putLong(value.bucketMillis).putBytes(value.expiredTo);
        }

        @Override
        public Reading read(BytesView in) {
            BytesReader reader = new BytesReader(in);
            long streamTime = TimeRule.sortable(reader.readLong());
            long bucketMillis = reader.readLong();
            return new Reading(
                    streamTime, bucketMillis, reader.readRest(new BytesView()).copy());
        }

        @Override
        public String name() {
            return "clock";
        }
    }
}
