package io.millrace.dsl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a picture says of a step behind its label: {@code 1 h every 10 min, grace 30 s}. Pure. */
final class StepDetails {
    private final List<String> parts = new ArrayList<>();

    StepDetails add(String part) {
        parts.add(part);
        return this;
    }

    /** The same for what is often none, and is not said then. */
    StepDetails addUnlessZero(String what, long millis) {
        return millis == 0 ? this : add(what + " " + time(millis));
    }

    StepDetails addIf(boolean holds, String part) {
        return holds ? add(part) : this;
    }

    String text() {
        return String.join(", ", parts);
    }

    /** In the units in which people say it: {@code 1 h 30 min}. */
    static String time(long millis) {
        if (millis == 0) {
            return "0 s";
        }
        Duration time = Duration.ofMillis(Math.abs(millis));
        StringBuilder text = new StringBuilder(millis < 0 ? "-" : "");
        append(text, time.toDays(), " d");
        append(text, time.toHoursPart(), " h");
        append(text, time.toMinutesPart(), " min");
        append(text, time.toSecondsPart(), " s");
        append(text, time.toMillisPart(), " ms");
        return text.toString();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count != 0) {
            text.append(text.length() > 1 ? " " : "").append(count).append(unit);
        }
    }
}
