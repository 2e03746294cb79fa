package io.millrace.dsl;

/**
 * Says when what a record tells of happened. A function of its arguments, so that the record is at the same time whenever it is processed.
 *
 * <p>One that throws or says a time before 1970 (a record without a timestamp has −1) makes the record one that could not be processed: its {@link
 * ErrorPolicy} decides, which without another one stops the application, and event time stays where it was. {@link #orPartitionTime} has such a record
 * happen when the one before it did. The clock is no time of a record: it says another one when the record is processed again.
 */
@FunctionalInterface
public interface TimestampExtractor<K, V> {
    /**
     * @param key null if the record has none
     * @param value null if the record has none
     * @param record the record's own timestamp, headers and place, and how far its partition has come
     * @return milliseconds since the epoch
     */
    long extract(K key, V value, SourceRecord record);

    /**
     * The same, and the partition's time where this says a time before 1970; a record for which that is not known either could not be processed. It
     * needs a name: {@link SourceStream#withTimestampExtractor(String, TimestampExtractor)}.
     */
    default TimestampExtractor<K, V> orPartitionTime() {
        return (key, value, record) -> {
            long said = extract(key, value, record);
            return said < 0 ? record.partitionTime() : said;
        };
    }

    /** The record's own timestamp, as without an extractor. */
    static <K, V> TimestampExtractor<K, V> ofRecord() {
        return (key, value, record) -> record.timestamp();
    }
}
