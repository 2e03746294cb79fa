package io.millrace.dsl.operator;

import io.millrace.dsl.streamjoin.Candidate;
import io.millrace.dsl.streamjoin.Unmatched;
import io.millrace.state.Entries;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.Timers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of one side of a join of streams, as long as they are open (SJ1). Owned by the task's thread. */
final class JoinRow {
    /** So many records of a key are in memory at once, however many there are. */
    private static final int MOST_AT_ONCE = 64;

    private final boolean isLeft;
    private final RecordStore<Object, Candidate> store;
    private final boolean isFilledHere;
    private final long openMillis;
    private final @Nullable Timers<Unmatched> unmatched;

    /** Takes a record that was found. */
    @FunctionalInterface
    interface Visitor {
        void visit(TimedKey<Object> record, Candidate candidate);
    }

    /**
     * @param isFilledHere false if the other side has put the same record into the store before
     * @param openMillis for how long after a record event time may go until it is closed
     * @param unmatched those that met none yet; null if no record of this side is told of alone
     */
    JoinRow(
            boolean isLeft,
            RecordStore<Object, Candidate> store,
            boolean isFilledHere,
            long openMillis,
            @Nullable Timers<Unmatched> unmatched) {
        this.isLeft = isLeft;
        this.store = store;
        this.isFilledHere = isFilledHere;
        this.openMillis = openMillis;
        this.unmatched = unmatched;
    }

    boolean isLeft() {
        return isLeft;
    }

    /** Whether a record that meets none has a result of its own. */
    boolean isToldAlone() {
        return unmatched != null;
    }

    boolean isOpen(long time, long watermark) {
        return time >= firstOpen(watermark);
    }

    private long firstOpen(long watermark) {
        return RecordContext.less(watermark, openMillis);
    }

    /** Keeps a record, to be told of alone when it closes if it is not matched till then. */
    void keep(Object key, Object value, boolean isMatched, RecordContext context) {
        if (!isFilledHere) {
            return;
        }
        long time = context.timestamp();
        TimedKey<Object> record = store.add(key, time, new Candidate(value, isMatched));
        if (record != null && !isMatched && unmatched != null) {
            unmatched.set(new Unmatched(isLeft, record), closeOf(time));
            context.dueAtEventTime(closeOf(time));
        }
    }

    /** A record that is found has met one of the other side. */
    private void match(TimedKey<Object> record, Candidate candidate) {
        if (unmatched != null && !candidate.isMatched()) {
            store.put(record.key(), record.time(), record.sequence(), candidate.matched());
            unmatched.cancel(new Unmatched(isLeft, record), closeOf(record.time()));
        }
    }

    /**
     * Visits the open records of a key from the first time to the last, both included, in the order of their times, and then of their coming. They are
     * matched now.
     *
     * @return whether there was any
     */
    boolean meetAll(Object key, long first, long last, long watermark, Visitor visitor) {
        Entries<TimedKey<Object>, Candidate> open = store.fetch(key, Math.max(first, firstOpen(watermark)), last);
        boolean isAny = false;
        while (true) {
            // What comes of one changes stores, and none can be changed while it is read.
            var found = open.limited(MOST_AT_ONCE);
            for (Map.Entry<TimedKey<Object>, Candidate> entry : found) {
                isAny = true;
                match(entry.getKey(), entry.getValue());
                visitor.visit(entry.getKey(), entry.getValue());
            }
            if (found.size() < MOST_AT_ONCE) {
                return isAny;
            }
            open = store.fetchAfter(found.get(found.size() - 1).getKey(), last);
        }
    }

    /** What was kept of a record that has met none. */
    Object valueOf(TimedKey<Object> record) {
        Candidate candidate = store.get(record);
        if (candidate == null) {
            throw new IllegalStateException(
                    "Store '" + store.name() + "' has lost " + record + " before it was told of (SJ2)");
        }
        return candidate.value();
    }

    /** The watermark that its store was told. */
    long streamTime() {
        return store.streamTime();
    }

    String storeName() {
        return store.name();
    }

    void advanceTo(long watermark) {
        store.advanceTo(watermark);
    }

    /** The first watermark at which a record is closed. */
    private long closeOf(long time) {
        long close = time + openMillis + 1;
        return close < time || close == TimedOperator.NEVER ? TimedOperator.NEVER - 1 : close;
    }
}
