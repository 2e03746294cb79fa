package io.millrace.cli.command;

/**
 * A command that another module adds to {@code millrace}: a picocli command with a public constructor without parameters, named in
 * {@code META-INF/services}. So the launcher runs the examples without knowing them.
 */
public interface Subcommand {
    /** The command that uses these streams: an object that picocli knows, or a {@code CommandLine}. By default, this one. */
    default Object on(Console console) {
        return this;
    }

    /** True if the failure's message says all that a person needs; of any other, the stack is printed too. */
    default boolean foresees(Exception failure) {
        return false;
    }
}
