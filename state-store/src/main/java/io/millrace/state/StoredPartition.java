package io.millrace.state;

import java.util.OptionalLong;

/**
 * What a backend holds of one store of one partition.
 *
 * @param position the changelog position that it stands for
 * @param usedMillis when an owner wrote to it or closed it last, in wall-clock milliseconds; empty if that is not known
 */
public record StoredPartition(String store, int partition, long position, OptionalLong usedMillis) {}
