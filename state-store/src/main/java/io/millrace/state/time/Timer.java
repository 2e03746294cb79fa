package io.millrace.state.time;

/**
 * A time that is set for a key.
 *
 * @param time milliseconds since the epoch
 */
public record Timer<K>(K key, long time) {}
