package io.millrace.state;

/**
 * What a state database wrote behind since it was opened.
 *
 * @param batches batches written
 * @param changes changes in them: the newest of each key and batch
 * @param partitions partitions in them, each counted in every batch it was in
 */
public record StateStatistics(long batches, long changes, long partitions) {}
