package io.millrace.dsl;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What windows may be. Pure; each error says what to write instead. */
final class WindowRule {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private WindowRule() {}

    static void checkLength(String what, Duration length) {
        check(what, length, 1);
    }

    static void checkGrace(Duration grace) {
        checkGrace("The grace of windows", grace);
    }

    static void checkGrace(String what, Duration grace) {
        check(what, grace, 0);
    }

    /** Of two records, which may be either way round. */
    static void checkDistance(String what, Duration distance) {
        check(what, distance, LONGEST.negated(), "-" + LONGEST.toDays() + " days");
    }

    private static void check(String what, Duration length, int leastMillis) {
        check(what, length, Duration.ofMillis(leastMillis), leastMillis + " ms");
    }

    private static void check(String what, @Nullable Duration length, Duration least, String leastText) {
        if (length == null) {
            throw new PipelineException(what + " is missing: say a time, such as Duration.ofMinutes(5)");
        }
        boolean isLegal = length.compareTo(least) >= 0
                && length.compareTo(LONGEST) <= 0
                && length.equals(Duration.ofMillis(length.toMillis()));
        if (!isLegal) {
            throw new IllegalArgumentException(what + " is " + leastText + " to " + LONGEST.toDays()
                    + " days in whole milliseconds, such as Duration.ofMinutes(5), got " + length);
        }
    }
}
