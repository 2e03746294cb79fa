package io.millrace.dsl.runtime;

import org.jspecify.annotations.Nullable;

/** Told by loops what others wait for. Called from their threads. */
interface LoopObserver {
    /** A loop has published how it stands, once a step. */
    void published();

    /** A loop has published that it stands at rest. */
    void changed();

    /** Whether a failure that will be tried again is worth a warning: its cause is not one that was just told. */
    boolean isNews(Throwable failure);

    /**
     * A loop ends by an error. It is logged here, and nowhere else.
     *
     * @param told what it means
     */
    void failed(String loop, @Nullable String told, Throwable cause);
}
