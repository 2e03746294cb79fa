package io.millrace.cli;

import io.millrace.cli.command.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Runs commands as {@code main} does, with streams of its own. */
public final class CommandHarness {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private boolean isAnswering;

    /** What the next command finds on its standard input. */
    public CommandHarness given(String input) {
        return given(input.getBytes(StandardCharsets.UTF_8));
    }

    public CommandHarness given(byte[] input) {
        in = new ByteArrayInputStream(input);
        return this;
    }

    /** A person at the terminal who types this. */
    public CommandHarness answering(String input) {
        isAnswering = true;
        return given(input);
    }

    /** @return the exit status */
    public int run(String... arguments) {
        out.reset();
        messages.reset();
        PrintStream err = new PrintStream(messages, true, StandardCharsets.UTF_8);
        CommandLine command = Millrace.commandLine(new Console(in, out, err, isAnswering, false));
        command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        command.setErr(new PrintWriter(messages, true, StandardCharsets.UTF_8));
        try {
            return command.execute(arguments);
        } finally {
            in = InputStream.nullInputStream();
            isAnswering = false;
        }
    }

    /** What the last command wrote to standard output. */
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    /** What the last command wrote to standard error. */
    public String messages() {
        return messages.toString(StandardCharsets.UTF_8);
    }
}
