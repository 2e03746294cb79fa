package io.millrace.dsl;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import java.util.List;

/**
 * Which record of the log the present one comes from: the one that was read last, however many steps lie between. One object for all records, to be
 * used during the call that it is given to, and in its thread.
 *
 * <p>Where a timer fires, or a window closes, there is no such record: then {@link #hasRecord} is false, and to ask for its place is an
 * {@code IllegalStateException}.
 */
public interface RecordOrigin {
    /** Whether there is a record: what comes of a timer or of the close of a window has none. */
    boolean hasRecord();

    /** Which partition it was read from; behind a repartition, one of that topic. */
    TopicPartition topicPartition();

    /** Of the record in its partition. */
    long offset();

    /** The present record's timestamp, milliseconds since the epoch: what is written now carries it. */
    long timestamp();

    /**
     * The record's headers in order, or those that a step before chose for it ({@link ProcessContext#emit(Output, Object, Object, long, List)}). Whatever
     * is written while the record is processed carries them. Empty if it has none, and where a timer fires or a window closes. Immutable.
     */
    List<Header> headers();
}
