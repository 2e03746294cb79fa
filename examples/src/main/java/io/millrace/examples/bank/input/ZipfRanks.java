package io.millrace.examples.bank.input;

/**
 * Ranks 0 to n − 1 of which low ones are far more frequent, as in Zipf's law with exponent 1: rank = n^u − 1 for a u of equal distribution.
 * The curve is a table with straight lines between, in integers, so that every machine draws the same ranks. Immutable.
 */
final class ZipfRanks {
    private static final int TABLE_BITS = 12;
    /** The fraction of a table entry, and of the way to the next one. */
    private static final int FRACTION_BITS = 16;

    private final long[] curve = new long[(1 << TABLE_BITS) + 1];
    private final long ranks;

    ZipfRanks(long ranks) {
        this.ranks = ranks;
        for (int i = 0; i < curve.length; i++) {
            double u = (double) i / (1 << TABLE_BITS);
            // StrictMath, because Math.pow may differ between machines.
            curve[i] = (long) (StrictMath.pow((double) ranks, u) * (1 << FRACTION_BITS));
        }
    }

    /** @param bits random; the upper {@value #TABLE_BITS} + {@value #FRACTION_BITS} decide */
    long rank(long bits) {
        int entry = (int) (bits >>> (Long.SIZE - TABLE_BITS));
        long way = (bits >>> (Long.SIZE - TABLE_BITS - FRACTION_BITS)) & ((1 << FRACTION_BITS) - 1);
        long low = curve[entry];
        long point = low + (((curve[entry + 1] - low) * way) >> FRACTION_BITS);
        return Math.min(ranks, Math.max(1, point >> FRACTION_BITS)) - 1;
    }
}
