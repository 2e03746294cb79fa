package io.millrace.examples;

import io.millrace.examples.bank.UnusableException;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Turns an exception of a command into what a person reads. A stack trace is printed only for what nobody foresaw. */
final class Failures implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof UnusableException) {
            command.getErr().println(failure.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        if (failure instanceof StorageException storage) {
            command.getErr().println(storage.getMessage());
            return storage.kind() == StorageException.Kind.LOCKED
                    ? CommandLine.ExitCode.USAGE
                    : CommandLine.ExitCode.SOFTWARE;
        }
        if (failure instanceof LogException) {
            command.getErr().println(failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        failure.printStackTrace(command.getErr());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
