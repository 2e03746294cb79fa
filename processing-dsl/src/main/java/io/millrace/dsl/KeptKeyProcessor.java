package io.millrace.dsl;

import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A processor of values as one of records. Owned by the task's thread, and used for one record at a time. */
final class KeptKeyProcessor implements Processor<Object, Object>, ValueContext<Object> {
    static final Output<Object, Object> VALUES = Output.named("values");

    private final ValueProcessor<Object, Object, Object> processor;
    private @Nullable ProcessContext context;
    private @Nullable Object key;

    KeptKeyProcessor(ValueProcessor<Object, Object, Object> processor) {
        this.processor = processor;
    }

    @Override
    public void process(Object newKey, Object value, ProcessContext newContext) {
        key = newKey;
        context = newContext;
        try {
            processor.process(newKey, value, this);
        } finally {
            key = null;
            context = null;
        }
    }

    private ProcessContext present() {
        ProcessContext present = context;
        if (present == null) {
            throw new IllegalStateException("No record is being processed: the context of processValues is used during "
                    + "process() alone, and in its thread");
        }
        return present;
    }

    @Override
    @SuppressWarnings("NullAway") // whether keys may be missing, the user's types say
    public void emit(Object value) {
        present().emit(VALUES, key, value);
    }

    @Override
    @SuppressWarnings("NullAway") // whether keys may be missing, the user's types say
    public void emit(Object value, long timestamp) {
        present().emit(VALUES, key, value, timestamp);
    }

    @Override
    @SuppressWarnings("NullAway") // whether keys may be missing, the user's types say
    public void emit(Object value, long timestamp, List<Header> headers) {
        present().emit(VALUES, key, value, timestamp, headers);
    }

    @Override
    public boolean hasRecord() {
        return present().hasRecord();
    }

    @Override
    public TopicPartition topicPartition() {
        return present().topicPartition();
    }

    @Override
    public long offset() {
        return present().offset();
    }

    @Override
    public long timestamp() {
        return present().timestamp();
    }

    @Override
    public long watermark() {
        return present().watermark();
    }

    @Override
    public long wallClock() {
        return present().wallClock();
    }

    @Override
    public List<Header> headers() {
        return present().headers();
    }
}
