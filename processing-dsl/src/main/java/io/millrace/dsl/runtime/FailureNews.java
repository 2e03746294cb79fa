package io.millrace.dsl.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which failures are worth a warning: a full disk fails every loop at every try, and one line about it says as much as a thousand. Safe for use
 * by several threads.
 */
final class FailureNews {
    /** After that long the same cause is told again. */
    private static final long STALE_NANOS = Duration.ofMinutes(1).toNanos();

    private static final int MOST_CAUSES = 100;

    /** When a cause was told last. */
    private final Map<String, Long> told = new HashMap<>();

    /** @return false if the same cause was news a short time ago */
    boolean isNews(Throwable failure, long nowNanos) {
        return isNews("", failure, nowNanos);
    }

    /** The same where it is worth as much what came of it. */
    synchronized boolean isNews(String outcome, Throwable failure, long nowNanos) {
        String cause = outcome + causeOf(failure);
        Long before = told.get(cause);
        if (before != null && nowNanos - before < STALE_NANOS) {
            return false;
        }
        if (told.size() >= MOST_CAUSES) {
            told.clear();
        }
        told.put(cause, nowNanos);
        return true;
    }

    /** The root of it, without the numbers that differ from try to try. */
    private static String causeOf(Throwable failure) {
        Throwable root = failure;
        @Nullable Throwable next = root.getCause();
        for (int depth = 0; next != null && depth < 20; depth++) {
            root = next;
            next = root.getCause();
        }
        return root.getClass().getName() + String.valueOf(root.getMessage()).replaceAll("[0-9]+", "#");
    }
}
