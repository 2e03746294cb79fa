package io.millrace.state;

/**
 * What one store of one partition caches of decoded values. Figures of one moment that were taken one after another.
 *
 * @param bytes what is kept; an estimate
 * @param limitBytes its share of the budget now: memory follows use, every second
 * @param hits look-ups since it was opened that the cache answered; an estimate
 * @param misses look-ups since it was opened that went further down
 */
public record CacheStatistics(String store, int partition, long bytes, long limitBytes, long hits, long misses) {}
