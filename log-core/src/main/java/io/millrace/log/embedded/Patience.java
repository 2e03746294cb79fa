package io.millrace.log.embedded;

import io.millrace.log.LogException;
import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import io.millrace.platform.World;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** How long one producer waits for others. One thread waits; any wakes it. */
final class Patience {
    /** Room on a full disk comes without anybody's signal. */
    private static final long LONGEST_WAIT_NANOS = 100_000_000;

    private final World world;
    private final Waiter waiter;
    private final long nanos;

    Patience(World world, Duration longest) {
        this.world = world;
        this.waiter = world.scheduler().newWaiter();
        this.nanos = Ticker.nanosOf(longest);
    }

    /** Something may have changed: whoever waits looks again. */
    void wake() {
        waiter.signal();
    }

    /** Tries until it succeeds. Throws the error when the patience is at its end, or the thread is interrupted. */
    void until(BooleanSupplier attempt, Supplier<LogException> error) {
        if (attempt.getAsBoolean()) {
            return;
        }
        long deadline = world.ticker().nanos() + nanos;
        while (true) {
            long left = deadline - world.ticker().nanos();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                throw error.get();
            }
            waiter.await(Math.min(left, LONGEST_WAIT_NANOS));
            if (attempt.getAsBoolean()) {
                return;
            }
        }
    }
}
