package io.millrace.examples.bank.command;

import io.millrace.cli.command.StopSignal;
import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.audit.Audit;
import io.millrace.examples.bank.audit.Findings;
import io.millrace.examples.bank.audit.History;
import io.millrace.examples.bank.audit.LogHistory;
import io.millrace.examples.bank.audit.WatchedHistory;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleConsumer;

/** Runs the pipeline in this process until nothing is left to do, and audits what it left. */
final class BankRun {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private BankRun() {}

    /** @return false if it was stopped before everything was done */
    static boolean run(BankSetup setup, StopSignal stop, RunObserver observer) {
        observer.opening();
        World world = SystemWorld.open(setup.log());
        try (EmbeddedLog log = EmbeddedLog.open(world, config(setup))) {
            WorkMeter meter = new WorkMeter(log.admin(), setup.partitions());
            observer.opened(meter.processedOrders());
            Pipeline pipeline = BankPipeline.of(setup.input()::open, setup.partitions(), world.clock());
            AppSettings settings = AppSettings.of(
                            world,
                            (logId, memory) -> RocksBackend.open(setup.state(), logId, RocksConfig.within(memory)))
                    .withLoops(setup.loops());
            try (Application bank = pipeline.start(log, settings)) {
                while (!bank.awaitDrained(BETWEEN_LOOKS)) {
                    if (bank.failure().isPresent()) {
                        throw asUnchecked(bank.failure().get());
                    }
                    if (stop.isRequested()) {
                        return false;
                    }
                    observer.progress(Progress.of(bank.status(), meter.measure()));
                }
                observer.progress(Progress.of(bank.status(), meter.measure()));
                observer.drained();
            }
        }
        return true;
    }

    /** How many orders were processed before a run that found these offsets committed. */
    static long ordersBefore(BankSetup setup, List<Long> offsets) {
        if (offsets.stream().allMatch(offset -> offset == 0)) {
            return 0;
        }
        try (EmbeddedLog log = EmbeddedLog.open(SystemWorld.open(setup.log()), config(setup))) {
            return Audit.ordersBefore(new LogHistory(log), offsets);
        }
    }

    /** Reads everything back, as anybody could. @param watcher is told now and then which share of it was read; may throw to end it */
    static Findings audit(BankSetup setup, DoubleConsumer watcher) {
        watcher.accept(0);
        try (EmbeddedLog log = EmbeddedLog.open(SystemWorld.open(setup.log()), config(setup))) {
            double all = recordsToRead(log.admin(), setup.partitions());
            History history = new WatchedHistory(new LogHistory(log), read -> watcher.accept(Math.min(1, read / all)));
            return Audit.of(history, setup.input()::open);
        }
    }

    /** The orders are read twice: once beside the input, once beside the results. */
    private static double recordsToRead(LogAdmin admin, int partitions) {
        String orders = BankPipeline.ORDERS.name();
        long records = 1;
        for (String topic : List.of(orders, orders, BankPipeline.RESULTS.name(), BankPipeline.BALANCES.name())) {
            for (int p = 0; p < partitions; p++) {
                records += admin.endOffset(new TopicPartition(topic, p), Isolation.READ_COMMITTED);
            }
        }
        return records;
    }

    private static EmbeddedLogConfig config(BankSetup setup) {
        return EmbeddedLogConfig.defaults().withDurability(setup.durability());
    }

    private static RuntimeException asUnchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
}
