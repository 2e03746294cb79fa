package io.millrace.cli.command;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What is known of the terminal that messages go to, and that answers come from. */
public final class Terminal {
    static final int STANDARD_INPUT = 0;
    private static final int STANDARD_ERROR = 2;
    private static final int USUAL_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 10;
    private static final long BETWEEN_LOOKS_NANOS = 2_000_000_000L;
    private static final long PATIENCE_MILLIS = 500;

    private Terminal() {}

    /** True if standard error is shown to a person as it is written. */
    public static boolean isInteractive() {
        return isInteractive(STANDARD_ERROR);
    }

    /** True if this stream of the process, 0 to 2, is that of a person at a terminal. */
    static boolean isInteractive(int descriptor) {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        // Java only knows of a console when all three streams are one, and newer versions even without.
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.exists(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException | UnsupportedOperationException e) {
                return false;
            }
        }
        return System.console() != null && Runtime.version().feature() < 22;
    }

    /** The width, asked for again every few seconds, because windows are resized. */
    public static IntSupplier columns() {
        return new IntSupplier() {
            private int known = fromEnvironment(System.getenv("COLUMNS"));
            private boolean isAsked;
            private long askedNanos;

            @Override
            public int getAsInt() {
                long now = System.nanoTime();
                if (!isAsked || now - askedNanos >= BETWEEN_LOOKS_NANOS) {
                    isAsked = true;
                    known = fromTerminal(known);
                    askedNanos = System.nanoTime();
                }
                return known;
            }
        };
    }

    static int fromEnvironment(@Nullable String columns) {
        try {
            return columns == null ? USUAL_COLUMNS : Math.max(FEWEST_COLUMNS, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }

    /** {@code stty size} says rows and columns; a terminal that does not know says 0. */
    static int fromSize(String size, int otherwise) {
        String[] parts = size.strip().split(" ");
        if (parts.length != 2 || !parts[1].matches("[1-9][0-9]{0,4}")) {
            return otherwise;
        }
        return Math.max(FEWEST_COLUMNS, Integer.parseInt(parts[1]));
    }

    private static int fromTerminal(int otherwise) {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                stty.destroyForcibly();
                return otherwise;
            }
            return fromSize(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII), otherwise);
        } catch (IOException e) {
            return otherwise; // no terminal of its own, or no stty
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
    }
}
