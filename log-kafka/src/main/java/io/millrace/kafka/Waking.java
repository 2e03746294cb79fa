package io.millrace.kafka;

import java.util.function.Supplier;
import org.apache.kafka.common.errors.WakeupException;

/** Calls of a client that a wakeup, which is for the poll alone, is not to end. */
final class Waking {
    private Waking() {}

    /** Asks again if a wakeup ended it. The client forgets a wakeup when it has thrown it, so that this ends. */
    static <T> T awake(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (WakeupException e) {
                // Meant for a poll that ended by itself in that moment: whoever called wakeup() is told by its next
                // one.
                Thread.onSpinWait();
            }
        }
    }

    static void awake(Runnable call) {
        awake(() -> {
            call.run();
            return true;
        });
    }
}
