package io.millrace.state.time;

/**
 * A key in a window.
 *
 * @param start the first millisecond of the window
 * @param end the first millisecond behind it
 */
public record Windowed<K>(K key, long start, long end) {}
