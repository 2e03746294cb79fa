package io.millrace.cli.deadletters;

import io.millrace.dsl.ErrorKind;
import io.millrace.dsl.deadletter.DeadLetter.Failure;

/** An error in one line. Stateless. */
final class Summaries {
    private static final int SHOWN = 100;

    private Summaries() {}

    /** The class without its package, and what it says, cut off where it is long. */
    static String shown(Failure failure) {
        String name = failure.errorClass().substring(failure.errorClass().lastIndexOf('.') + 1);
        String text = joined(name, failure.message());
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
    }

    /** What it is that failed; empty if the letter does not say. */
    static String kind(Failure failure) {
        return failure.kind().map(ErrorKind::text).orElse("");
    }

    static String whole(Failure failure) {
        return joined(failure.errorClass(), failure.message());
    }

    private static String joined(String errorClass, String message) {
        return errorClass.isEmpty() ? message : message.isEmpty() ? errorClass : errorClass + ": " + message;
    }
}
