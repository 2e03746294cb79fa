package io.millrace.examples.bank.command;

import io.millrace.cli.command.UnusableException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the audit is written: the table goes to standard output, the JSON to a file. With {@code --report -} the JSON goes to standard output
 * and the table to standard error.
 */
final class ReportTarget {
    private static final String STANDARD_OUTPUT = "-";

    private final Optional<String> name;

    /** @throws UnusableException if nothing can be written there, which is better known before the run than after it */
    ReportTarget(Optional<String> name) {
        this.name = name;
        name.filter(file -> !file.equals(STANDARD_OUTPUT)).ifPresent(ReportTarget::checkWritable);
    }

    /** @return false if a part of it was lost, which was said then */
    boolean write(Report report, PrintWriter out, PrintStream messages) {
        boolean isKept = true;
        if (name.isPresent() && !name.get().equals(STANDARD_OUTPUT)) {
            isKept = writeFile(Path.of(name.get()), report.json(), messages);
        }
        if (name.isPresent() && name.get().equals(STANDARD_OUTPUT)) {
            messages.println(report.table());
            out.print(report.json());
        } else {
            out.println(report.table());
        }
        // The writer does not ask the stream below it, which keeps its errors to itself.
        if (out.checkError() | System.out.checkError()) {
            messages.println("Standard output cannot be written: what the audit found is lost.");
            isKept = false;
        }
        return isKept;
    }

    private static boolean writeFile(Path file, String text, PrintStream messages) {
        try {
            Files.writeString(file, text);
            return true;
        } catch (IOException e) {
            messages.println("Cannot write " + file + ": " + e.getMessage());
            return false;
        }
    }

    private static void checkWritable(String name) {
        Path file = Path.of(name);
        Path parent = file.toAbsolutePath().getParent();
        String problem = null;
        if (name.isEmpty()) {
            problem = "it is empty";
        } else if (Files.isDirectory(file)) {
            problem = "it is a directory";
        } else if (parent == null || !Files.isDirectory(parent)) {
            problem = "there is no directory " + parent;
        } else if (!Files.isWritable(Files.exists(file) ? file : parent)) {
            problem = "permission denied";
        }
        if (problem != null) {
            throw new UnusableException("--report names a file that cannot be written: " + name + " (" + problem + ")");
        }
    }
}
