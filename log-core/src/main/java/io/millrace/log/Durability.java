package io.millrace.log;

/** What an acknowledged write survives. Chosen once per log. */
public enum Durability {
    /**
     * A killed process: acknowledged when the operating system has the bytes (what Kafka does by default). Closing the log does not wait for the
     * device either, where the system tells whether it has run on since; an orderly shutdown of the system loses nothing.
     */
    PROCESS_CRASH,
    /** A power cut: acknowledged when the bytes were forced to the device. */
    POWER_LOSS
}
