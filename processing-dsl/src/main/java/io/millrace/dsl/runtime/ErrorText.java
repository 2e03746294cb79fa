package io.millrace.dsl.runtime;

/** An error in a line of a log. Pure. */
final class ErrorText {
    private static final int MOST = 1_000;

    private ErrorText() {}

    /** Its class and message, not longer than is read: a message may quote a record of a megabyte. */
    static String of(Throwable error) {
        String text = error.toString();
        if (text.length() <= MOST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
        return text.substring(0, end) + "… (" + (text.length() - end) + " characters more)";
    }
}
