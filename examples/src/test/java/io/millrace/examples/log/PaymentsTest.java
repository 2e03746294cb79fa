package io.millrace.examples.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Millrace;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The program as its command runs it, twice: the second time, the group goes on behind what it has committed. */
class PaymentsTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyRunReadsWhatItWroteAndNothingTwice() {
        assertThat(run("example", "log", "--data", directory.toString())).isZero();
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "payments-1@0 alice pays 10.00",
                        "payments-2@0 bob pays 10.00",
                        "payments-2@1 carol pays 10.00");
        assertThat(run("example", "log", "--data", directory.toString())).isZero();
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "payments-1@1 alice pays 10.00",
                        "payments-2@2 bob pays 10.00",
                        "payments-2@3 carol pays 10.00");
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            Map<TopicPartition, Long> committed = log.admin().committedOffsets("accounting");
            assertThat(committed)
                    .containsEntry(new TopicPartition("payments", 1), 2L)
                    .containsEntry(new TopicPartition("payments", 2), 4L);
        }
    }

    @Test
    void withoutAnExampleTheCommandSaysHowToRunOne() {
        assertThat(run("example")).isEqualTo(2);
        assertThat(err.toString()).contains("millrace example log --data");
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        CommandLine millrace = Millrace.commandLine();
        return millrace.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }
}
