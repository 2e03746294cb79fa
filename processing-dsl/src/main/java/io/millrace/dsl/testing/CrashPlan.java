package io.millrace.dsl.testing;

import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedStorage;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The crashes that are to come, one after the other. Storage calls count while the test runs the pipeline, and not between. */
final class CrashPlan {
    private static final long NEVER = -1;

    private record Crash(long calls, CrashMode mode) {}

    private final Queue<Crash> planned = new ArrayDeque<>();
    private long callsDone;
    private long callsAtStart;

    void add(long calls, CrashMode mode) {
        planned.add(new Crash(calls, mode));
    }

    /** From here on calls count. */
    void begin(SimulatedStorage storage) {
        callsAtStart = storage.callCount();
        Crash next = planned.peek();
        if (next != null) {
            storage.crashAt(callsAtStart + next.calls() - callsDone);
        }
    }

    /** From here on they do not. */
    void pause(SimulatedStorage storage) {
        if (!planned.isEmpty()) {
            callsDone += storage.callCount() - callsAtStart;
            storage.crashAt(NEVER);
        }
    }

    /**
     * The process died.
     *
     * @return what the crash takes
     * @throws SimulatedCrash the same one if it was not planned here
     */
    CrashMode happened(SimulatedCrash crash) {
        @Nullable Crash done = planned.poll();
        if (done == null) {
            throw crash;
        }
        callsDone = 0;
        callsAtStart = 0; // those of the next storage
        return done.mode();
    }
}
