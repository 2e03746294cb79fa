package io.millrace.dsl.streamjoin;

import io.millrace.state.time.TimedKey;

/**
 * A record that has met none of the other side.
 *
 * @param record where it is in the store of its side
 */
public record Unmatched(boolean isLeft, TimedKey<Object> record) {}
