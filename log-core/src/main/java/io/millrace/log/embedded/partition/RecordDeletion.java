package io.millrace.log.embedded.partition;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;

/**
 * Deletes the oldest records of a partition on demand (KIP-107): the log starts behind them, within a segment if need be. Within a step of the
 * partition's cleaning; what holds none but deleted records is left to the cleaner, which may be in the midst of a compaction.
 */
final class RecordDeletion {
    private final TopicPartition topicPartition;
    private final PartitionLog log;
    private final PartitionFiles files;

    RecordDeletion(PartitionLog log, PartitionFiles files) {
        topicPartition = files.directory().topicPartition();
        this.log = log;
        this.files = files;
    }

    /** @return where the log starts now */
    long before(long offset) {
        check(offset);
        PartitionView present = log.view();
        if (offset > present.logStartOffset()) {
            checkStable(offset, present);
            // Nothing below may be cut off by a power cut, or what is appended in its place would be deleted with it.
            log.checkpoint();
            if (files.checkpoints().recoveryPoint().written() < offset) {
                throw new LogException(
                        Disposition.RETRY,
                        "No record of " + topicPartition
                                + " was deleted: how far it is durable could not be written down."
                                + " Free what is short and try again");
            }
            log.alter(
                    true,
                    () -> {
                        files.writeRecordsStart(offset);
                        return offset;
                    },
                    files::startRecordsAt);
        }
        return log.view().logStartOffset();
    }

    private void check(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("An offset is 0 or more, got " + offset);
        }
        if (!log.settings().topic().cleanup().deletes()) {
            throw new LogException(
                    Disposition.STOP,
                    "No record of " + topicPartition
                            + " was deleted: its topic is compacted, and keeps the newest of each"
                            + " key. Send a record without a value for a key that is to go, or let the topic's cleanup"
                            + " delete as well");
        }
    }

    /**
     * Not beyond the last stable offset, where Kafka has the high watermark: what an open transaction has written is not the past of anybody
     * yet, and its readers, who wait before it, are not to find that it begins in the middle.
     */
    private void checkStable(long offset, PartitionView present) {
        if (offset > present.logEndOffset()) {
            throw new LogException(
                    Disposition.STOP,
                    "No record of " + topicPartition + " was deleted: offset " + offset
                            + " does not exist. Choose one up to " + present.lastStableOffset());
        }
        long stable = present.lastStableOffset();
        if (offset > stable) {
            throw new LogException(
                    Disposition.RETRY,
                    "No record of " + topicPartition + " was deleted: from offset " + stable
                            + " on it is not decided, because a transaction is open, or not durable yet. Choose an offset up"
                            + " to that, or try again later");
        }
    }
}
