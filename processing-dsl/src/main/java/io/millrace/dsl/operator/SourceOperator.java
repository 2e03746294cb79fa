package io.millrace.dsl.operator;

import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.ErrorPolicies;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Step;
import io.millrace.dsl.TimestampExtractor;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Decodes the records of a topic and pushes them into the task. */
public final class SourceOperator {
    private static final long NONE = -1;

    private final Serde<?> keySerde;
    private final Serde<?> valueSerde;
    private final String topic;
    private final TimestampExtractor<Object, Object> extractor;
    private final boolean isOfRecord;
    private final ReadRecord read;
    private final ErrorPolicies errorPolicies;
    private final RecordContext context;
    private final TaskTime time;
    private final int input;
    private final Operator next;
    /** What the last record threw that could not be read. */
    private @Nullable Throwable unread;
    /** The offset of a record that was read before its turn, to know its time; −1 for none. */
    private long aheadOffset = NONE;

    private @Nullable Object aheadKey;
    private @Nullable Object aheadValue;
    private long aheadTime;

    /**
     * @param input its number in the task
     * @param reached how far its topics have come, null if nobody asks
     */
    SourceOperator(
            Step.Source step,
            RecordContext context,
            TaskTime time,
            int input,
            @Nullable KeyValueStore<String, Long> reached,
            Operator next) {
        this.keySerde = step.topic().keySerde();
        this.valueSerde = step.topic().valueSerde();
        this.topic = step.topic().name();
        this.extractor = step.times().extractor();
        this.isOfRecord = step.times().isOfRecord();
        this.read = new ReadRecord(topic, reached);
        this.errorPolicies = step.errorPolicies();
        this.context = context;
        this.time = time;
        this.input = input;
        this.next = next;
    }

    /**
     * When what a record tells of happened, by which the inputs of a task are put in order; the record is not processed. Where that takes reading it, what was read
     * is kept for {@link #process}. Throws what the serdes and the extractor throw.
     */
    public long timeOf(LogRecord record) {
        if (isOfRecord) {
            return record.timestamp();
        }
        if (aheadOffset != record.offset()) {
            readAhead(record);
        }
        return aheadTime;
    }

    private void readAhead(LogRecord record) {
        aheadOffset = NONE;
        aheadKey = read(keySerde, record.key());
        aheadValue = read(valueSerde, record.value());
        aheadTime = timeBy(record);
        aheadOffset = record.offset();
    }

    /** The same whenever it is asked: how far the partition has come is what was processed, which is all that is before the record. */
    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    private long timeBy(LogRecord record) {
        read.begin(record);
        try {
            return extractor.extract(aheadKey, aheadValue, read);
        } finally {
            read.end();
        }
    }

    private @Nullable Object read(Serde<?> serde, @Nullable BytesView bytes) {
        try {
            return bytes == null ? null : serde.read(bytes);
        } catch (Throwable e) {
            unread = e;
            throw e;
        }
    }

    /**
     * Runs one record through the task.
     *
     * @return the bytes of its key and value
     */
    public int process(LogRecord record) {
        context.begin(record);
        BytesView key = record.key();
        BytesView value = record.value();
        if (isOfRecord) {
            run(read(keySerde, key), read(valueSerde, value), record.timestamp());
        } else {
            if (aheadOffset != record.offset()) {
                readAhead(record);
            }
            aheadOffset = NONE;
            run(aheadKey, aheadValue, aheadTime);
        }
        return (key == null ? 0 : key.length()) + (value == null ? 0 : value.length());
    }

    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    private void run(@Nullable Object key, @Nullable Object value, long happened) {
        if (happened < 0) {
            throw notATime(happened);
        }
        context.happenedAt(happened);
        time.watermarks().advance(input, happened);
        try {
            next.accept(key, value, context);
        } catch (Throwable e) {
            time.watermarks().undo();
            throw e;
        }
        read.happenedAt(happened);
    }

    private IllegalArgumentException notATime(long said) {
        return new IllegalArgumentException(
                isOfRecord
                        ? "A record of topic '" + topic + "' has no timestamp, but " + said
                                + ": say when it happened with withTimestampExtractor(...)"
                        : "The timestamp extractor of topic '" + topic + "' said " + said
                                + ": a time is milliseconds since the epoch, 0 or more; where a record has none, orPartitionTime()"
                                + " takes that of its partition, if there was a record before it");
    }

    /** What it is that failed of the record that threw this. */
    public ErrorKind kindOf(Throwable error) {
        if (error instanceof ProductionException) {
            return ErrorKind.PRODUCTION;
        }
        return error == unread ? ErrorKind.DESERIALIZATION : ErrorKind.PROCESSING;
    }

    /** What becomes of a record that failed like this. */
    public ErrorPolicy errorPolicy(ErrorKind kind) {
        return errorPolicies.of(kind);
    }
}
