package io.millrace.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import org.jspecify.annotations.Nullable;

/** The bytes that the stores of one partition are encodings of: those that their owner changes, or a view of them. One thread. */
interface StateLayers {
    /** What is known of a key, and whose knowledge it is: what is staged may yet be aborted, be it a value or a deletion. */
    enum Found {
        STAGED_VALUE,
        STAGED_DELETION,
        COMMITTED_VALUE,
        COMMITTED_NOTHING;

        boolean isValue() {
            return this == STAGED_VALUE || this == COMMITTED_VALUE;
        }

        boolean isCommitted() {
            return this == COMMITTED_VALUE || this == COMMITTED_NOTHING;
        }
    }

    int partition();

    /** Stages a change; null is a deletion. */
    void stage(int store, BytesView key, @Nullable BytesView value);

    /** Looks a key up, newest layer first, and moves {@code into} to the value; {@code scratch} takes the bytes of the backend. */
    Found read(int store, BytesView key, BytesWriter scratch, BytesView into);

    /** Visits a store's entries in the order of the keys' bytes. */
    void scan(int store, KeyRange range, ScanDirection direction, StateBackend.EntryVisitor visitor);

    long approximateCount(int store);

    void checkUsable();
}
