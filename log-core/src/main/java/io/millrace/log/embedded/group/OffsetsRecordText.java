package io.millrace.log.embedded.group;

import io.millrace.log.embedded.group.GroupRecordFormat.GroupEpoch;
import io.millrace.log.embedded.group.GroupRecordFormat.Key;
import io.millrace.log.embedded.group.GroupRecordFormat.Offset;
import io.millrace.serde.BytesView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a record of {@code __consumer_offsets} says, for a person. Stateless. */
public final class OffsetsRecordText {
    private OffsetsRecordText() {}

    /** @throws io.millrace.log.CorruptionException if it is no such record */
    public static String describe(@Nullable BytesView key, @Nullable BytesView value) {
        Optional<Key> read = key == null ? Optional.empty() : GroupRecordFormat.readKey(key);
        if (read.isEmpty()) {
            return "a record of a kind that is not known";
        }
        if (read.get() instanceof Offset offset) {
            Long committed = GroupRecordFormat.readOffsetValue(value);
            String what = committed == null ? "no offset any more" : "offset " + committed;
            return "group " + offset.key().groupId() + ", " + offset.key().topicPartition() + ": " + what;
        }
        GroupEpoch group = (GroupEpoch) read.get();
        return "group " + group.groupId() + ": "
                + (value == null ? "forgotten" : "epoch " + GroupRecordFormat.readGroupValue(value));
    }
}
