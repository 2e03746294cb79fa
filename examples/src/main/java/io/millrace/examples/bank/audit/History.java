package io.millrace.examples.bank.audit;

import io.millrace.serde.BytesView;
import org.jspecify.annotations.Nullable;

/** Everything that was ever committed, as an auditor reads it. */
public interface History {
    int partitions(String topic);

    /** The records of a partition from its beginning to its present end. */
    Records open(String topic, int partition);

    /** Moves from record to record; views are valid until the next move. Used by one thread. */
    interface Records extends AutoCloseable {
        boolean next();

        /** Of the present record in its partition. */
        long offset();

        @Nullable BytesView key();

        @Nullable BytesView value();

        /** About how many there are, at least; to make room. */
        long sizeHint();

        @Override
        void close();
    }
}
