package io.millrace.state.time;

/**
 * A key in a window.
 *
 * @param start the first millisecond of the window
 * @param end the first millisecond behind it; of a window that reaches to the end of time, that end
 */
public record Windowed<K>(K key, long start, long end) {
    /** The end of a window with this last millisecond. */
    public static long endBehind(long last) {
        return last == Long.MAX_VALUE ? last : last + 1;
    }
}
