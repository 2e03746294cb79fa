package io.millrace.dsl.query;

import io.millrace.serde.BytesView;
import java.util.Map;

/** An entry and where it stands in the order that several partitions are merged in. */
record Placed<K, V>(Place place, Map.Entry<K, V> entry) {
    /**
     * What is compared, one after the other. A store's entries that have no such time have 0.
     *
     * @param time that comes before the key
     * @param key its bytes
     * @param end that comes behind the key
     * @param start that comes last
     */
    record Place(long time, BytesView key, long end, long start) implements Comparable<Place> {
        static Place ofKey(BytesView key) {
            return new Place(0, key, 0, 0);
        }

        @Override
        public int compareTo(Place that) {
            int order = Long.compare(time, that.time);
            if (order == 0) {
                order = key.compareTo(that.key);
            }
            if (order == 0) {
                order = Long.compare(end, that.end);
            }
            return order == 0 ? Long.compare(start, that.start) : order;
        }
    }
}
