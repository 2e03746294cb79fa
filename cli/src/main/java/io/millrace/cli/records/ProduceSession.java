package io.millrace.cli.records;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.format.BadTextException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.serde.BytesView;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One call of {@code millrace produce}: lines into a sink. Owned by one thread. */
final class ProduceSession {
    private static final int RECORDS_BETWEEN_LOOKS = 1_024;
    private static final long REDRAW_NANOS = 200_000_000;

    private final Lines lines;
    private final LineRule rule;
    private final StopSignal stop;
    private final Console console;
    private final LongSupplier nanos;
    private final long startNanos;
    private long drawnNanos;
    private boolean isDrawn;

    /** @param nanos the time that passes, as {@link System#nanoTime} */
    ProduceSession(Lines lines, LineRule rule, StopSignal stop, Console console, LongSupplier nanos) {
        this.lines = lines;
        this.rule = rule;
        this.stop = stop;
        this.console = console;
        this.nanos = nanos;
        startNanos = nanos.getAsLong();
        drawnNanos = startNanos;
    }

    /** Sends every line up to the end of the input, or until it is asked to stop. @throws BadLineException at the first line that is no record */
    void run(RecordSink sink) {
        try {
            while (!stop.isRequested()) {
                BytesView line = nextLine();
                if (line == null || stop.isRequested()) {
                    return;
                }
                send(line, sink);
                if (lines.number() % RECORDS_BETWEEN_LOOKS == 0) {
                    draw();
                }
            }
        } finally {
            if (isDrawn) {
                console.messages().print("\r\033[K");
                console.messages().flush();
            }
        }
    }

    private @Nullable BytesView nextLine() {
        try {
            return lines.next();
        } catch (BadTextException e) {
            throw new BadLineException(lines.number() + 1, e);
        }
    }

    private void send(BytesView line, RecordSink sink) {
        try {
            rule.read(line);
        } catch (BadTextException e) {
            throw new BadLineException(lines.number(), e);
        }
        sink.throwFailure();
        try {
            sink.send(rule.key(), rule.value());
        } catch (LogException e) {
            if (e.disposition() == Disposition.STOP) {
                throw new BadLineException(lines.number(), e);
            }
            throw e;
        }
    }

    private void draw() {
        long now = nanos.getAsLong();
        if (console.isWatched() && now - drawnNanos >= REDRAW_NANOS) {
            drawnNanos = now;
            isDrawn = true;
            console.messages()
                    .printf(
                            Locale.ROOT,
                            "\r\033[K%,d records, %,.0f per second",
                            lines.number(),
                            lines.number() * 1e9 / (now - startNanos));
            console.messages().flush();
        }
    }
}
