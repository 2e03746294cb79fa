package io.millrace.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandHarness;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records whose text is not gathered before it is written. */
class LargeRecordTest {
    private static final String TOPIC = "large";
    private static final int BYTES = 3 << 20;

    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @BeforeEach
    void createTopic() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic(TOPIC, 1, TopicSettings.defaults().withMaxRecordBytes(2 * BYTES));
        }
    }

    @Test
    void aLargeRecordIsPrintedWholeInEveryFormatBetweenSmallOnes() {
        byte[] value = new byte[BYTES + 1];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) ('a' + i % 23);
        }
        String text = new String(value, StandardCharsets.US_ASCII);
        String hex = HexFormat.of().formatHex(value);
        write("before".getBytes(StandardCharsets.US_ASCII), value, "after".getBytes(StandardCharsets.US_ASCII));

        assertThat(consume("--output", "%o:%s.")).isZero();
        assertThat(millrace.out().equals("0:before.1:" + text + ".2:after.")).isTrue();
        assertThat(consume("--value-format", "hex")).isZero();
        assertThat(millrace.out().lines().skip(1).findFirst().orElseThrow().equals(hex))
                .isTrue();
        assertThat(consume("--json")).isZero();
        assertThat(millrace.out()).contains("\"value\":\"" + text + "\"}\n").endsWith("\"value\":\"after\"}\n");
        assertThat(consume("--json", "--value-format", "hex")).isZero();
        assertThat(millrace.out()).contains("\"value\":\"" + hex + "\"}\n");
    }

    @Test
    void whatIsNoTextIsReplacedInALargeEnvelopeAsInASmallOne() {
        byte[] value = "é€😀".repeat(BYTES / 9).getBytes(StandardCharsets.UTF_8);
        byte[] broken = value.clone();
        broken[broken.length - 1] = 'x';
        write(value, broken);

        assertThat(consume("--json")).isZero();
        List<String> lines = millrace.out().lines().toList();
        assertThat(lines.get(0).endsWith("\"value\":\"" + new String(value, StandardCharsets.UTF_8) + "\"}"))
                .isTrue();
        assertThat(lines.get(1).endsWith("\"value\":\"" + new String(broken, StandardCharsets.UTF_8) + "\"}"))
                .isTrue();
        assertThat(lines.get(1)).endsWith("\ufffdx\"}");
    }

    @Test
    void jsonThatIsLargeIsCheckedBeforeAnythingOfItIsPrinted() {
        String numbers = "1.50, ".repeat(BYTES / 6);
        write(
                "[1, 2]".getBytes(StandardCharsets.US_ASCII),
                ("[" + numbers + "3]").getBytes(StandardCharsets.US_ASCII),
                ("[" + numbers + "3").getBytes(StandardCharsets.US_ASCII));
        String compacted = "[" + numbers.replace(" ", "") + "3]";

        assertThat(consume("--value-format", "json")).isEqualTo(1);
        assertThat(millrace.out().equals("[1,2]\n" + compacted + "\n")).isTrue();
        assertThat(millrace.messages()).startsWith("The record at offset 2 of large-0 cannot be shown: its value ");

        assertThat(consume("--json", "--value-format", "json")).isEqualTo(1);
        assertThat(millrace.out()).endsWith("\"value\":" + compacted + "}\n");
        assertThat(millrace.out().lines()).hasSize(2);
    }

    private void write(byte[]... values) {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            for (byte[] value : values) {
                producer.send(new ProducerRecord(TOPIC, 0, 1L, null, BytesView.of(value), List.of()));
            }
        }
    }

    private int consume(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "consume";
        all[1] = TOPIC;
        all[2] = "--data";
        all[3] = directory.toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return millrace.run(all);
    }
}
