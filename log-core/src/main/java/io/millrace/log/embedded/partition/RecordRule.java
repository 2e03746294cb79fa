package io.millrace.log.embedded.partition;

import io.millrace.log.Header;
import io.millrace.log.RecordRefusedException;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.RecordFormat;
import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which records a topic takes; every producer asks before it takes one into a batch. Pure. */
public final class RecordRule {
    private RecordRule() {}

    /**
     * Checks a record against the settings that its topic has now.
     *
     * @throws RecordRefusedException if the record is too large, or has no key in a topic that is compacted: nothing could say which later
     *     record supersedes it, so a compaction would have to drop it (also where the topic deletes as well; as in Kafka)
     */
    public static void check(
            PartitionLog log, @Nullable BytesView key, @Nullable BytesView value, List<Header> headers) {
        TopicSettings topic = log.settings().topic();
        if (key == null && topic.cleanup().compacts()) {
            throw withoutKey(log);
        }
        long size = (key == null ? 0L : key.length()) + (value == null ? 0L : value.length());
        for (int i = 0; i < headers.size(); i++) {
            BytesView header = headers.get(i).value();
            size += RecordFormat.utf8Length(headers.get(i).name()) + (header == null ? 0L : header.length());
        }
        if (size > topic.maxRecordBytes()) {
            throw tooLarge(log, size, topic.maxRecordBytes());
        }
    }

    private static RecordRefusedException withoutKey(PartitionLog log) {
        return new RecordRefusedException(
                "A record for " + log.topicPartition() + " was not taken: it has no key, and topic "
                        + log.topicPartition().topic()
                        + " is compacted, which keeps the newest record of each key. Give the record a key, or change the"
                        + " cleanup of topic " + log.topicPartition().topic() + " to DELETE");
    }

    private static RecordRefusedException tooLarge(PartitionLog log, long size, int maxRecordBytes) {
        return new RecordRefusedException("A record of " + size + " bytes is larger than topic "
                + log.topicPartition().topic() + " takes (" + maxRecordBytes
                + "): make it smaller, or give topic "
                + log.topicPartition().topic()
                + " a larger maxRecordBytes");
    }
}
