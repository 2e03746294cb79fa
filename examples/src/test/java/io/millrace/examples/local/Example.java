package io.millrace.examples.local;

import io.millrace.cli.Millrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs {@code millrace example} with one of the programs. */
public final class Example {
    private final String name;
    private final Path data;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    public Example(String name, Path data) {
        this.name = name;
        this.data = data;
    }

    /** @return the exit status */
    public int run(String... options) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine millrace = Millrace.commandLine();
        List<String> line = new ArrayList<>(List.of("example", name, "--data", data.toString()));
        line.addAll(List.of(options));
        return millrace.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(line.toArray(String[]::new));
    }

    /** What the last run told. */
    public List<String> lines() {
        return out.toString().lines().toList();
    }

    /** What the last run complained of. */
    public String messages() {
        return err.toString();
    }
}
