package io.millrace.log.embedded.partition;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.platform.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition: a flyweight over fetched batches. Owned by one thread; takes no lock. Checks each batch's checksum and place, passes
 * over markers and, when read-committed, over aborted transactions.
 *
 * <p>It looks ahead from batch to batch by headers only, so that it knows whether it is exhausted while its record still stands.
 */
public final class PartitionCursor implements RecordCursor {
    private static final long UNKNOWN = -1;

    private final ReadablePartition log;
    private final Isolation isolation;
    private final FetchBuffer fetched;
    private final BatchView ahead = new BatchView();
    private final RecordIterator records;

    /** What the fetched bytes are judged by: read once per fetch, so that end and aborted transactions belong together. */
    private PartitionView view;

    /** The offset behind the last batch that was entered or passed over. */
    private long scannedOffset;
    /** The offset at which the next batch must begin, or unknown behind a search. */
    private long expectedOffset = UNKNOWN;
    /** True once something was fetched since the position was chosen. */
    private boolean onTheWay;
    /** True if {@link #ahead} stands on a batch that is to be read next. */
    private boolean aheadIsVisible;

    /** Records that are left of the batch that was entered. */
    private int remaining;
    /** True if {@link #records} stands already on the record that {@link #next} is to move to. */
    private boolean standsOnNext;
    /** One past the present record. */
    private long doneOffset;
    /** {@link #doneOffset} as it was when the cursor was asked for more than it had, or polled again. */
    private long settledOffset;
    /** Null for no bound. */
    private @Nullable PollBudget budget;
    /** Records of the batch that was entered which this poll may not hand out. */
    private int withheld;

    /**
     * @param fetchBytes how much the cursor holds at the most; a single larger batch is fetched whole. A compressed batch is held
     *     inflated besides, as far as the partition's settings allow
     * @param position the offset to begin at
     * @throws LogException if the log does not reach so far
     */
    public PartitionCursor(ReadablePartition log, Isolation isolation, int fetchBytes, long position) {
        this.log = log;
        this.isolation = isolation;
        fetched = new FetchBuffer(log.topicPartition(), fetchBytes, log::noteDamage);
        records = new RecordIterator(log.topicPartition(), log.maxInflatedBatchBytes());
        view = log.view();
        begin(position);
    }

    private void begin(long position) {
        view = log.view();
        if (position < 0 || position > view.logEndOffset()) {
            throw new LogException(
                    Disposition.STOP,
                    "Offset " + position + " does not exist in " + log.topicPartition() + ". Choose one from "
                            + view.logStartOffset() + " to " + view.logEndOffset() + ", which is the log's end");
        }
        scannedOffset = position;
        doneOffset = position;
        settledOffset = position;
    }

    @Override
    public TopicPartition topicPartition() {
        return log.topicPartition();
    }

    /** Drops what is fetched and goes on from {@code offset}. @throws LogException if the log does not reach so far */
    public void seek(long offset) {
        begin(offset);
        fetched.clear();
        expectedOffset = UNKNOWN;
        onTheWay = false;
        aheadIsVisible = false;
        remaining = 0;
        withheld = 0;
        standsOnNext = false;
    }

    /** From now on the cursor fetches at the most so many bytes, but for a single larger batch. */
    public void limitBytes(int fetchBytes) {
        fetched.setLimit(fetchBytes);
    }

    /** From now on the cursor shares this budget. */
    public void limitRecords(@Nullable PollBudget shared) {
        budget = shared;
    }

    /** Charges what is left of the present batch to the poll that begins. @return false if nothing may be handed out */
    public boolean beginPoll() {
        if (budget == null) {
            return true;
        }
        remaining += withheld;
        withheld = 0;
        if (remaining == 0) {
            return !budget.isUsedUp();
        }
        charge();
        return remaining > 0;
    }

    private void charge() {
        if (budget != null) {
            int granted = budget.take(remaining);
            withheld = remaining - granted;
            remaining = granted;
        }
    }

    /** The record in hand counts as done. */
    public void settle() {
        settledOffset = doneOffset;
    }

    /** The position, without the record in hand: that is done once the cursor was asked for the next one. */
    public long settledPosition() {
        return settledOffset == doneOffset ? position() : doneOffset - 1;
    }

    /**
     * Fetches on, if the cursor is exhausted and there is something to read.
     *
     * @return true if {@link #next} will return true
     * @throws CorruptionException if the log's bytes are not what was written
     * @throws LogException if they cannot be read, or the topic was deleted
     */
    public boolean refill() {
        while (true) {
            try {
                return fetchOn();
            } catch (CorruptionException damaged) {
                // Files that another process took away, or put others in the place of, under this reader.
                if (!log.hasMovedOn(view)) {
                    throw damaged;
                }
                forgetFetched();
            }
        }
    }

