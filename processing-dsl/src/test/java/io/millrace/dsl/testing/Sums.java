package io.millrace.dsl.testing;

import io.millrace.dsl.Output;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;

/** The pipeline of these tests: a running sum per key. Its topics declare no partitions. A negative number throws. */
final class Sums {
    static final Topic<String, Long> NUMBERS = Topic.of("numbers", Serdes.string(), Serdes.int64());
    static final Topic<String, Long> SUMS = Topic.of("sums", Serdes.string(), Serdes.int64());
    static final KeyValueSpec<String, Long> STORE = StoreSpec.keyValue("sum", Serdes.string(), Serdes.int64());
    private static final Output<String, Long> SUM = Output.named("sum");

    private Sums() {}

    static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(NUMBERS)
                .process(
                        "add",
                        stores -> {
                            KeyValueStore<String, Long> sums = stores.get(STORE);
                            return (key, value, context) -> {
                                if (value < 0) {
                                    throw new IllegalArgumentException("negative " + value);
                                }
                                Long before = sums.get(key);
                                long sum = (before == null ? 0 : before) + value;
                                sums.put(key, sum);
                                context.emit(SUM, key, sum);
                            };
                        },
                        STORE)
                .output(SUM)
                .to(SUMS);
        return builder.build();
    }
}
