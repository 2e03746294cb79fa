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
    private final Operator next;

    SourceOperator(Step.Source step, RecordContext context, Operator next) {
        this.keySerde = step.topic().keySerde();
        this.valueSerde = step.topic().valueSerde();
        this.errorPolicy = step.errorPolicy();
        this.context = context;
        this.next = next;
    }

    /** Runs one record through the task. */
    public void process(LogRecord record) {
        context.begin(record);
        BytesView key = record.key();
        BytesView value = record.value();
        next.accept(key == null ? null : keySerde.read(key), value == null ? null : valueSerde.read(value), context);
    }

    public ErrorPolicy errorPolicy() {
        return errorPolicy;
    }
}
