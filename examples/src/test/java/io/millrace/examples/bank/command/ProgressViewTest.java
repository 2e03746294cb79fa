package io.millrace.examples.bank.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void awayFromATerminalThereIsALineNowAndThenAndNoEscapeCode() {
        ProgressView view = new ProgressView(out, false, 80, 1_000);
        for (int i = 0; i <= 100; i++) {
            view.update(new Progress(i, 100, i * 10L, i, 0, false), i * SECOND / 10);
        }
        view.clear();
        assertThat(text().lines()).hasSize(2);
        assertThat(text()).doesNotContain("\u001B").doesNotContain("\r");
        assertThat(text()).contains("49% [##########----------]").contains("50 commits");
    }

    @Test
    void onATerminalTheLineIsTakenAwayAtTheEnd() {
        ProgressView view = new ProgressView(out, true, 40, 1_000);
        for (int i = 0; i <= 10; i++) {
            view.update(new Progress(i, 100, i * 10L, i, 0, false), i * SECOND);
        }
        view.clear();
        assertThat(text()).endsWith("\r\u001B[K").doesNotContain("\n");
        for (String line : text().split("\r")) {
            assertThat(line.replace("\u001B[K", "")).hasSizeLessThan(40);
        }
    }

    @Test
    void whatIsLoadedAndNotProcessedIsNotDone() {
        Progress half = new Progress(50, 100, 0, 0, 300, false);
        assertThat(half.fraction(half, 1_000)).isEqualTo(0.2);
        assertThat(half.fraction(Progress.NONE, 1_000)).isZero();
    }

    @Test
    void theBarNeverGoesBackWhenAProcessIsKilled() {
        ProgressView view = new ProgressView(out, false, 80, 1_000);
        view.update(new Progress(80, 100, 800, 8, 0, false), 0);
        view.update(new Progress(80, 100, 800, 8, 0, false), SECOND);
        view.killed();
        view.update(new Progress(0, 100, 0, 0, 0, true), 2 * SECOND);
        assertThat(view.line(2 * SECOND))
                .startsWith(" 80%")
                .contains("8 commits")
                .contains("1 kill")
                .contains("restoring");
        assertThat(view.fraction()).isZero();
    }

    @Test
    void progressIsReadAsItWasWritten() {
        Progress progress = new Progress(1, 2, 3, 4, 5, true);
        assertThat(Progress.decode(progress.encode())).isEqualTo(progress);
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
