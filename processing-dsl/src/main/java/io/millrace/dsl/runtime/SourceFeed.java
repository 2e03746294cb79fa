package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.Ingest;
import io.millrace.dsl.IngestHandler;
import io.millrace.dsl.RecordSource;
import io.millrace.log.LogException;
import io.millrace.log.RecordRefusedException;
import io.millrace.platform.StorageException;
import io.millrace.platform.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the items of a source into records of the open transaction, as many as the settings let one hold, and does what its policy says about those that
 * fail. Owned by the ingest loop.
 */
final class SourceFeed<T> implements AutoCloseable {
    /** Between two looks at whether to stop. */
    private static final int STEP_ITEMS = 1_000;
    /** An item may take long; so few may come after the time for a commit. */
    private static final int ITEMS_BETWEEN_LOOKS = 16;

    private final ApplicationCore core;
    private final Ingest<T> ingest;
    private final LoopTransaction transaction;
    private final Whereabouts whereabouts;
    private final Consumer<Duration> rest;
    private final RecordSource<T> source;
    private final IngestSender sender;
    /** Items that failed since the last commit, by the position behind them: after an abort their policy's decision is carried out. */
    private final Map<Long, FailedRecord> failures = new HashMap<>();

    private boolean isDry;
    private int skipped;

    /** @param rest asks for a rest before the next attempt */
    SourceFeed(
            ApplicationCore core,
            Ingest<T> ingest,
            LoopTransaction transaction,
            Whereabouts whereabouts,
            Consumer<Duration> rest) {
        this.core = core;
        this.ingest = ingest;
        this.transaction = transaction;
        this.whereabouts = whereabouts;
        this.rest = rest;
        this.source = ingest.source().get();
        this.sender = new IngestSender(transaction, core.partitionCounts(), source);
    }

    /** Goes on at this position; what was sent behind it is not committed. */
    void seek(long position) {
        source.seek(position);
    }

    /**
     * Feeds items until there are none, the transaction is full, or it has been long enough for one step.
     *
     * @return how many
     */
    int step() {
        int done = 0;
        isDry = false;
        while (done < STEP_ITEMS && !whereabouts.isEnding()) {
            T item = next();
            if (item == null) {
                isDry = true;
                break;
            }
            begin();
            accept(item);
            transaction.took(0);
            done++;
            if (isFull() || (done % ITEMS_BETWEEN_LOOKS == 0 && isDue())) {
                break;
            }
        }
        return done;
    }

    private @Nullable T next() {
        try {
            return source.next();
        } catch (LogException | StorageException e) {
            throw e;
        } catch (Exception e) {
            throw new SourceFailedException(ingest.name(), source.position(), e);
        }
    }

    private void begin() {
        if (!transaction.isOpen()) {
            transaction.begin(core.settings().world().ticker().nanos()
                    + Ticker.nanosOf(core.settings().commits().interval()));
            sender.begin(core.settings().world().clock().millis());
            skipped = 0;
        }
    }

    /** True if the source had nothing more. */
    boolean isDry() {
        return isDry;
    }

    boolean isCommitDue() {
        return isDry || isFull() || isDue();
    }

    /** An item may become no record, or many. */
    private boolean isFull() {
        AppSettings.Commits limits = core.settings().commits();
        return transaction.isFull()
                || sender.sent() >= limits.records()
                || sender.sentBytes()
                        >= Math.min(limits.bytes(), core.database().stagedLimitBytes());
    }

    private boolean isDue() {
        return transaction.isDue(core.settings().world().ticker().nanos());
    }

    // --- an item

    private void accept(T item) {
        if (!failures.isEmpty() && isPassedOver(failures.get(source.position()))) {
            skipped++;
            return;
        }
        int sentBefore = sender.sent();
        IngestHandler<? super T> handler = ingest.handler();
        try {
            handler.accept(item, sender);
        } catch (Throwable e) {
            boolean isOfItem = e instanceof RecordRefusedException || Blame.isOfRecord(e);
            if (!isOfItem || whereabouts.isCutOff()) {
                throw e;
            }
            settle(e, sentBefore);
        }
    }

    private static ErrorKind kind(Throwable error) {
        return error instanceof RecordRefusedException ? ErrorKind.PRODUCTION : ErrorKind.PROCESSING;
    }

    private static boolean isPassedOver(@Nullable FailedRecord before) {
        return before != null && before.decision() instanceof FailureRule.Decision.PassOver;
    }

    /** Does what the policy says; what cannot be done within the open transaction is done after it was aborted. */
    private void settle(Throwable error, int sentBefore) {
        long position = source.position();
        FailedRecord before = failures.get(position);
        int attempts = before == null ? 1 : before.attempts() + 1;
        FailureRule.Decision decision = FailureRule.decide(ingest.errorPolicy(), attempts);
        String item = "The item of source '" + ingest.name() + "' before position " + position;
        if (decision instanceof FailureRule.Decision.TryAgain again) {
            rest.accept(again.backoff());
        } else if (!(decision instanceof FailureRule.Decision.PassOver)) {
            throw new ItemFailedException(
                    item + " could not be turned into records (attempt " + attempts + "): " + ErrorText.of(error)
                            + ". Mend the cause and start again, catch it in the source's handler, or give ingest(...) another"
                            + " ErrorPolicy",
                    error);
        }
        failures.put(position, new FailedRecord(attempts, kind(error), error, decision));
        if (sender.sent() != sentBefore || decision instanceof FailureRule.Decision.TryAgain) {
            throw new ReprocessException(item, error);
        }
        skipped++;
    }

    // --- its end

    /**
     * What was sent since the last commit is committed.
     *
     * @return how many items were passed over
     */
    int committed() {
        failures.clear();
        return skipped;
    }

    /** Records sent in the transaction. */
    int sent() {
        return sender.sent();
    }

    /** Behind the last item. */
    long position() {
        return source.position();
    }

    long size() {
        return source.size();
    }

    boolean isFinished() {
        return source.isFinished();
    }

    @Override
    public void close() {
        source.close();
    }
}
