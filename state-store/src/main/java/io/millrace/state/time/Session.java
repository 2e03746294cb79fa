package io.millrace.state.time;

/**
 * A session of a key.
 *
 * @param start the time of its first record, in milliseconds
 * @param end the time of its last record
 */
public record Session<K>(K key, long start, long end) {
    public Session {
        if (end < start) {
            throw new IllegalArgumentException("A session ends at " + end + ", before it starts at " + start);
        }
    }
}
