package io.millrace.platform.sim;

/** What a crash takes with it. */
public enum CrashMode {
    /** The process was killed: the operating system lives and keeps everything that was written. */
    PROCESS,
    /** The power went: of what was not forced, anything may be gone. */
    POWER
}
