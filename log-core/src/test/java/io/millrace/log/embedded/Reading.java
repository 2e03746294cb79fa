package io.millrace.log.embedded;

import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.partition.PartitionCursor;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole partition of an engine. */
final class Reading {
    private static final int FETCH_BYTES = 1 << 16;

    private Reading() {}

    static List<String> values(LogEngine engine, TopicPartition partition, Isolation isolation) {
        PartitionLog log = engine.partition(partition);
        PartitionCursor cursor =
                new PartitionCursor(log, isolation, FETCH_BYTES, log.view().logStartOffset());
        List<String> values = new ArrayList<>();
        while (cursor.refill()) {
            cursor.next();
            BytesView value = cursor.record().value();
            values.add(value == null ? "none" : value.toUtf8());
        }
        return values;
    }
}
