package io.millrace.cli;

import io.millrace.cli.command.ApiWords;
import io.millrace.cli.command.ExitStatus;
import io.millrace.cli.command.OpenFiles;
import io.millrace.cli.command.OutputClosedException;
import io.millrace.cli.command.Subcommand;
import io.millrace.cli.command.UnusableException;
import io.millrace.cli.command.UsageException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong in a command into what a person reads. A stack trace is printed only for what nobody foresaw. */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    private static final String PICOCLIS_PREFIX = "Error: ";

    /** Runs the command; that memory ended is an error in words as any other, whose advice {@link ApiWords} knows. */
    static int execute(ParseResult parsed) {
        return execute(parsed, new CommandLine.RunLast());
    }

    static int execute(ParseResult parsed, CommandLine.IExecutionStrategy strategy) {
        try {
            return strategy.execute(parsed);
        } catch (OutOfMemoryError e) {
            throw new CommandLine.ExecutionException(
                    parsed.commandSpec().commandLine(),
                    "out of memory",
                    new LogException(
                            Disposition.STOP,
                            "This takes more memory than there is, at most "
                                    + Runtime.getRuntime().maxMemory()
                                    + " bytes: run it with a larger heap (-Xmx)",
                            e));
        }
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof OutputClosedException) {
            return ExitStatus.BROKEN_PIPE;
        }
        PrintWriter messages = command.getErr();
        if (!isForeseen(failure, command)) {
            failure.printStackTrace(messages);
            return ExitStatus.FAILED;
        }
        String advice = isAboutFilesAlone(failure) ? OpenFiles.advice(failure) : "";
        messages.println(ApiWords.translate(failure.getMessage()) + advice);
        if (failure instanceof UsageException) {
            sayWhereToRead(command);
        }
        return isUnusable(failure) ? ExitStatus.UNUSABLE : ExitStatus.FAILED;
    }

    /** The message, what may have been meant, and where to read more; not the whole help, under which the message would be lost. */
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter messages = command.getErr();
        messages.println(
                failure instanceof UnmatchedArgumentException unmatched
                        ? Mistyped.describe(unmatched)
                        : withoutPrefix(String.valueOf(failure.getMessage())));
        sayWhereToRead(command);
        return ExitStatus.UNUSABLE;
    }

    /** picocli puts it before what it says of groups of options, and before nothing else. */
    private static String withoutPrefix(String message) {
        return message.startsWith(PICOCLIS_PREFIX) ? message.substring(PICOCLIS_PREFIX.length()) : message;
    }

    private static void sayWhereToRead(CommandLine command) {
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }

    private static boolean isForeseen(Exception failure, CommandLine command) {
        return failure instanceof UnusableException
                || failure instanceof StorageException
                || failure instanceof LogException
                || failure instanceof UncheckedIOException
                || isForeseenBy(command, failure);
    }

    /** A command of another module knows what its own exceptions say. */
    private static boolean isForeseenBy(@Nullable CommandLine command, Exception failure) {
        for (CommandLine i = command; i != null; i = i.getParent()) {
            if (i.getCommand() instanceof Subcommand subcommand && subcommand.foresees(failure)) {
                return true;
            }
        }
        return false;
    }

    /** It comes from the system as it is, and says not what to do. */
    private static boolean isAboutFilesAlone(Exception failure) {
        return failure instanceof StorageException storage
                && storage.kind() == StorageException.Kind.TOO_MANY_OPEN_FILES;
    }

    private static boolean isUnusable(Exception failure) {
        return failure instanceof UnusableException || isClosedTo(failure) || isClosedTo(failure.getCause());
    }

    /** The directory belongs to another process, or another user. */
    private static boolean isClosedTo(@Nullable Throwable failure) {
        return failure instanceof StorageException storage
                && (storage.kind() == StorageException.Kind.LOCKED
                        || storage.kind() == StorageException.Kind.ACCESS_DENIED);
    }
}
