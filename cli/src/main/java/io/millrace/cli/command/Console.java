package io.millrace.cli.command;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The three streams of a process, and who is at the other end. Commands get it by constructor and use nothing else of the sort.
 *
 * @param in standard input
 * @param out standard output, for data alone: see {@link Output}
 * @param messages standard error, for a person
 * @param isAnswering a person at a terminal can be asked
 * @param isWatched a person sees messages as they are written, so that a line may be written over
 */
public record Console(InputStream in, OutputStream out, PrintStream messages, boolean isAnswering, boolean isWatched) {
    /** Those of this process. */
    public static Console ofProcess() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Terminal.isInteractive(Terminal.STANDARD_INPUT),
                Terminal.isInteractive());
    }

    /** The output to fill. A command makes one, and {@linkplain Output#flush flushes} it at its end. */
    public Output output() {
        return new Output(out);
    }

    /** A line for the person. */
    public void say(String message) {
        messages.println(message);
    }

    /** Asks for a yes; anything else is a no. Only where {@link #isAnswering}. */
    public boolean confirms(String question) {
        messages.print(question + " [y/N] ");
        messages.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return answer != null
                    && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
                            || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
        } catch (IOException e) {
            throw new UncheckedIOException("Standard input cannot be read: " + e.getMessage(), e);
        }
    }
}
