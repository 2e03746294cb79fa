package io.millrace.proof.pipelines;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Table;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedTable;
import io.millrace.state.time.Windowed;
import java.util.ArrayList;
import java.util.List;

/** What a step under test is clamped in: a pipeline that feeds it, and topics for all that it sends. */
final class StepBench {
    static final String NAME = "step";
    static final Topic<String, Long> IN = PlannedPipeline.topic("in");
    static final Topic<String, Long> OTHER = PlannedPipeline.topic("other");

    private final Pipeline.Builder builder = Pipeline.named(NAME);
    private final List<Topic<String, Long>> outputs = new ArrayList<>();

    Pipeline.Builder builder() {
        return builder;
    }

    EventStream<String, Long> in() {
        return builder.stream(IN);
    }

    EventStream<String, Long> other() {
        return builder.stream(OTHER);
    }

    Table<String, Long> table() {
        return in().toTable("table");
    }

    Table<String, Long> otherTable() {
        return other().toTable("other-table");
    }

    /** One of two streams of one topic. Event time is then the greatest timestamp of that, and more of what comes is late than of two topics. */
    EventStream<String, Long> even() {
        return in().filter((key, value) -> value != null && !UserCode.isOdd(value));
    }

    /** The other one, with what deletes. */
    EventStream<String, Long> odd() {
        return in().filter((key, value) -> value == null || UserCode.isOdd(value));
    }

    Topic<String, Long> output() {
        Topic<String, Long> output = PlannedPipeline.topic("out-" + outputs.size());
        outputs.add(output);
        return output;
    }

    void write(EventStream<String, Long> stream) {
        stream.withSerdes(PlannedPipeline.KEYS, PlannedPipeline.VALUES).to(output());
    }

    void write(Table<String, Long> table) {
        write(table.toStream());
    }

    /** Also what came too late. */
    void writeWindows(WindowedTable<String, Long, Long> windows) {
        writeWindows((Table<Windowed<String>, Long>) windows);
        write(windows.late());
    }

    void writeWindows(Table<Windowed<String>, Long> windows) {
        write(windows.toStream((window, value) ->
                UserCode.windowed(window.key(), window.start()) + "-" + (window.end() - window.start())));
    }

    List<Topic<String, Long>> outputs() {
        return outputs;
    }

    Pipeline build() {
        return builder.topics(IN, OTHER).build();
    }
}
