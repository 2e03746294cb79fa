package io.millrace.cli.command;

/** What commands end with. The launcher's script adds 3, and signals 130 and 143. */
public final class ExitStatus {
    public static final int DONE = 0;
    /** What was asked for was tried and failed, or a check found fault. */
    public static final int FAILED = 1;
    /** The command line, an input or a directory cannot be used; nothing was changed. */
    public static final int UNUSABLE = 2;
    /** Nothing was changed: what would be done was said, and nobody said to do it. Everything that asks for consent ends so. */
    public static final int NOT_DONE = 4;
    /** What a shell reports of a program whose reader went away. */
    public static final int BROKEN_PIPE = 128 + 13;

    private ExitStatus() {}
}
