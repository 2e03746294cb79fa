package io.millrace.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM, as a flag that the working thread looks at. The virtual machine ends when the working thread has said that it is done,
 * or after a while; its exit status then is 130 or 143 by itself.
 */
public final class StopSignal {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean isRequested;
    private volatile Runnable onRequest = () -> {};

    private StopSignal() {}

    /** Takes part in the end of the virtual machine from now on. */
    public static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::arrived, "stop-signal"));
        return signal;
    }

    /** Thrown where work cannot end by a return value. */
    public static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** @throws StoppedException if it was asked to stop */
    public void check() {
        if (isRequested) {
            throw new StoppedException();
        }
    }

    public boolean isRequested() {
        return isRequested;
    }

    /** What the signal's thread does at once, so that a working thread that waits is woken. */
    public void onRequest(Runnable action) {
        onRequest = action;
    }

    /** Asks to stop, as a signal does. */
    public void request() {
        isRequested = true;
        onRequest.run();
    }

    /** The working thread has closed everything. */
    public void done() {
        done.countDown();
    }

    private void arrived() {
        if (done.getCount() == 0) {
            return; // an ordinary end
        }
        request();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("Gave up waiting for a clean end after " + PATIENCE_SECONDS + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
