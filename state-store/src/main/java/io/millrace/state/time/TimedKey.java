package io.millrace.state.time;

/**
 * A key at a time.
 *
 * @param time in milliseconds
 * @param sequence tells those of one key and time apart
 */
public record TimedKey<K>(K key, long time, long sequence) {}
