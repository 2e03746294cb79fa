package io.millrace.proof.pipelines;

import io.millrace.dsl.Output;
import io.millrace.dsl.Processor;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.ValueProcessor;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;

/** The steps in plain code of a planned pipeline. */
final class PlannedCode {
    private PlannedCode() {}

    static KeyValueSpec<String, Long> sums(Node node) {
        return StoreSpec.keyValue(node.store(), PlannedPipeline.KEYS, PlannedPipeline.VALUES);
    }

    static ValueProcessor<String, Long, Long> sum(Node node, StoreAccess stores) {
        KeyValueStore<String, Long> sums = stores.get(sums(node));
        return (key, value, context) -> {
            if (key == null) {
                return;
            }
            if (value == null) {
                sums.delete(key);
                return;
            }
            Long before = sums.get(key);
            long sum = UserCode.fold(before == null ? 0 : before, value);
            sums.put(key, sum);
            context.emit(sum);
        };
    }

    static Processor<String, Long> untilTimer(
            Node node, StoreAccess stores, TimerSpec<String> spec, Output<String, Long> output) {
        KeyValueStore<String, Long> sums = stores.get(sums(node));
        Timers<String> timers = stores.get(spec);
        stores.onTimer(spec, (key, time, context) -> {
            Long sum = sums.get(key);
            if (sum != null) {
                sums.delete(key);
                context.emit(output, key, sum);
            }
        });
        return (key, value, context) -> {
            if (key != null && value != null) {
                Long before = sums.get(key);
                sums.put(key, UserCode.fold(before == null ? 0 : before, value));
                timers.set(key, UserCode.timer(context.timestamp(), node.a()));
            }
        };
    }
}
