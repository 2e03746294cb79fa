package io.millrace.examples;

import io.millrace.dsl.PipelineException;
import io.millrace.examples.bank.UnusableException;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.state.StateException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong in a command into what a person reads. A stack trace is printed only for what nobody foresaw. */
final class Failures implements CommandLine.IExecutionExceptionHandler, CommandLine.IParameterExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter messages = command.getErr();
        if (!isForeseen(failure)) {
            failure.printStackTrace(messages);
            return ExitCode.SOFTWARE;
        }
        messages.println(failure.getMessage());
        return isUnusable(failure) ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    /** The message, what may have been meant, and where to read more; not the whole help, under which the message would be lost. */
    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter messages = command.getErr();
        messages.println(failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, messages);
        messages.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static boolean isForeseen(Exception failure) {
        return failure instanceof UnusableException
                || failure instanceof StorageException
                || failure instanceof LogException
                || failure instanceof StateException
                || failure instanceof PipelineException
                || failure instanceof UncheckedIOException;
    }

    private static boolean isUnusable(Exception failure) {
        return failure instanceof UnusableException
                || (failure instanceof StorageException storage && storage.kind() == StorageException.Kind.LOCKED);
    }
}
