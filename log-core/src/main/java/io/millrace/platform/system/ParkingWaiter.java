package io.millrace.platform.system;

import io.millrace.platform.Ticker;
import io.millrace.platform.Waiter;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A waiter on a thread's parking permit; one thread awaits, any signals.
 *
 * <p>No signal is lost (PS1): the one who waits announces itself and then looks for a signal, the one who signals leaves the signal and then
 * looks for a waiter, and volatile accesses keep that order, so at least one of them sees the other.
 */
final class ParkingWaiter implements Waiter {
    private final Ticker ticker;
    private volatile boolean signalled;
    private volatile @Nullable Thread waiting;

    ParkingWaiter(Ticker ticker) {
        this.ticker = ticker;
    }

    @Override
    public void await(long nanos) {
        if (!signalled && nanos > 0) {
            long start = ticker.nanos();
            waiting = Thread.currentThread();
            long left = nanos;
            // Parking may end for no reason, so it is the signal that counts.
            while (!signalled && left > 0 && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(this, left);
                left = nanos - (ticker.nanos() - start);
            }
            waiting = null;
        }
        signalled = false;
    }

    @Override
    public void signal() {
        // Written even when it is set already: the write publishes what the signal is about.
        signalled = true;
        Thread thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
