package io.millrace.examples.bank.audit;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.InputLine;
import org.jspecify.annotations.Nullable;

/** Reading a source to its end. */
final class Inputs {
    private Inputs() {}

    /** The next line, or null at the end. Nobody waits: the bank's sources have everything from the start. */
    static @Nullable InputLine next(RecordSource<InputLine> input) {
        InputLine line;
        do {
            line = input.next();
        } while (line == null && !input.isFinished());
        return line;
    }
}
