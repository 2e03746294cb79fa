package io.millrace.state;

/** Which way a scan goes, in the order of the keys' bytes. */
public enum ScanDirection {
    FORWARD,
    BACKWARD;

    public ScanDirection reversed() {
        return this == FORWARD ? BACKWARD : FORWARD;
    }
}
