package io.millrace.examples.bank.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.examples.bank.command.Progress.Replay;
import io.millrace.examples.bank.command.Progress.Work;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressViewTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void awayFromATerminalThereIsALineNowAndThenAndNoEscapeCode() {
        ProgressView view = view(false, 80);
        for (int i = 0; i <= 100; i++) {
            view.update(processed(i * 10L, i), i * SECOND / 10);
        }
        view.clear();
        assertThat(text().lines()).hasSize(2);
        assertThat(text()).doesNotContain("\u001B").doesNotContain("\r");
        assertThat(text())
                .contains(" 50% [##########----------]  100 records/s  50 commits  lag 500")
                .contains("5 s left");
    }

    @Test
    void onATerminalTheLineFitsWhateverItsWidthAndIsTakenAwayAtTheEnd() {
        for (int columns : List.of(10, 20, 40, 60, 80, 200)) {
            written.reset();
            ProgressView view = view(true, columns);
            for (int i = 0; i <= 10; i++) {
                view.update(processed(i * 10L, i), i * SECOND);
            }
            view.clear();
            assertThat(text()).endsWith("\r\u001B[K").doesNotContain("\n");
            for (String line : text().split("\r")) {
                assertThat(line.replace("\u001B[K", "")).hasSizeLessThan(columns);
            }
        }
    }

    @Test
    void theBarGivesWayBeforeTheNumbersDo() {
        ProgressView view = view(true, 80);
        view.update(processed(0, 0), 0);
        view.update(processed(500, 50), 10 * SECOND);
        assertThat(view.line(79))
                .isEqualTo(" 50% [##########----------]  50 records/s  50 commits  lag 500  10 s left");
        assertThat(view.line(61)).isEqualTo(" 50% [####----]  50 records/s  50 commits  lag 500  10 s left");
        assertThat(view.line(54)).isEqualTo(" 50%  50 records/s  50 commits  lag 500  10 s left");
        assertThat(view.line(30)).isEqualTo(" 50%  50 records/s  10 s left");
    }

    @Test
    void everyStartAfterAKillTellsOnceWhatItReplayed() {
        ProgressView view = view(false, 80);
        view.update(restored(false, 9, 900), 0);
        view.killed();
        view.update(restored(true, 1_200, 40_000), 1);
        view.update(restored(false, 1_234, 41_250), 2);
        view.update(restored(false, 1_234, 41_250), 3);
        view.killed();
        view.update(restored(false, 0, 300), 4);
        assertThat(text().lines())
                .containsExactly(
                        "State restored: 1,234 records replayed in 41.3 ms.",
                        "State restored: 0 records replayed in 0.3 ms.");
    }

    private static Progress restored(boolean isGoingOn, long records, long micros) {
        return new Progress(0, 100, Work.NONE, 0, new Replay(isGoingOn, records, micros));
    }

    @Test
    void aWindowThatIsResizedIsFilledFromThenOn() {
        int[] columns = {30};
        ProgressView view = new ProgressView(out, true, () -> columns[0]);
        view.update(processed(0, 0), 0);
        written.reset();
        columns[0] = 100;
        view.update(processed(500, 1), SECOND);
        assertThat(text()).contains("lag 500").contains("[##########----------]");
    }

    @Test
    void whatIsLoadedAndNotProcessedIsNotDone() {
        assertThat(new Progress(50, 100, new Work(0, 500, 0, 0), 0, Replay.NONE).fraction())
                .isZero();
        assertThat(new Progress(50, 100, new Work(0, 500, 0, 0), 0, Replay.NONE).killFraction())
                .isEqualTo(0.125);
        assertThat(new Progress(100, 100, new Work(250, 1_000, 0, 0), 0, Replay.NONE).fraction())
                .isEqualTo(0.25);
        assertThat(new Progress(50, 100, new Work(500, 500, 0, 0), 0, Replay.NONE).fraction())
                .isEqualTo(0.5);
    }

    @Test
    void creditsThatKeepUpChangeNothingAndThoseThatWaitAreWork() {
        assertThat(new Work(500, 1_000, 100, 100).share()).isEqualTo(0.5, within(1e-9));
        assertThat(new Work(1_000, 1_000, 0, 200).share()).isEqualTo(1_000 / 1_200.0, within(1e-9));
        assertThat(new Work(1_000, 1_000, 150, 200).lag()).isEqualTo(50);
    }

    @Test
    void anInputWithoutOrdersIsDoneWhenItIsRead() {
        assertThat(new Progress(0, 0, Work.NONE, 0, Replay.NONE).fraction()).isEqualTo(1);
        assertThat(new Progress(30, 30, Work.NONE, 0, Replay.NONE).fraction()).isEqualTo(1);
    }

    @Test
    void nobodyKnowsAFractionBeforeTheInputIsOpen() {
        assertThat(new Progress(0, -1, new Work(5, 10, 0, 0), 0, Replay.NOT_YET).fraction())
                .isEqualTo(Progress.UNKNOWN);
    }

    @Test
    void theBarNeverGoesBackWhenAProcessIsKilled() {
        ProgressView view = view(false, 80);
        view.update(processed(800, 8), 0);
        view.update(processed(800, 8), SECOND);
        view.killed();
        view.update(new Progress(0, -1, new Work(800, 1_000, 0, 0), 0, Replay.NOT_YET), 2 * SECOND);
        assertThat(view.line(200))
                .startsWith(" 80%")
                .contains("8 commits")
                .contains("1 kill")
                .endsWith("restoring")
                .doesNotContain("lag")
                .doesNotContain("records/s");
        assertThat(view.fraction()).isNegative();
    }

    /** What a run finds done does not count as its speed, nor does the time in which it restores. */
    @Test
    void aResumedRunShowsItsOwnRateAndItsOwnTimeLeft() {
        ProgressView view = view(false, 80);
        view.resumed();
        view.update(new Progress(0, -1, Work.NONE, 0, Replay.NOT_YET), 0);
        assertThat(view.line(200)).isEqualTo("  0% [--------------------]  0 commits  restoring");
        view.update(processed(500, 0), 60 * SECOND);
        for (int i = 1; i <= 50; i++) {
            view.update(processed(500 + i, i), (60 + i) * SECOND);
        }
        assertThat(view.line(200))
                .isEqualTo(" 55% [###########---------]  1 records/s  50 commits  lag 450  450 s left");
    }

    @Test
    void theAuditIsShown() {
        ProgressView view = view(true, 80);
        view.auditing(0, 0);
        view.auditing(0.5, SECOND);
        assertThat(text())
                .contains("  0% [--------------------]  auditing")
                .contains(" 50% [##########----------]  auditing");
        written.reset();
        ProgressView lines = view(false, 80);
        lines.auditing(0, 0);
        lines.auditing(0.5, 60 * SECOND);
        assertThat(text()).isEqualToNormalizingNewlines("Auditing what came out.\n");
    }

    @Test
    void progressIsReadAsItWasWritten() {
        Progress progress = new Progress(1, 2, new Work(3, 4, 5, 6), 7, new Replay(true, 8, 9));
        assertThat(Progress.decode(progress.encode())).isEqualTo(progress);
        assertThat(Progress.decode(Progress.NONE.encode())).isEqualTo(Progress.NONE);
        assertThat(ChildBank.decodeOffsets("1 20 300")).containsExactly(1L, 20L, 300L);
    }

    /** All of a thousand orders are loaded. */
    private static Progress processed(long orders, long transactions) {
        return new Progress(100, 100, new Work(orders, 1_000, 0, 0), transactions, Replay.NONE);
    }

    private ProgressView view(boolean isTerminal, int columns) {
        return new ProgressView(out, isTerminal, () -> columns);
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
