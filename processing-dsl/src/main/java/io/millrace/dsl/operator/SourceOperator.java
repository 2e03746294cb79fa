package io.millrace.dsl.operator;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Step;
import io.millrace.log.LogRecord;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;

/** Decodes the records of a topic and pushes them into the task. */
public final class SourceOperator {
    private final Serde<?> keySerde;
    private final Serde<?> valueSerde;
    private final ErrorPolicy errorPolicy;
    private final RecordContext context;
    private final TaskTime time;
    private final int input;
    private final Operator next;

    /** @param input its number in the task */
    SourceOperator(Step.Source step, RecordContext context, TaskTime time, int input, Operator next) {
        this.keySerde = step.topic().keySerde();
        this.valueSerde = step.topic().valueSerde();
        this.errorPolicy = step.errorPolicy();
        this.context = context;
        this.time = time;
        this.input = input;
        this.next = next;
    }

    /** Runs one record through the task. */
    public void process(LogRecord record) {
        context.begin(record);
        BytesView key = record.key();
        BytesView value = record.value();
        Object readKey = key == null ? null : keySerde.read(key);
        Object readValue = value == null ? null : valueSerde.read(value);
        time.watermarks().advance(input, record.timestamp());
        try {
            next.accept(readKey, readValue, context);
        } catch (RuntimeException e) {
            time.watermarks().undo();
            throw e;
        }
    }

    public ErrorPolicy errorPolicy() {
        return errorPolicy;
    }
}
