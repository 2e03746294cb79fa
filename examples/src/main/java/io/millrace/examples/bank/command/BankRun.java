package io.millrace.examples.bank.command;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.runtime.PipelineRuntime;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.audit.Audit;
import io.millrace.examples.bank.audit.Findings;
import io.millrace.examples.bank.audit.LogHistory;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.time.Duration;
import java.util.List;

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
                            world, logId -> RocksBackend.open(setup.state(), logId, RocksConfig.defaults()))
                    .withLoops(setup.loops());
            try (Application bank = PipelineRuntime.start(pipeline, log, settings)) {
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

    /** Reads everything back, as anybody could. */
    static Findings audit(BankSetup setup) {
        try (EmbeddedLog log = EmbeddedLog.open(SystemWorld.open(setup.log()), config(setup))) {
            return Audit.of(new LogHistory(log), setup.input()::open);
        }
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
