package io.millrace.state.cache;

import java.util.Arrays;
import java.util.List;

/**
 * How one budget of memory is divided over caches: who uses less than its share keeps that and a quarter, and the rest is divided by use.
 * Pure.
 */
final class CacheShares {
    /** Of an even share, what a cache has in any case: it could not show otherwise that it needs more. */
    private static final int LEAST_PART = 8;

    /** A cache with less free than this part of its limit needs more than it has. */
    private static final int FREE_PART = 8;

    private static final int GROWTH_PART = 4;

    /**
     * What is known of a cache.
     *
     * @param use how much it was of use lately, 0 or more; only the proportions count
     */
    record Demand(long bytes, long limitBytes, double use) {
        private boolean isFull() {
            return bytes >= limitBytes - limitBytes / FREE_PART;
        }
    }

    private CacheShares() {}

    /** @return by demand, a limit of at least an eighth of an even share; their sum is {@code totalBytes} at most */
    static long[] divide(long totalBytes, List<Demand> demands) {
        int count = demands.size();
        long[] limits = new long[count];
        if (count == 0) {
            return limits;
        }
        long least = totalBytes / count / LEAST_PART;
        Arrays.fill(limits, least);
        boolean[] isServed = new boolean[count];
        long left = totalBytes - least * count;
        left = serveModest(left, least, demands, limits, isServed);
        giveByUse(left, demands, limits, isServed);
        return limits;
    }

    /** Gives those who need less than their share what they need, until nobody is left who does. @return what is left of {@code bytes} */
    private static long serveModest(long bytes, long least, List<Demand> demands, long[] limits, boolean[] isServed) {
        long left = bytes;
        boolean isAnyServed = true;
        while (isAnyServed) {
            isAnyServed = false;
            double use = useOf(demands, isServed);
            long shared = left;
            for (int i = 0; i < limits.length; i++) {
                Demand demand = demands.get(i);
                long needed = Math.max(0, demand.bytes + demand.bytes / GROWTH_PART - least);
                if (!isServed[i] && !demand.isFull() && needed <= shared * part(demand.use, use) && needed <= left) {
                    limits[i] += needed;
                    left -= needed;
                    isServed[i] = true;
                    isAnyServed = true;
                }
            }
        }
        return left;
    }

    /** By use; what nobody asks for is for all. */
    private static void giveByUse(long bytes, List<Demand> demands, long[] limits, boolean[] isServed) {
        double use = useOf(demands, isServed);
        for (int i = 0; i < limits.length; i++) {
            if (use == 0) {
                limits[i] += bytes / limits.length;
            } else if (!isServed[i]) {
                limits[i] += (long) (bytes * part(demands.get(i).use, use));
            }
        }
    }

    private static double useOf(List<Demand> demands, boolean[] isServed) {
        double use = 0;
        for (int i = 0; i < isServed.length; i++) {
            use += isServed[i] ? 0 : demands.get(i).use;
        }
        return use;
    }

    /** Rounded down, so that the parts of a sum are not more than all of it. */
    private static double part(double use, double ofAll) {
        return ofAll == 0 ? 0 : Math.nextDown(use / ofAll);
    }
}
