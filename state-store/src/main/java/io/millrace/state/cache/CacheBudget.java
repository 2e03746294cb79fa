package io.millrace.state.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divides one budget of memory over all caches of an application, and anew every second by how much each was of use: what is looked up often
 * gets the memory, whatever the number of stores and partitions. Safe for several threads.
 */
public final class CacheBudget {
    private static final long PERIOD_NANOS = 1_000_000_000;

    /** A period takes this part of the budget away at most: whoever takes it evicts it, and may hold up the owner meanwhile. */
    private static final int MOST_MOVED_PART = 16;

    /** And it takes nothing if it is less than this part: what is of use varies a little all the time. */
    private static final int LEAST_MOVED_PART = 64;

    /** A miss says that more memory could be of use; less than a hit, which says that it is. */
    private static final double USE_OF_A_MISS = 0.25;

    private final long bytes;
    private final List<Share> shares = new ArrayList<>();
    private boolean isStarted;
    private long dividedNanos;

    /** A cache, what was counted there when last looked at, and its use: half of it fades in a period. Guarded by the budget. */
    private static final class Share {
        private final ValueCache<?, ?> cache;
        private long hits;
        private long misses;
        private double use;

        private Share(ValueCache<?, ?> cache, double use) {
            this.cache = cache;
            this.use = use;
        }

        private void measure() {
            long newHits = cache.hits();
            long newMisses = cache.misses();
            use = use / 2 + (newHits - hits) + (newMisses - misses) * USE_OF_A_MISS;
            hits = newHits;
            misses = newMisses;
        }
    }

    public CacheBudget(long bytes) {
        this.bytes = bytes;
    }

    /** Gives new caches a share: as if they were as useful as the average of the others. */
    public synchronized void add(List<ValueCache<?, ?>> caches) {
        double average =
                shares.stream().mapToDouble(share -> share.use).average().orElse(0);
        caches.forEach(cache -> shares.add(new Share(cache, average)));
        divide(0, bytes);
    }

    /** Their shares go to the others. */
    public synchronized void remove(List<ValueCache<?, ?>> caches) {
        shares.removeIf(share -> caches.contains(share.cache));
        caches.forEach(cache -> cache.limit(0));
        divide(0, bytes);
    }

    /** Divides anew if it is time. */
    public synchronized void runOnce(long nowNanos) {
        if (!isStarted) {
            isStarted = true;
            dividedNanos = nowNanos;
        }
        if (nowNanos - dividedNanos >= PERIOD_NANOS) {
            dividedNanos = nowNanos;
            shares.forEach(Share::measure);
            if (shares.stream().anyMatch(share -> share.use >= 1)) {
                divide(bytes / LEAST_MOVED_PART, bytes / MOST_MOVED_PART);
            }
        }
    }

    /** Takes from some, {@code mostTaken} altogether at most, and then gives to others no more than is free: the limits never exceed the budget. */
    private void divide(long leastTaken, long mostTaken) {
        long[] wanted = CacheShares.divide(
                bytes,
                shares.stream()
                        .map(share -> new CacheShares.Demand(share.cache.bytes(), share.cache.limitBytes(), share.use))
                        .toList());
        long[] now =
                shares.stream().mapToLong(share -> share.cache.limitBytes()).toArray();
        long excess = tooMuch(now, wanted);
        if (excess < leastTaken) {
            return;
        }
        double taken = scale(mostTaken, excess);
        for (int i = 0; i < now.length; i++) {
            long less = (long) Math.ceil(Math.max(0, now[i] - wanted[i]) * taken);
            if (less > 0) {
                shares.get(i).cache.limit(now[i] - less);
                now[i] -= less;
            }
        }
        double given = scale(bytes - Arrays.stream(now).sum(), tooMuch(wanted, now));
        for (int i = 0; i < now.length; i++) {
            long more = (long) (Math.max(0, wanted[i] - now[i]) * given);
            if (more > 0) {
                shares.get(i).cache.limit(now[i] + more);
            }
        }
    }

    private static long tooMuch(long[] some, long[] others) {
        long sum = 0;
        for (int i = 0; i < some.length; i++) {
            sum += Math.max(0, some[i] - others[i]);
        }
        return sum;
    }

    /** By what {@code asked} is to be multiplied to be {@code most} at most. */
    private static double scale(long most, long asked) {
        return asked <= most ? 1 : Math.nextDown((double) Math.max(0, most) / asked);
    }
}
