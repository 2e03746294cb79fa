package io.millrace.log.embedded.partition;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.producer.MarkerVerdict;
import io.millrace.log.embedded.producer.ProducerState;
import io.millrace.log.embedded.producer.SequenceVerdict;
import io.millrace.platform.StorageException;
import org.jspecify.annotations.Nullable;

/** What a refused append says, and what its caller does about it. */
final class AppendErrors {
    private AppendErrors() {}

    static LogException refused(
            TopicPartition topicPartition, BatchView batch, @Nullable ProducerState state, SequenceVerdict verdict) {
        String known = state == null
                ? "nothing is known of it"
                : "the partition knows epoch " + state.epoch() + " and last sequence " + state.lastSequence();
        String what = switch (verdict) {
            case FENCED ->
                "writes with an epoch that is over: another one took its place, or its transaction was ended for it. Close it"
                        + " and start anew from committed state";
            case OUT_OF_ORDER, NEW_EPOCH_NOT_AT_ZERO, UNKNOWN_PRODUCER ->
                "skipped or repeated records. Abort its transaction, or close it if it has none";
            case PLAIN_IN_TRANSACTION -> "wrote outside of its open transaction. Abort the transaction";
            case OLDER_TRANSACTION_OPEN -> "has an open transaction of an older epoch, which has to be ended first";
            case ACCEPT, DUPLICATE -> throw new IllegalArgumentException("No refusal: " + verdict);
        };
        Disposition disposition = verdict == SequenceVerdict.FENCED || !batch.isTransactional()
                ? Disposition.RESTART_TASK
                : Disposition.ABORT_TRANSACTION;
        return new LogException(
                disposition,
                "Producer " + batch.producerId() + " " + what + " (" + verdict + " in " + topicPartition
                        + ": batch of epoch "
                        + batch.producerEpoch() + " with sequences " + batch.baseSequence() + " to "
                        + batch.lastSequence() + "; " + known + ")");
    }

    static LogException refusedMarker(
            TopicPartition topicPartition, long producerId, short epoch, MarkerVerdict verdict) {
        return new LogException(
                Disposition.RESTART_TASK,
                "A marker of producer " + producerId + " with epoch " + epoch + " came too late for " + topicPartition
                        + " (" + verdict + "): its transaction was ended before. Start anew from committed state");
    }

    /** A write that was undone. */
    static LogException undone(TopicPartition topicPartition, StorageException cause) {
        return new LogException(
                Disposition.RETRY,
                "A write to " + topicPartition + " failed and left nothing there: " + cause.getMessage()
                        + ". Free what is short and try again",
                cause);
    }

    /** A force that could not be begun. */
    static LogException notForced(TopicPartition topicPartition, StorageException cause) {
        return new LogException(
                Disposition.RETRY,
                "What was written to " + topicPartition + " is not yet durable: " + cause.getMessage()
                        + ". Free what is short and try again",
                cause);
    }

    /** A partition that writes no more. */
    static LogException failed(TopicPartition topicPartition, @Nullable Throwable cause) {
        return new LogException(
                Disposition.STOP,
                topicPartition + " stopped writing after an error of the storage"
                        + (cause == null ? "" : " (" + cause.getMessage() + ")")
                        + ". Everything acknowledged is still there; see to the disk, then restart the process",
                cause);
    }

    static LogException deleted(TopicPartition topicPartition) {
        return new LogException(
                Disposition.STOP,
                "Topic " + topicPartition.topic() + " was deleted, and its partition " + topicPartition.partition()
                        + " with it. Close this producer or reader; if the topic was created again, open a new one");
    }

    /** Reading failed; nothing is known to be wrong with what is written. */
    static LogException unreadable(TopicPartition topicPartition, StorageException cause) {
        boolean passes = cause.kind() == StorageException.Kind.TOO_MANY_OPEN_FILES;
        return new LogException(
                passes ? Disposition.RETRY : Disposition.STOP,
                topicPartition + " could not be read: " + cause.getMessage()
                        + (passes
                                ? ". Raise the limit of open files (ulimit -n), or have this log keep fewer open"
                                        + " (EmbeddedLogConfig.maxOpenFiles), then try again"
                                : ". See to the disk, then open the reader anew where it stood"),
                cause);
    }

    static LogException closed(TopicPartition topicPartition) {
        return new LogException(
                Disposition.STOP,
                "The log was closed, and its partition " + topicPartition + " with it: open it again");
    }
}
