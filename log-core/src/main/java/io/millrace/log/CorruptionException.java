package io.millrace.log;

/** Bytes of the log that are not what was written: says which partition, file and position. Always {@link Disposition#STOP}. */
public final class CorruptionException extends LogException {
    private static final long serialVersionUID = 1L;

    public CorruptionException(String message) {
        super(Disposition.STOP, message);
    }
}
