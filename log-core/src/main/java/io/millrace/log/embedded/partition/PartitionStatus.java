package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.platform.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a partition may still be written, and if not, why. What has failed, is damaged, was closed or deleted stays so. Safe for use by several
 * threads; closing and deleting exclude each other by the partition's locks.
 */
final class PartitionStatus {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionStatus.class);

    private final TopicPartition topicPartition;
    private volatile @Nullable Throwable failure;
    /** Why nothing is appended: the failure, or the damage that a reader met. One field, for every append looks at it. */
    private volatile @Nullable Throwable obstacle;

    private volatile boolean closed;
    private volatile boolean deleted;

    PartitionStatus(TopicPartition topicPartition) {
        this.topicPartition = topicPartition;
    }

    /** True if a call failed before it changed anything, for something that may be there later; never if a force failed (W4). */
    static boolean isShortage(StorageException failed) {
        return failed.kind() == StorageException.Kind.NO_SPACE
                || failed.kind() == StorageException.Kind.TOO_MANY_OPEN_FILES;
    }

    /** Notes, and logs once, that nothing more may be written (W3, W4). @return the error for whoever wanted to */
    LogException fail(Throwable cause) {
        if (failure == null) {
            logFirst(cause);
        }
        failure = cause;
        obstacle = cause;
        return AppendErrors.failed(topicPartition, cause);
    }

    /** Notes, and logs once, that bytes of the log are not what was written: no record may come to stand behind them (W12). */
    synchronized void damaged(CorruptionException damage) {
        if (obstacle == null) {
            obstacle = damage;
            LOG.error("{} takes no more records: {}", topicPartition, damage.getMessage());
        }
    }

    boolean isDamaged() {
        return obstacle instanceof CorruptionException;
    }

    /** What a disk does needs no stack to be understood, and whoever wrote is told as well; what nobody foresaw does. */
    private void logFirst(Throwable cause) {
        if (cause instanceof StorageException) {
            LOG.error(
                    "{} writes no more; the next opening of the log recovers it: {}",
                    topicPartition,
                    cause.getMessage());
            LOG.debug("{}: where it failed", topicPartition, cause);
        } else {
            LOG.error("{} writes no more; the next opening of the log recovers it", topicPartition, cause);
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** True if what is not durable can and shall be made so. */
    boolean isForceable() {
        return failure == null && !deleted;
    }

    /** @return false if it was closed before */
    boolean close() {
        boolean wasOpen = !closed;
        closed = true;
        return wasOpen;
    }

    /** @return false if it was closed before */
    boolean delete() {
        deleted = true;
        return close();
    }

    /** @throws LogException if no records may be appended; CorruptionException if that is because of what was found damaged */
    void checkAppendable() {
        checkExists();
        Throwable cause = obstacle;
        if (cause != null) {
            checkNotFailed();
            throw new CorruptionException(String.valueOf(cause.getMessage()));
        }
        checkNotClosed();
    }

    /** @throws LogException if nothing may be written at all */
    void checkOpen() {
        checkNotFailed();
        checkNotClosed();
    }

    private void checkNotClosed() {
        if (closed) {
            throw AppendErrors.closed(topicPartition);
        }
    }

    /** @throws LogException if nothing may be forced */
    void checkNotFailed() {
        checkExists();
        Throwable cause = failure;
        if (cause != null) {
            throw AppendErrors.failed(topicPartition, cause);
        }
    }

    /** @throws LogException if the topic was deleted */
    void checkExists() {
        if (deleted) {
            throw AppendErrors.deleted(topicPartition);
        }
    }

    /** The error of a reader whose storage call failed: what it means for this log. */
    LogException unreadable(StorageException cause) {
        return deleted ? AppendErrors.deleted(topicPartition) : AppendErrors.unreadable(topicPartition, cause);
    }
}
