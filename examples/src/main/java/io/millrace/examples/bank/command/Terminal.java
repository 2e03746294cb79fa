package io.millrace.examples.bank.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is known of the terminal that messages go to. */
final class Terminal {
    private static final int USUAL_COLUMNS = 80;

    private Terminal() {}

    /** True if standard error is shown to a person as it is written. */
    static boolean isInteractive() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        // Java only knows of a console when all three streams are one, and newer versions even without.
        Path descriptor = Path.of("/proc/self/fd/2");
        if (Files.exists(descriptor)) {
            try {
                String target = Files.readSymbolicLink(descriptor).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException | UnsupportedOperationException e) {
                return false;
            }
        }
        return System.console() != null && Runtime.version().feature() < 22;
    }

    static int columns() {
        String columns = System.getenv("COLUMNS");
        try {
            return columns == null ? USUAL_COLUMNS : Math.max(20, Integer.parseInt(columns));
        } catch (NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }
}
