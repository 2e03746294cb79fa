package io.millrace.proof.pipelines;

import static io.millrace.proof.pipelines.PlannedPipeline.KEYS;
import static io.millrace.proof.pipelines.PlannedPipeline.VALUES;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Output;
import io.millrace.dsl.ProcessedStream;
import io.millrace.dsl.RowLookup;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cases of steps in plain code. */
final class StepCode {
    /** Later than all input is sent, and sooner than the end. */
    private static final Instant ALARM = Instant.parse("2026-01-01T00:01:30Z");

    private static final KeyValueSpec<String, Long> SUMS = StoreSpec.keyValue("sums", KEYS, VALUES);
    private static final Output<String, Long> TOLD = Output.named("told");
    private static final Output<String, Long> DELETED = Output.named("deleted");

    private StepCode() {}

    static void sums(StepBench bench) {
        ProcessedStream processed = bench.in()
                .process(
                        "sums",
                        stores -> {
                            KeyValueStore<String, Long> sums = stores.get(SUMS);
                            return (key, value, context) -> {
                                if (value == null) {
                                    context.emit(DELETED, key, sums.get(key));
                                    sums.delete(key);
                                } else {
                                    context.emit(TOLD, key, added(sums, key, value));
                                    context.emit(TOLD, key, value, context.timestamp() + 1);
                                }
                            };
                        },
                        SUMS);
        bench.write(processed.output(TOLD));
        bench.write(processed.output(DELETED));
    }

    static void sumsOfValues(StepBench bench) {
        bench.write(bench.in()
                .processValues(
                        "sums",
                        stores -> {
                            KeyValueStore<String, Long> sums = stores.get(SUMS);
                            return (key, value, context) -> {
                                if (value != null) {
                                    context.emit(added(sums, key, value));
                                    context.emit(value);
                                }
                            };
                        },
                        SUMS));
    }

    /** Adds the row of a global table, which is the value of another key. */
    static void sumsOfRows(StepBench bench) {
        GlobalTable<String, Long> rows = bench.builder().globalTable(StepBench.OTHER, "global");
        bench.write(bench.in()
                .processValues(
                        "sums",
                        stores -> {
                            KeyValueStore<String, Long> sums = stores.get(SUMS);
                            RowLookup<String, Long> row = stores.get(rows);
                            return (key, value, context) -> {
                                @Nullable Long found = row.get(UserCode.otherKey(key, value));
                                context.emit(added(sums, key, found == null ? 1 : found));
                            };
                        },
                        List.of(rows),
                        SUMS));
    }

    static void sumsOfChanges(StepBench bench) {
        bench.write(bench.table()
                .processValues(
                        "processed",
                        stores -> {
                            KeyValueStore<String, Long> sums = stores.get(SUMS);
                            return (key, value, context) -> {
                                long sum = added(sums, key, value == null ? 1 : value);
                                return UserCode.isOdd(sum) ? null : sum;
                            };
                        },
                        VALUES,
                        SUMS));
    }

    /** Tells each sum when event time is beyond the record, and what it was a little later. */
    static void eventTimers(StepBench bench, EventStream<String, Long> input) {
        TimerSpec<String> timers = TimerSpec.eventTime("timers", KEYS);
        ProcessedStream processed = input.process(
                "sums",
                stores -> {
                    KeyValueStore<String, Long> sums = stores.get(SUMS);
                    Timers<String> due = stores.get(timers);
                    stores.onTimer(timers, (key, time, context) -> {
                        Long sum = sums.get(key);
                        context.emit(TOLD, key, sum);
                        sums.delete(key);
                        if (sum != null) {
                            due.set(key, time + 7);
                        }
                    });
                    return (key, value, context) -> {
                        if (value == null) {
                            due.cancel(key, due.next());
                        } else {
                            added(sums, key, value);
                            due.set(key, context.timestamp() + value);
                        }
                    };
                },
                SUMS,
                timers);
        bench.write(processed.output(TOLD));
    }

    static void wallClockTimers(StepBench bench) {
        TimerSpec<String> timers = TimerSpec.wallClock("timers", KEYS);
        ProcessedStream processed = bench.in()
                .process(
                        "sums",
                        stores -> {
                            KeyValueStore<String, Long> sums = stores.get(SUMS);
                            Timers<String> due = stores.get(timers);
                            stores.onTimer(
                                    timers,
                                    (key, time, context) -> context.emit(TOLD, key, added(sums, key, time % 7)));
                            return (key, value, context) -> {
                                if (value != null) {
                                    added(sums, key, value);
                                    due.set(key, ALARM.toEpochMilli() + value);
                                }
                            };
                        },
                        SUMS,
                        timers);
        bench.write(processed.output(TOLD));
    }

    private static long added(KeyValueStore<String, Long> sums, String key, long value) {
        @Nullable Long before = sums.get(key);
        long sum = UserCode.fold(before == null ? 0 : before, value);
        sums.put(key, sum);
        return sum;
    }
}
