package io.millrace.log;

/**
 * A record that its topic does not take as its settings are: it is too large, or lacks the key that a compacted topic asks for. Nothing
 * happened, and a producer goes on with other records; the same record is refused again until it or the settings are changed.
 */
public final class RecordRefusedException extends LogException {
    private static final long serialVersionUID = 1L;

    public RecordRefusedException(String message) {
        super(Disposition.STOP, message);
    }
}
