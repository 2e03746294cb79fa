package io.millrace.platform.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits on a clock that moves when it is read, so that each look at it counts. */
class ParkingWaiterTest {
    private static final int STEP_NANOS = 40;

    private final ParkingWaiter waiter = new ParkingWaiter(this::nanos);
    /** The clock's numbers may overflow while one waits. */
    private final long start = Long.MAX_VALUE - STEP_NANOS;

    private int looks;
    private int signalAtLook = -1;

    private long nanos() {
        if (looks == signalAtLook) {
            waiter.signal();
        }
        assertThat(looks).as("looks at the clock").isLessThan(10);
        return start + (long) STEP_NANOS * looks++;
    }

    @AfterEach
    void takeThePermitThatASignalMayHaveLeft() {
        LockSupport.unpark(Thread.currentThread());
        LockSupport.park(this);
    }

    @Test
    void waitsUntilTheTimeIsOverThoughParkingEndsForNoReason() {
        LockSupport.unpark(Thread.currentThread());
        waiter.await(2 * STEP_NANOS + 1);
        assertThat(looks).isEqualTo(1 + 3);
    }

    @Test
    void theTimeIsOverWhenAllOfItHasPassed() {
        waiter.await(2 * STEP_NANOS);
        assertThat(looks).isEqualTo(1 + 2);
    }

    @Test
    void aSignalThatNobodyWaitedForEndsTheNextWaitAndSeveralCountAsOne() {
        waiter.signal();
        waiter.signal();
        waiter.await(5 * STEP_NANOS);
        assertThat(looks).isZero();
        waiter.await(STEP_NANOS);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void aSignalThatEndedAWaitDoesNotEndTheNext() {
        signalAtLook = 1;
        waiter.await(5 * STEP_NANOS);
        assertThat(looks).isEqualTo(2);
        waiter.await(2 * STEP_NANOS);
        assertThat(looks).isEqualTo(2 + 3);
    }

    @Test
    void aSignalBetweenTheLookAtTheClockAndTheParkingIsNotLost() {
        signalAtLook = 0;
        waiter.await(5 * STEP_NANOS);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void aWaitOfNoTimeReturnsAtOnceAndTakesTheSignal() {
        waiter.await(0);
        waiter.await(-1);
        assertThat(looks).isZero();
        waiter.signal();
        waiter.await(0);
        waiter.await(STEP_NANOS);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void anInterruptedThreadDoesNotWaitAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        waiter.await(5 * STEP_NANOS);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(looks).isEqualTo(1);
    }
}
