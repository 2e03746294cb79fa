package io.millrace.platform.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Uses of channels of their own that an interrupt of the thread neither prevents nor ends (PF2): it is cleared, and set again at the end. A
 * use that one cut off is begun anew, so each has to be one that may be repeated.
 */
final class Uninterrupted {
    private Uninterrupted() {}

    /** What opens a channel, uses it, and closes it if it fails. */
    interface Use<T> {
        T run() throws IOException;
    }

    static <T> T run(Use<T> use) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return use.run();
                } catch (ClosedByInterruptException again) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
