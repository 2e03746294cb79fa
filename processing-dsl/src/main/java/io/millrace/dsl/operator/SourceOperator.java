package io.millrace.dsl.operator;

import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.ErrorPolicies;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Step;
import io.millrace.dsl.TimestampExtractor;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/** Decodes the records of a topic and pushes them into the task. */
public final class SourceOperator {
    private final Serde<?> keySerde;
    private final Serde<?> valueSerde;
    private final String topic;
    private final TimestampExtractor<Object, Object> timestamps;
    private final ErrorPolicies errorPolicies;
    private final RecordContext context;
    private final TaskTime time;
    private final int input;
    private final Operator next;
    /** What the last record threw that could not be read. */
    private @Nullable Throwable unread;

    /** @param input its number in the task */
    SourceOperator(Step.Source step, RecordContext context, TaskTime time, int input, Operator next) {
        this.keySerde = step.topic().keySerde();
        this.valueSerde = step.topic().valueSerde();
        this.topic = step.topic().name();
        this.timestamps = step.timestamps();
        this.errorPolicies = step.errorPolicies();
        this.context = context;
        this.time = time;
        this.input = input;
        this.next = next;
    }

    /** Runs one record through the task. @return the bytes of its key and value */
    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    public int process(LogRecord record) {
        context.begin(record);
        BytesView key = record.key();
        BytesView value = record.value();
        Object readKey;
        Object readValue;
        try {
            readKey = key == null ? null : keySerde.read(key);
            readValue = value == null ? null : valueSerde.read(value);
        } catch (Throwable e) {
            unread = e;
            throw e;
        }
        long happened = timestamps.extract(readKey, readValue, record.timestamp());
        if (happened < 0) {
            throw new IllegalArgumentException("The timestamp extractor of topic '" + topic + "' said " + happened
                    + ": a time is milliseconds since the epoch, 0 or more");
        }
        context.happenedAt(happened);
        time.watermarks().advance(input, happened);
        try {
            next.accept(readKey, readValue, context);
        } catch (Throwable e) {
            time.watermarks().undo();
            throw e;
        }
        return (key == null ? 0 : key.length()) + (value == null ? 0 : value.length());
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
