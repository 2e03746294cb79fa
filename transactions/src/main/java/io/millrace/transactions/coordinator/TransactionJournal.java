package io.millrace.transactions.coordinator;

import io.millrace.serde.BytesView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The partition of {@code __transaction_state}, as the coordinator uses it. One thread appends at a time. */
public interface TransactionJournal {
    /**
     * Appends one batch, all or nothing.
     *
     * @throws io.millrace.log.LogException with RETRY if nothing was written and the same may succeed later; STOP if the log has failed
     */
    void append(ByteBuffer batch);

    /** Makes everything appended so far durable. Threads that wait at the same time may share one force. */
    void force();

    /** Hands every record to the visitor, in order; the views are valid during the call. */
    void replay(Visitor visitor);

    /** Sees the records of a replay. */
    @FunctionalInterface
    interface Visitor {
        void record(@Nullable BytesView key, @Nullable BytesView value);
    }
}
