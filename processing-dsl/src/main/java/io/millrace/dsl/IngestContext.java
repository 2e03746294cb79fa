package io.millrace.dsl;

import io.millrace.log.Header;
import java.util.List;

/** Where the records of an item go; all of them, and the source's position, are one transaction. */
public interface IngestContext {
    /** The source's position behind the present item. */
    long position();

    /** Sends a record with the present time; the partition follows from the key. */
    <K, V> void send(Topic<K, V> topic, K key, V value);

    <K, V> void send(Topic<K, V> topic, K key, V value, long timestamp);

    <K, V> void send(Topic<K, V> topic, K key, V value, long timestamp, List<Header> headers);
}
