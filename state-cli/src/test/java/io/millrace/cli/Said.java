package io.millrace.cli;

import io.millrace.cli.command.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** What a command line wrote, with streams of its own and nobody at the terminal. */
public record Said(int status, String out, String messages) {
    public static Said by(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(messages, true, StandardCharsets.UTF_8);
        CommandLine command = Millrace.commandLine(new Console(InputStream.nullInputStream(), out, err, false, false));
        command.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        command.setErr(new PrintWriter(messages, true, StandardCharsets.UTF_8));
        int status = command.execute(arguments);
        return new Said(status, out.toString(StandardCharsets.UTF_8), messages.toString(StandardCharsets.UTF_8));
    }

    public List<String> lines() {
        return out.lines().toList();
    }
}
