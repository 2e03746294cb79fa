package io.millrace.dsl.runtime;

import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.EventLog;
import io.millrace.log.TopicPartition;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small stateful pipeline, and the plain function that it has to equal: a running total per key. */
final class Totals {
    static final int PARTITIONS = 2;
    static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(PARTITIONS);
    static final Topic<String, Long> OUT =
            Topic.of("out", Serdes.string(), Serdes.int64()).withPartitions(PARTITIONS);
    static final KeyValueSpec<String, Long> TOTALS = StoreSpec.keyValue("totals", Serdes.string(), Serdes.int64());
    static final Output<String, Long> TOTAL = Output.named("total");

    private Totals() {}

    /** Reads items from a source, adds them up, and writes each new total. */
    static Pipeline pipeline(List<Long> items) {
        Pipeline.Builder builder = Pipeline.named("totals");
        builder.ingest("items", () -> RecordSource.of(items), (item, out) -> out.send(IN, key(item), item, item));
        addSteps(builder);
        return builder.build();
    }

    static void addSteps(Pipeline.Builder builder) {
        addSteps(builder, IN, OUT);
    }

    static void addSteps(Pipeline.Builder builder, Topic<String, Long> in, Topic<String, Long> out) {
        builder.stream(in)
                .process(
                        "add",
                        stores -> {
                            KeyValueStore<String, Long> totals = stores.get(TOTALS);
                            return (key, value, context) -> {
                                Long before = totals.get(key);
                                long total = (before == null ? 0 : before) + value;
                                totals.put(key, total);
                                context.emit(TOTAL, key, total);
                            };
                        },
                        TOTALS)
                .output(TOTAL)
                .to(out);
    }

    static List<Long> items(int count) {
        List<Long> items = new ArrayList<>();
        for (long i = 1; i <= count; i++) {
            items.add(i * i);
        }
        return items;
    }

    static String key(long item) {
        return "k" + item % 5;
    }

    /** What the pipeline has to write for these inputs of one partition. */
    static List<String> fold(List<String> inputs) {
        Map<String, Long> totals = new HashMap<>();
        List<String> outputs = new ArrayList<>();
        for (String input : inputs) {
            int split = input.indexOf('=');
            long total = totals.merge(input.substring(0, split), Long.valueOf(input.substring(split + 1)), Long::sum);
            outputs.add(input.substring(0, split) + "=" + total);
        }
        return outputs;
    }

    /** What its store has to hold after these inputs of one partition. */
    static Map<String, Long> totals(List<String> inputs) {
        Map<String, Long> totals = new HashMap<>();
        for (String output : fold(inputs)) {
            int split = output.indexOf('=');
            totals.put(output.substring(0, split), Long.valueOf(output.substring(split + 1)));
        }
        return totals;
    }

    /** The inputs of a partition that the group has committed, as the log says it at this moment. */
    static List<String> committedInputs(EventLog log, int partition) {
        long committed = log.admin().committedOffsets("totals").getOrDefault(new TopicPartition("in", partition), 0L);
        return LogReading.read(log, IN, partition).stream()
                .filter(seen -> seen.offset() < committed)
                .map(seen -> seen.key() + "=" + seen.value())
                .toList();
    }
}
