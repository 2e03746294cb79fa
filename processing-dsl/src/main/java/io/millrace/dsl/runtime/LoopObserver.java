package io.millrace.dsl.runtime;

/** Told by loops what others wait for. Called from their threads. */
interface LoopObserver {
    /** A loop has published that it stands at rest. */
    void changed();

    /** A loop ends by an error. */
    void failed(String loop, Throwable cause);
}
