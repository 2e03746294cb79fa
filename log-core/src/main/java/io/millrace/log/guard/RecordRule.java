package io.millrace.log.guard;

import io.millrace.log.Header;
import io.millrace.log.RecordRefusedException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which records a topic takes; every producer asks before it takes one into a batch. Pure. */
public final class RecordRule {
    private RecordRule() {}

    /**
     * Checks a record for a partition against the settings that its topic has now.
     *
     * @throws RecordRefusedException if the record is too large, or has no key in a topic that is compacted: nothing could say which later
     *     record supersedes it, so a compaction would have to drop it (also where the topic deletes as well; as in Kafka)
     */
    public static void check(
            TopicPartition partition,
            TopicSettings topic,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        if (key == null && topic.cleanup().compacts()) {
            throw withoutKey(partition);
        }
        long size = (key == null ? 0L : key.length()) + (value == null ? 0L : value.length());
        for (int i = 0; i < headers.size(); i++) {
            BytesView header = headers.get(i).value();
            size += headers.get(i).nameBytes() + (header == null ? 0L : header.length());
        }
        if (size > topic.maxRecordBytes()) {
            throw tooLarge(partition, size, topic.maxRecordBytes());
        }
    }

    private static RecordRefusedException withoutKey(TopicPartition partition) {
        return new RecordRefusedException("A record for " + partition + " was not taken: it has no key, and topic "
                + partition.topic()
                + " is compacted, which keeps the newest record of each key. Give the record a key, or change the"
                + " cleanup of topic " + partition.topic() + " to DELETE");
    }

    private static RecordRefusedException tooLarge(TopicPartition partition, long size, int maxRecordBytes) {
        return new RecordRefusedException("A record of " + size + " bytes is larger than topic "
                + partition.topic() + " takes (" + maxRecordBytes
                + "): make it smaller, or give topic "
                + partition.topic()
                + " a larger maxRecordBytes");
    }
}
