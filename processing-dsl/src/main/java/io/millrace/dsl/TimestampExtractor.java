package io.millrace.dsl;

/**
 * Says when what a record tells of happened. A function of its arguments, so that the record is at the same time whenever it is processed.
 *
 * <p>One that throws or says a time before 1970 makes the record one that could not be processed: its {@link ErrorPolicy} decides, and event
 * time stays where it was.
 */
@FunctionalInterface
public interface TimestampExtractor<K, V> {
    /**
     * @param recordTimestamp what the record itself carries, set by its producer or at its append
     * @return milliseconds since the epoch
     */
    long extract(K key, V value, long recordTimestamp);

    /** The record's own timestamp, as without an extractor. */
    static <K, V> TimestampExtractor<K, V> ofRecord() {
        return (key, value, recordTimestamp) -> recordTimestamp;
    }
}
