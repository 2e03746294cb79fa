package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.OpenFiles;
import io.millrace.cli.command.UnusableException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class FailuresTest {
    private final StringWriter messages = new StringWriter();

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aDirectoryOfSomebodyElseCannotBeUsedAndAFaultyOneFails(Kind kind) {
        int status = kind == Kind.LOCKED || kind == Kind.ACCESS_DENIED ? 2 : 1;
        StorageException storage = new StorageException(kind, "no");
        assertThat(statusOf(storage)).isEqualTo(status);
        assertThat(statusOf(new LogException(Disposition.STOP, "no", storage))).isEqualTo(status);
        assertThat(messages.toString())
                .isEqualToNormalizingNewlines(
                        kind == Kind.TOO_MANY_OPEN_FILES
                                ? "no. Raise the limit of open files (ulimit -n), then try again.\nno\n"
                                : "no\nno\n");
    }

    @Test
    void filesThatMayNotBeOpenedAreToldWithTheLimitToRaise() {
        IOException system = new FileSystemException("orders-0", null, "Too many open files");
        assertThat(OpenFiles.advice(new UncheckedIOException(system))).contains("ulimit -n");
        assertThat(OpenFiles.advice(new StorageException(Kind.TOO_MANY_OPEN_FILES, "no")))
                .contains("ulimit -n");
        assertThat(OpenFiles.advice(new IOException("no"))).isEqualTo(".");
        assertThat(OpenFiles.advice(new StorageException(Kind.ACCESS_DENIED, "no")))
                .isEqualTo(".");
    }

    @Test
    void whatIsForeseenIsALineAndWhatIsNotHasItsStack() {
        assertThat(statusOf(new UnusableException("Say which."))).isEqualTo(2);
        assertThat(statusOf(new LogException(Disposition.STOP, "give topic t a larger maxRecordBytes")))
                .isEqualTo(1);
        assertThat(messages.toString())
                .isEqualToNormalizingNewlines(
                        "Say which.\nraise its bound with 'millrace topics alter t --max-record-bytes SIZE'\n");
        assertThat(statusOf(new IllegalStateException("a bug"))).isEqualTo(1);
        assertThat(messages.toString()).contains("IllegalStateException: a bug").contains("\tat ");
    }

    @Test
    void memoryThatEndedIsToldInWordsWithWhatHelps() {
        CommandLine command = new CommandLine(CommandSpec.create())
                .setErr(new PrintWriter(messages, true))
                .setExecutionExceptionHandler(new Failures())
                .setExecutionStrategy(parsed -> Failures.execute(parsed, ignored -> {
                    throw new OutOfMemoryError("Java heap space");
                }));
        assertThat(command.execute()).isEqualTo(1);
        assertThat(messages.toString())
                .startsWith("This takes more memory than there is, at most ")
                .contains("MILLRACE_JAVA_OPTS=-Xmx2g")
                .doesNotContain("\tat ");
    }

    private int statusOf(Exception failure) {
        CommandLine command = new CommandLine(CommandSpec.create()).setErr(new PrintWriter(messages, true));
        return new Failures().handleExecutionException(failure, command, command.parseArgs());
    }
}
