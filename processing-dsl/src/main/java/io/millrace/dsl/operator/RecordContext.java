package io.millrace.dsl.operator;

import io.millrace.dsl.StepContext;
import io.millrace.dsl.call.CallOrigin;
import io.millrace.log.Header;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The record that a task works on, and what that did so far. Owned by the task's thread; one object for all records. */
public final class RecordContext implements StepContext {
    private final LongSupplier storeChanges;
    private final TaskTime time;
    private final int partition;
    private @Nullable LogRecord current;
    /** What a step chose in place of the headers of the present record. */
    private @Nullable List<Header> chosenHeaders;

    private long timestamp;
    /** Counts what the task turned to. */
    private long turn;
    /** Through which calls the present value came. */
    private String path = "";

    private long sent;
    private long sentBefore;
    private long storeChangesBefore;
    private long dropped;

    /**
     * @param storeChanges how often the task's stores were changed so far
     * @param partition the number of the task's stores; any, if it has none
     */
    RecordContext(LongSupplier storeChanges, TaskTime time, int partition) {
        this.storeChanges = storeChanges;
        this.time = time;
        this.partition = partition;
    }

    /** Turns to the next record. */
    void begin(LogRecord record) {
        turnTo(record);
        timestamp = record.timestamp();
        sentBefore = sent;
        storeChangesBefore = storeChanges.getAsLong();
    }

    private void turnTo(@Nullable LogRecord record) {
        current = record;
        chosenHeaders = null;
        turn++;
        path = "";
    }

    /** What the task works on now: the same number as long as that is the same record, timer or answer. */
    long turn() {
        return turn;
    }

    /**
     * What is to be known when the answer to a call goes on.
     *
     * @param number how many values the present record, timer or answer gave the step before
     * @param hasBytes whether the record is kept with its bytes
     */
    CallOrigin origin(int number, boolean hasBytes) {
        LogRecord present = current;
        return new CallOrigin(
                present == null ? null : place(present, hasBytes),
                timestamp,
                List.copyOf(headers()),
                watermark(),
                path.isEmpty() ? Integer.toString(number) : path + "." + number);
    }

    private static CallOrigin.Place place(LogRecord record, boolean hasBytes) {
        BytesView key = hasBytes ? record.key() : null;
        BytesView value = hasBytes ? record.value() : null;
        return new CallOrigin.Place(
                record.topicPartition(),
                record.offset(),
                record.timestamp(),
                List.copyOf(record.headers()),
                key == null ? null : key.copy(),
                value == null ? null : value.copy());
    }

    /** Turns to the answer to a call that a former value made: what was true of that is so again. */
    void resume(CallOrigin origin) {
        turnTo(origin.record());
        chosenHeaders = origin.headers();
        timestamp = origin.timestamp();
        path = origin.path();
        time.resumeAt(origin.watermark());
    }

    void endResumed() {
        turnTo(null);
        time.endResumed();
    }

    /** Says when what the present record tells of happened. */
    void happenedAt(long eventTime) {
        timestamp = eventTime;
    }

    /** Turns to something that is due at a time of its own, and not to a record. The key is for messages. */
    void begin(@Nullable Object key, long dueMillis) {
        turnTo(null);
        time.fires(key, dueMillis);
        timestamp = dueMillis;
    }

    /** True if the present record has sent something or changed a store (O3). */
    public boolean hasEffects() {
        return sent != sentBefore || storeChanges.getAsLong() != storeChangesBefore;
    }

    /** The present record has sent something. */
    void countSent() {
        sent++;
    }

    /** The present record has no key or value where one is needed, or came too late, and is passed over there. */
    void countDropped() {
        dropped++;
    }

    /** How often that happened so far. */
    public long dropped() {
        return dropped;
    }

    /** Hands a change of a table on, with a timestamp of its own. */
    void change(Operator to, Object key, @Nullable Object before, @Nullable Object after, long timestampMillis) {
        long present = timestamp;
        timestamp = timestampMillis;
        try {
            to.change(key, before, after, this);
        } finally {
            timestamp = present;
        }
    }

    /** Hands a record on, with a timestamp of its own. */
    void accept(Operator to, @Nullable Object key, @Nullable Object value, long timestampMillis) {
        long present = timestamp;
        timestamp = timestampMillis;
        try {
            to.accept(key, value, this);
        } finally {
            timestamp = present;
        }
    }

    /** Hands a record on, with a timestamp and headers of its own. */
    void accept(Operator to, @Nullable Object key, @Nullable Object value, long timestampMillis, List<Header> headers) {
        List<Header> present = chosenHeaders;
        chosenHeaders = headers;
        try {
            accept(to, key, value, timestampMillis);
        } finally {
            chosenHeaders = present;
        }
    }

    /** The timestamp that records sent now get. */
    @Override
    public long timestamp() {
        return timestamp;
    }

    /**
     * The event time of the task, milliseconds since the epoch, or {@link Watermarks#UNKNOWN}: what is due by it has fired or does so before the
     * next record. The present record is in it. While something fires it is the one that held before, because for those that come later
     * in the task time has not moved yet: what they are sent now is as late as it would have been then.
     */
    @Override
    public long watermark() {
        return time.watermark();
    }

    /** The event time that is so much before the {@link #watermark}; the first one that there is, if no watermark is known. */
    long watermarkLess(long millis) {
        return less(watermark(), millis);
    }

    static long less(long watermark, long millis) {
        long before = watermark - millis;
        return before > watermark ? Long.MIN_VALUE : before;
    }

    /** The watermark by which all that is due has fired: the one before the present record. */
    long settledWatermark() {
        return time.settled();
    }

    /** Says that a step has something due at this event time, perhaps earlier than it said before ({@link TimedOperator}). */
    void dueAtEventTime(long eventTime) {
        time.dueAtEventTime(eventTime);
    }

    /** Says that a step has something due when the clock says this, perhaps earlier than it said before ({@link TimedOperator}). */
    void dueAtWallClock(long millis) {
        time.dueAtWallClock(millis);
    }

    /** What the clock says, milliseconds since the epoch. */
    @Override
    public long wallClock() {
        return time.wallClock();
    }

    /** The number of the task's partitions, also where something fires: only a task with stores has anything that does. */
    int partition() {
        LogRecord present = current;
        return present == null ? partition : present.topicPartition().partition();
    }

    @Override
    public boolean hasRecord() {
        return current != null;
    }

    @Override
    public TopicPartition topicPartition() {
        return record().topicPartition();
    }

    @Override
    public long offset() {
        return record().offset();
    }

    /** The headers that records sent now get: those that a step chose, else the present record's; none where something fires. */
    @Override
    public List<Header> headers() {
        List<Header> chosen = chosenHeaders;
        if (chosen != null) {
            return chosen;
        }
        LogRecord present = current;
        return present == null ? List.of() : present.headers();
    }

    private LogRecord record() {
        if (current == null) {
            throw new IllegalStateException(
                    "No record is being processed: it has an offset and a partition during process() alone, "
                            + "not in a timer or after either");
        }
        return current;
    }
}
