package io.millrace.cli.command.format;

/** Text that is not what its format says, or bytes that cannot be shown in it. The message says which. */
public final class BadTextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final int at;
    private final String why;

    public BadTextException(String message) {
        super(message);
        what = message;
        at = -1;
        why = "";
    }

    /**
     * Text with a fault at one place.
     *
     * @param at how many characters of the text stand before it
     */
    BadTextException(String what, int at, String why) {
        super(what + " at character " + (at + 1) + ": " + why);
        this.what = what;
        this.at = at;
        this.why = why;
    }

    private BadTextException(String prefix, BadTextException cause) {
        super(prefix + cause.getMessage(), cause);
        what = prefix + cause.what;
        at = cause.at;
        why = cause.why;
    }

    private BadTextException(String message, Throwable cause) {
        super(message, cause);
        what = message;
        at = -1;
        why = "";
    }

    /** The same of a part of something, such as {@code "its key"}. */
    public BadTextException of(String part) {
        return new BadTextException(part + " ", this);
    }

    /** The same with its place in the line. @param before how many characters of the line stand before the text */
    public BadTextException inLine(int before) {
        return at < 0
                ? this
                : new BadTextException(
                        what + " at column " + (before + at + 1) + " of the line: " + why, (Throwable) this);
    }
}
