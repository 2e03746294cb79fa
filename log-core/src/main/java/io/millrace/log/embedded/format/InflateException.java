package io.millrace.log.embedded.format;

/** Bytes that a codec cannot inflate. Checked, so that nobody forgets to say of which batch. */
final class InflateException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    private InflateException(String message, boolean tooLarge) {
        super(message);
        this.tooLarge = tooLarge;
    }

    static InflateException damaged(String what) {
        return new InflateException(what, false);
    }

    static InflateException tooLarge(int limit) {
        return new InflateException("it becomes larger than " + limit + " bytes", true);
    }

    /** True if the bytes may be in order, but are more than the limit. */
    boolean isTooLarge() {
        return tooLarge;
    }
}
