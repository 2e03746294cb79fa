package io.millrace.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.format.FieldFormat;
import io.millrace.serde.BytesView;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProduceSessionTest {
    private static final String CLEAR = "\r\033[K";

    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

    /** Counts. */
    private static final class CountingSink implements RecordSink {
        private long taken;

        @Override
        public void send(@Nullable BytesView key, @Nullable BytesView value) {
            taken++;
        }

        @Override
        public void finish() {}

        @Override
        public long written() {
            return taken;
        }

        @Override
        public void close() {}
    }

    @Test
    void whoWatchesSeesHowFarItIsAndNothingOfThatStays() {
        run(true, 1_000_000_000);
        assertThat(messages())
                .startsWith(CLEAR + "1,024 records, 1,024 per second" + CLEAR + "2,048 records, 1,024 per second")
                .endsWith("per second" + CLEAR);
    }

    @Test
    void itIsDrawnAFewTimesASecondAtTheMost() {
        run(true, 150_000_000);
        assertThat(messages()).isEqualTo(CLEAR + "2,048 records, 6,827 per second" + CLEAR);
    }

    @Test
    void aFileOfMessagesIsNotDrawnInto() {
        run(false, 1_000_000_000);
        assertThat(messages()).isEmpty();
    }

    /** Three thousand lines. @param step how much later it is at each look at the clock */
    private void run(boolean isWatched, long step) {
        AtomicLong now = new AtomicLong(5);
        StopSignal stop = StopSignal.install();
        Console console = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(messages, true, StandardCharsets.UTF_8),
                false,
                isWatched);
        byte[] text = "line\n".repeat(3_000).getBytes(StandardCharsets.UTF_8);
        Lines lines = new Lines(Chunks.of(new ByteArrayInputStream(text)), 100, false);
        LineRule rule = new LineRule(new LineRule.Form(FieldFormat.STRING, FieldFormat.STRING, null, null), null);
        CountingSink sink = new CountingSink();
        new ProduceSession(lines, rule, stop, console, () -> now.getAndAdd(step)).run(sink);
        stop.done();
        assertThat(sink.written()).isEqualTo(3_000);
    }

    private String messages() {
        return messages.toString(StandardCharsets.UTF_8);
    }
}
