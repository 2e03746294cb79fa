package io.millrace.dsl.deduplication;

/** Arrays of times. Pure. */
final class Times {
    private Times() {}

    /** The same with one more at a place. */
    static long[] inserted(long[] times, int place, long time) {
        long[] more = new long[times.length + 1];
        System.arraycopy(times, 0, more, 0, place);
        more[place] = time;
        System.arraycopy(times, place, more, place + 1, times.length - place);
        return more;
    }
}
