package io.millrace.cli.groups;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.Console;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.GroupDescription;
import io.millrace.log.GroupDescription.Progress;
import io.millrace.log.TopicPartition;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class GroupReportTest {
    private static final Progress BEYOND =
            new Progress(new TopicPartition("orders", 0), OptionalLong.of(777), 4, 0, true, Optional.empty());
    private static final Progress WITHIN =
            new Progress(new TopicPartition("orders", 1), OptionalLong.of(1), 4, 3, false, Optional.empty());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final Console console =
            new Console(InputStream.nullInputStream(), out, new PrintStream(messages, true, UTF_8), false, false);

    @Test
    void anOffsetBeyondTheEndIsMarkedInsteadOfALagOfNothing() {
        Table table = new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG");
        GroupReport.partition(BEYOND, table.row());
        GroupReport.partition(WITHIN, table.row());
        Output output = console.output();
        table.print(output);
        table.printJson(output);
        output.flush();
        assertThat(out.toString(UTF_8)).isEqualTo("""
                TOPIC   PARTITION  COMMITTED  END       LAG
                orders          0        777    4  lost end
                orders          1          1    4         3
                {"topic":"orders","partition":0,"committed":777,"end":4,"lag":null}
                {"topic":"orders","partition":1,"committed":1,"end":4,"lag":3}
                """);
    }

    @Test
    void whatToDoAboutItIsSaidOfThatPartitionAlone() {
        GroupReport.sayWhatIsBeyondEnd(
                new GroupDescription(
                        "bank", GroupDescription.State.EMPTY, 1, List.of(), List.of(BEYOND, WITHIN), new TreeMap<>()),
                console);
        assertThat(messages.toString(UTF_8))
                .contains("Group bank has committed offset 777 of orders-0, beyond the end of the log at 4")
                .contains("millrace groups reset-offsets bank --topic orders:0 --to-latest")
                .doesNotContain("orders-1");
    }
}
