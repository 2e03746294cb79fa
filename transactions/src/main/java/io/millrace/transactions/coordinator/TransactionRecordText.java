package io.millrace.transactions.coordinator;

import io.millrace.serde.BytesView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a record of {@code __transaction_state} says, for a person. Stateless. */
public final class TransactionRecordText {
    private TransactionRecordText() {}

    /** @throws io.millrace.log.CorruptionException if it is no such record */
    public static String describe(@Nullable BytesView key, @Nullable BytesView value) {
        if (key == null) {
            return "a record of a kind that is not known";
        }
        String id = "transactional id " + TransactionLogFormat.readKey(key);
        if (value == null) {
            return id + ": forgotten";
        }
        TransactionMetadata metadata = Objects.requireNonNull(TransactionLogFormat.readValue(value));
        return id + ": " + metadata.state() + ", producer "
                + metadata.producer().producerId() + " epoch "
                + metadata.producer().epoch() + ", partitions " + metadata.partitions();
    }
}
