package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.platform.StorageException;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A partition as its readers use it: written by this process ({@link PartitionLog}), or followed in files that another process may write
 * ({@link FollowedPartition}). Safe for use by several threads.
 */
public interface ReadablePartition {
    TopicPartition topicPartition();

    /** The most that a compressed batch may inflate to. */
    int maxInflatedBatchBytes();

    /** The partition as it is now. */
    PartitionView view();

    /**
     * Hands every batch from the one that holds {@code fromOffset} up to the log end offset to {@code visitor}, in order: markers and the
     * data of open and aborted transactions too. The batch is valid only during the call.
     *
     * @throws io.millrace.log.CorruptionException at a batch whose checksum is wrong
     */
    void forEachBatch(long fromOffset, Consumer<BatchView> visitor);

    /** The first offset that a reader of this isolation sees with this timestamp or a later one; empty if there is none. */
    OptionalLong offsetForTimestamp(long timestamp, Isolation isolation);

    /** The listener runs after every view that lets readers see more, if this process writes; it must be quick and throw nothing. */
    void onAppend(Runnable listener);

    void removeListener(Runnable listener);

    /** @throws LogException if the topic was deleted */
    void checkExists();

    /**
     * Asked when the files of a view could not be read, or are not what the view says.
     *
     * @return true if they may have been taken away by their owner, and a new view shows something else; false if the error is one
     */
    boolean hasMovedOn(PartitionView from);

    /** The error of a reader whose storage call failed: what it means for this partition. */
    LogException unreadable(StorageException cause);

    /** Told by a reader of batches that are not what was written, which it is about to throw. Safe to call again. */
    void noteDamage(CorruptionException damage);
}
