package io.millrace.cli.command;

import picocli.CommandLine.Option;

/** Mixin of commands that print a {@link Table}: {@code --json}. */
public final class JsonOption {
    @Option(
            names = "--json",
            description = "Print for programs: one JSON object per line, sizes in bytes and times in milliseconds.")
    private boolean isJson;

    public boolean isJson() {
        return isJson;
    }

    /** Prints the table as it is asked for. */
    public void print(Table table, Output out) {
        if (isJson) {
            table.printJson(out);
        } else {
            table.print(out);
        }
    }
}