    private boolean fetchOn() {
        while (isExhausted()) {
            if (withheld > 0) {
                return false;
            }
            PartitionView present = log.view();
            if (present.layout() != view.layout()) {
                forgetFetched();
            }
            view = present;
            if (scannedOffset >= view.readableEndOffset(isolation)) {
                log.checkExists();
                view.checkEnd();
                return false;
            }
            if (!fetched.holdsBatch()) {
                checkStart();
                fetch();
            }
        }
        return true;
    }

    private void fetch() {
        // What was read is done with, and may be so large that there is no room for another batch beside it.
        ahead.release();
        records.release();
        try {
            if (fetched.fetch(view, scannedOffset)) {
                onTheWay = true;
                return;
            }
        } catch (StorageException failed) {
            // The same place is fetched again, by the next call at the latest.
            forgetFetched();
            if (log.hasMovedOn(view)) {
                return;
            }
            throw log.unreadable(failed);
        } catch (CorruptionException damaged) {
            log.noteDamage(damaged);
            throw damaged;
        }
        if (log.view().layout() == view.layout()) {
            log.checkExists();
            throw AppendErrors.closed(log.topicPartition());
        }
        forgetFetched();
    }

    /**
     * What was fetched stands no longer in the log: aborted transactions of it that were removed are not in the new view's indexes, so it
     * cannot be judged by that (W7). The batch that holds the offset, or what replaced it, is looked up anew.
     */
    private void forgetFetched() {
        fetched.clear();
        expectedOffset = UNKNOWN;
    }

    /** Who is on the way through deleted segments may go on while they can be read; who seeks may not begin in them. */
    private void checkStart() {
        if (scannedOffset < (onTheWay ? view.firstReadableOffset() : view.logStartOffset())) {
            throw new LogException(
                    Disposition.STOP,
                    "Offset " + scannedOffset + " of " + log.topicPartition() + " was deleted; the log begins at "
                            + view.logStartOffset() + ". Reset the position to that");
        }
    }

    @Override
    public boolean next() {
        if (remaining == 0 && !enterNext()) {
            settledOffset = doneOffset;
            return false;
        }
        if (standsOnNext) {
            standsOnNext = false;
        } else {
            records.next();
        }
        remaining--;
        doneOffset = records.offset() + 1;
        return true;
    }

    @Override
    public @Nullable LogRecord peek() {
        if (remaining == 0 && !enterNext()) {
            return null;
        }
        if (!standsOnNext) {
            records.next();
            standsOnNext = true;
        }
        return records;
    }

    /** @return false if there is no batch to enter, or nothing of it may be handed out */
    private boolean enterNext() {
        if (findVisible() && aheadIsVisible) {
            enter();
            charge();
        }
        return remaining > 0;
    }

    @Override
    public LogRecord record() {
        return records;
    }

    @Override
    public boolean isExhausted() {
        return remaining == 0 && !findVisible();
    }

    @Override
    public long position() {
        return isExhausted() && withheld == 0 ? scannedOffset : doneOffset;
    }

    /** Looks for the next fetched batch whose records are to be seen. @return false if there is none: then only a fetch helps */
    private boolean findVisible() {
        if (withheld > 0) {
            return false;
        }
        while (!aheadIsVisible && remaining == 0) {
            if (scannedOffset >= view.readableEndOffset(isolation) || !fetched.holdsBatch()) {
                return false;
            }
            fetched.wrap(ahead);
            checkPlace();
            if (isToBePassedOver()) {
                pass();
            } else if (ahead.baseOffset() < scannedOffset) {
                enterInTheMiddle();
                charge();
                if (withheld > 0) {
                    return remaining > 0;
                }
            } else {
                aheadIsVisible = true;
            }
        }
        return true;
    }

    /** The base offset is not covered by the checksum: the batch before says what it has to be. */
    private void checkPlace() {
        boolean inPlace = expectedOffset == UNKNOWN
                ? ahead.baseOffset() <= scannedOffset && ahead.lastOffset() >= scannedOffset
                : ahead.baseOffset() == expectedOffset;
        if (!inPlace) {
            throw fetched.corrupt("a batch has base offset " + ahead.baseOffset() + " where offset "
                    + (expectedOffset == UNKNOWN ? scannedOffset : expectedOffset) + " is expected");
        }
    }

    private boolean isToBePassedOver() {
        if (ahead.isControl() || ahead.recordCount() == 0) {
            return true;
        }
        return isolation == Isolation.READ_COMMITTED
                && ahead.isTransactional()
                && view.isAborted(ahead.producerId(), ahead.baseOffset());
    }

    private void pass() {
        scannedOffset = ahead.nextOffset();
        expectedOffset = scannedOffset;
        aheadIsVisible = false;
        fetched.advance(ahead.sizeInBytes());
    }

    private void enter() {
        ahead.records(records);
        remaining = ahead.recordCount();
        pass();
    }

    /** Only right after a seek, so that no record stands yet which this would move. */
    private void enterInTheMiddle() {
        long from = scannedOffset;
        enter();
        while (remaining > 0) {
            records.next();
            if (records.offset() >= from) {
                standsOnNext = true;
                return;
            }
            remaining--;
        }
    }
}
