package io.millrace.cli.records;

import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where produced records go. Owned by one thread. */
interface RecordSink extends AutoCloseable {
    /** @throws io.millrace.log.LogException if a record that was taken before could not be written */
    default void throwFailure() {}

    /** Takes a record; the views are copied. @throws io.millrace.log.LogException if this one is refused; of the others tells {@link #throwFailure} */
    void send(@Nullable BytesView key, @Nullable BytesView value);

    /** Everything that was taken is acknowledged, or it throws. */
    void finish();

    /** It is not known whether the records are there: the next opening of the log decides. */
    default boolean isUndecided() {
        return false;
    }

    /** How many records are there for good. */
    long written();

    /** Ends; what {@link #finish} was not called for may be given up. */
    @Override
    void close();

    /**
     * What every record of a run has.
     *
     * @param partitions of the topic
     * @param partition null: as the key says
     * @param timestamp null: the time at which it is read
     */
    record Address(
            String topic,
            int partitions,
            @Nullable Integer partition,
            @Nullable Long timestamp,
            List<Header> headers) {}
}
