package io.millrace.log;

/** What an acknowledged write survives. Chosen once per log. */
public enum Durability {
    /** A killed process: acknowledged when the operating system has the bytes (what Kafka does by default). */
    PROCESS_CRASH,
    /** A power cut: acknowledged when the bytes were forced to the device. */
    POWER_LOSS
}
