package io.millrace.dsl;

import java.time.Duration;

/** What windows may be. Pure; each error says what to write instead. */
final class WindowRule {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private WindowRule() {}

    static void checkLength(String what, Duration length) {
        check(what, length, 1);
    }

    static void checkGrace(Duration grace) {
        check("The grace of windows", grace, 0);
    }

    private static void check(String what, Duration length, int leastMillis) {
        boolean isLegal = length.compareTo(Duration.ofMillis(leastMillis)) >= 0
                && length.compareTo(LONGEST) <= 0
                && length.equals(Duration.ofMillis(length.toMillis()));
        if (!isLegal) {
            throw new IllegalArgumentException(what + " is " + leastMillis + " ms to " + LONGEST.toDays()
                    + " days in whole milliseconds, such as Duration.ofMinutes(5), got " + length);
        }
    }
}
