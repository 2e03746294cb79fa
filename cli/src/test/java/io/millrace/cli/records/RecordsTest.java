package io.millrace.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.CommandHarness;
import io.millrace.cli.Millrace;
import io.millrace.cli.command.Console;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.Partitioner;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in and out of real logs. */
class RecordsTest {
    private static final String ONE = "one";
    private static final String MANY = "many";

    private final CommandHarness millrace = new CommandHarness();

    @TempDir
    Path directory;

    @BeforeEach
    void createTopics() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic(ONE, 1, TopicSettings.defaults());
            log.admin().createTopic(MANY, 3, TopicSettings.defaults());
        }
    }

    @Test
    void linesComeOutAsTheyWentIn() {
        String text = "first\n\n  spaces \nlast without end";
        assertThat(produce(text, ONE)).isZero();
        assertThat(millrace.out()).isEmpty();
        assertThat(millrace.messages()).isEqualTo("4 records written to one.\n");

        assertThat(consume(ONE)).isZero();
        assertThat(millrace.out()).isEqualTo(text + "\n");
        assertThat(millrace.messages()).isEqualTo("4 records.\n");
    }

    @Test
    void aCarriageReturnBeforeTheLineFeedEndsTheLineWithItUnlessItIsToBeKept() {
        // The third line ends where the input is read in two pieces.
        String text = "12\r\n\r\n" + "7".repeat((1 << 16) - 7) + "\r\na\rb\r\r\nlast\r";
        produce(text, ONE);
        consume(ONE, "--output", "%S ");
        assertThat(millrace.out()).isEqualTo("2 0 65529 4 5 ");
        produce("12\r\n\r\n", ONE, "--keep-cr");
        consume(ONE, "--from=-2", "--output", "%S ");
        assertThat(millrace.out()).isEqualTo("3 1 ");
        assertThat(produce("12\r\n", ONE, "--value-format", "int64")).isZero();
        assertThat(produce("12\r\n", ONE, "--value-format", "int64", "--keep-cr"))
                .isEqualTo(1);
    }

    @Test
    void whatIsSaidOfAFailedWriteClaimsNothingThatIsNotKnown() {
        assertThat(ProduceCommand.sayPart(236_918, 240_000, false, ONE))
                .isEqualTo(
                        "236,918 records of 240,000 lines read are known to be written to one, and they need not be the"
                                + " first ones. With --transactional-id, all lines are written or none.");
        assertThat(ProduceCommand.sayPart(1, 1, false, ONE)).startsWith("1 record of 1 line read is known to be");
        assertThat(ProduceCommand.sayPart(7, 9, true, ONE))
                .startsWith("9 lines read; nobody knows how many of them are records of one, and");
    }

    @Test
    void whatOpenTransactionsHoldBackIsTold() {
        produce("before\n", ONE);
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
            producer.begin();
            producer.send(new TopicPartition(ONE, 0), 1, null, BytesView.ofUtf8("a"), List.of());
            producer.send(new TopicPartition(ONE, 0), 1, null, BytesView.ofUtf8("b"), List.of());
            producer.flush();
            assertThat(consume(ONE)).isZero();
            assertThat(millrace.out()).isEqualTo("before\n");
            assertThat(millrace.messages())
                    .startsWith("1 record.\nAn open or prepared transaction holds back 2 offsets, ")
                    .contains("'millrace transactions list'", "--isolation read-uncommitted");
            consume(ONE, "--isolation", "read-uncommitted");
            assertThat(millrace.messages()).isEqualTo("3 records.\n");
            consume(ONE, "--max", "1");
            assertThat(millrace.messages()).isEqualTo("1 record.\n");
            producer.commit();
            consume(ONE);
            assertThat(millrace.messages()).isEqualTo("3 records.\n");
        }
    }

    @Test
    void aDirectoryIsNoFileOfLines() {
        assertThat(run("produce", ONE, "--file", directory.toString())).isEqualTo(2);
        assertThat(millrace.messages()).isEqualTo(directory + " is a directory, not a file of lines.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__consumer_offsets", "__transaction_state"})
    void nobodyButTheLogWritesItsOwnTopics(String topic) {
        assertThat(produce("k:v\n", topic, "-K", ":")).isEqualTo(2);
        assertThat(millrace.messages()).isEqualTo(topic + " is an internal topic, which the log alone writes.\n");
        assertThat(produce("v\n", topic, "--transactional-id", "id")).isEqualTo(2);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            for (BytesView key : Arrays.asList(null, BytesView.ofUtf8("k"))) {
                BytesView value = BytesView.ofUtf8("v");
                try (var plain = log.producer()) {
                    assertThatThrownBy(() -> plain.send(ProducerRecord.of(topic, key, value)))
                            .isInstanceOf(LogException.class)
                            .hasMessageContaining("internal topic");
                }
                try (var transactional = log.transactionalProducer(TransactionalProducerConfig.of("id"))) {
                    transactional.begin();
                    assertThatThrownBy(() -> transactional.send(partition, 1, key, value, List.of()))
                            .isInstanceOf(LogException.class)
                            .hasMessageContaining("internal topic");
                }
            }
        }
    }

    @Test
    void aStringKeepsEveryByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        bytes['\n'] = 'n';
        millrace.given(bytes);
        run("produce", ONE);
        consume(ONE);
        assertThat(millrace.bytes()).startsWith(bytes).hasSize(bytes.length + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "string, some text é€, 736f6d65207465787420c3a9e282ac",
        "int64, -2, fffffffffffffffe",
        "int64, 9223372036854775807, 7fffffffffffffff",
        "int64, -9223372036854775808, 8000000000000000",
        "hex, 00ff10, 00ff10",
        "json, '{\"b\":[1.50,1e400,12345678901234567890],\"a\":\"é\\u0001\",\"c\":null}', ",
        "json, '\"text\"', 227465787422"
    })
    void aFormatReadsWhatItWrote(String format, String text, String hex) {
        assertThat(produce(text + "=" + text + "\n", ONE, "-K", "=", "--key-format", format, "--value-format", format))
                .isZero();
        consume(ONE, "-K", "=", "--key-format", format, "--value-format", format);
        assertThat(millrace.out()).isEqualTo(text + "=" + text + "\n");
        if (hex != null) {
            consume(ONE, "-K", " ", "--key-format=hex", "--value-format=hex");
            assertThat(millrace.out()).isEqualTo(hex + " " + hex + "\n");
        }
    }

    @Test
    void jsonIsCheckedAndCompacted() {
        assertThat(produce("{ \"a\" : [ 1 , 2 ],\t\"b\" : 1.0 }\n", ONE, "--value-format=json"))
                .isZero();
        consume(ONE);
        assertThat(millrace.out()).isEqualTo("{\"a\":[1,2],\"b\":1.0}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "int64, abc, 'its value ''abc'' is not a whole number of 64 bits'",
        "int64, 9223372036854775808, 'its value ''9223372036854775808'' is not a whole number'",
        "int64, '', 'its value '''' is not a whole number'",
        "int64, 7 , ",
        "hex, 0g, 'its value ''0g'' is not hexadecimal'",
        "hex, 0f1, 'has an odd number of hexadecimal digits'",
        "json, '{\"a\":}', 'is no JSON'",
        "json, '1 2', 'is no JSON at column 3 of the line: expected the end behind one value'",
        "json, '', 'is no JSON at column 1 of the line: expected a value, found the end'"
    })
    void aLineThatIsNoRecordIsRefusedWithItsNumberAndWhatCameBeforeIsWritten(
            String format, String bad, String message) {
        String good = format.equals("hex") ? "0f" : "7";
        String lines = good + "\n" + good + "\n" + bad + "\n" + good + "\n";
        if (message == null) {
            assertThat(produce(lines, ONE, "--value-format", format)).isZero();
            return;
        }
        assertThat(produce(lines, ONE, "--value-format", format)).isEqualTo(1);
        assertThat(millrace.messages())
                .startsWith("Line 3 is no record: ")
                .contains(message)
                .endsWith("2 records written to one.\n");
        consume(ONE, "--value-format", format);
        assertThat(millrace.out()).isEqualTo(good + "\n" + good + "\n");
    }

    @Test
    void aLineWithoutSeparatorIsNoRecord() {
        assertThat(produce("a:1\nb 2\n", ONE, "-K:")).isEqualTo(1);
        assertThat(millrace.messages())
                .isEqualTo("Line 2 is no record: it has no separator (:) between key and value: 'b 2'."
                        + " 1 record written to one.\n");
    }

    @Test
    void aSeparatorMayBeLongAndAnEscapeAndItsFirstOccurrenceCounts() {
        produce("k\t\u0001v\t\u0001w\n", ONE, "-K", "\\t\\x01");
        consume(ONE, "-K", "|");
        assertThat(millrace.out()).isEqualTo("k|v\t\u0001w\n");
    }

    @Test
    void keysGoWhereKafkaPutsThem() {
        produce("0:a\n1:b\n2:c\n3:d\n4:e\n5:f\n", MANY, "-K:");
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < 6; i++) {
            expected.put("" + i, Partitioner.partitionOf(BytesView.ofUtf8("" + i), 3));
        }
        consume(MANY, "--output", "%k %p\\n");
        assertThat(millrace.out().lines().sorted())
                .containsExactlyElementsOf(expected.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList());
    }

    @Test
    void partitionKeyHeadersAndTimestampAreThoseGiven() {
        produce(
                "v\n",
                MANY,
                "-p2",
                "-k",
                "42",
                "--key-format=int64",
                "-H",
                "a=1",
                "-H",
                "b=x=y",
                "--timestamp",
                "@1700000000000");
        consume(MANY, "--key-format=int64", "--output", "%t %p %o %T %k %K %s %S %h %%\\n");
        assertThat(millrace.out()).isEqualTo("many 2 0 1700000000000 42 8 v 1 a=1,b=x=y %\n");
    }

    @Test
    void whatIsNoneIsATombstoneAndShown() {
        produce("a:1\na:\n:NONE\n", ONE, "-K:", "--null-value", "NONE");
        produce("b:\n", ONE, "-K:", "-Z");
        consume(ONE, "--output", "%k=%s (%K,%S)\\n", "-Z");
        assertThat(millrace.out()).isEqualTo("a=1 (1,1)\na= (1,0)\n=NULL (0,-1)\nb=NULL (1,-1)\n");
        consume(ONE, "--output", "[%s]", "--null-value", "~");
        assertThat(millrace.out()).isEqualTo("[1][][~][~]");
        consume(ONE, "--output", "[%s]");
        assertThat(millrace.out()).isEqualTo("[1][][][]");
    }

    @Test
    void anEnvelopeHasEverythingInTheTypesOfItsFormats() {
        produce(
                "7:{\"a\": 1}\n",
                ONE,
                "-K:",
                "--key-format=int64",
                "--value-format=json",
                "--timestamp=@5",
                "-H",
                "h=\"x\"");
        consume(ONE, "--json", "--key-format=int64", "--value-format=json");
        assertThat(millrace.out())
                .isEqualTo("{\"topic\":\"one\",\"partition\":0,\"offset\":0,\"timestamp\":5,"
                        + "\"headers\":[{\"name\":\"h\",\"value\":\"\\\"x\\\"\"}],\"key\":7,\"value\":{\"a\":1}}\n");
        consume(ONE, "--json", "--key-format=hex");
        assertThat(millrace.out()).contains("\"key\":\"0000000000000007\",\"value\":\"{\\\"a\\\":1}\"}");
    }

    @Test
    void whatIsNoTextIsReplacedInAnEnvelope() {
        millrace.given(new byte[] {'a', (byte) 0xff, '\n', 'b', '\n'});
        run("produce", ONE);
        consume(ONE, "--json");
        assertThat(millrace.out())
                .contains("\"key\":null,\"value\":\"a\ufffd\"}\n")
                .contains("\"value\":\"b\"}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "beginning, 0123456789",
        "earliest, 0123456789",
        "end, ''",
        "0, 0123456789",
        "7, 789",
        "10, ''",
        "99, ''",
        "-3, 789",
        "-99, 0123456789",
        "-0, ''",
        "@1004, 456789",
        "1970-01-01T00:00:01.008Z, 89",
        "1970-01-01, 0123456789",
        "2050-01-01, ''"
    })
    void readingBeginsWhereItIsTold(String from, String digits) {
        writeDigits();
        assertThat(consume(ONE, "--from", from, "--output", "%s")).isZero();
        assertThat(millrace.out()).isEqualTo(digits);
    }

    @ParameterizedTest
    @CsvSource({"4, 0123", "@1007, 0123456", "-2, 01234567", "end, 0123456789", "99, 0123456789", "beginning, ''"})
    void readingEndsWhereItIsTold(String to, String digits) {
        writeDigits();
        assertThat(consume(ONE, "--to", to, "--output", "%s")).isZero();
        assertThat(millrace.out()).isEqualTo(digits);
    }

    @Test
    void readingEndsAfterSoManyRecords() {
        writeDigits();
        consume(ONE, "--max", "4", "--output", "%s");
        assertThat(millrace.out()).isEqualTo("0123");
        consume(ONE, "--from=-5", "-n2", "--output", "%s");
        assertThat(millrace.out()).isEqualTo("56");
    }

    @Test
    void theLastRecordsAreCountedWithoutMarkersAndAbortedOnes() {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"))) {
            TopicPartition partition = new TopicPartition(ONE, 0);
            for (int i = 0; i < 60; i++) {
                producer.begin();
                producer.send(partition, i, null, BytesView.ofUtf8((i % 3 == 0 ? "c" : "a") + i + " "), List.of());
                producer.flush();
                if (i % 3 == 0) {
                    producer.commit();
                } else {
                    producer.abort();
                }
            }
        }
        consume(ONE, "--from=-3", "--output", "%s");
        assertThat(millrace.out()).isEqualTo("c51 c54 c57 ");
        consume(ONE, "--from=-3", "--isolation=read-uncommitted", "--output", "%s");
        assertThat(millrace.out()).isEqualTo("c57 a58 a59 ");
        consume(ONE, "--output", "%s");
        assertThat(millrace.out()).startsWith("c0 c3 c6 ").doesNotContain("a");
    }

    @Test
    void severalTopicsAndSinglePartitionsAreRead() {
        produce("x\n", ONE);
        produce("p0\n", MANY, "-p0");
        produce("p1\n", MANY, "-p1");
        produce("p2\n", MANY, "-p2");
        consume(ONE, MANY);
        assertThat(millrace.out().lines()).containsExactlyInAnyOrder("x", "p0", "p1", "p2");
        consume(MANY, "-p", "0,2");
        assertThat(millrace.out().lines()).containsExactlyInAnyOrder("p0", "p2");
        assertThat(consume(MANY, "-p", "3")).isEqualTo(2);
        assertThat(millrace.messages()).isEqualTo("Topic many has 3 partitions, numbered from 0: there is no 3.\n");
    }

    @Test
    void aGroupCommitsNothingOfWhatCameToNobody() {
        writeDigits();
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Console console = new Console(
                InputStream.nullInputStream(), closed, new PrintStream(OutputStream.nullOutputStream()), false, false);
        assertThat(Millrace.commandLine(console).execute("consume", ONE, "--group=g", "--data", directory.toString()))
                .isEqualTo(141);
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            assertThat(log.admin().committedOffsets("g")).isEmpty();
        }
    }

    @Test
    void aGroupGoesOnWhereItStopped() {
        writeDigits();
        consume(ONE, "--group=g", "--max=3", "--output=%s");
        assertThat(millrace.out()).isEqualTo("012");
        consume(ONE, "--group=g", "--max=2", "--output=%s");
        assertThat(millrace.out()).isEqualTo("34");
        consume(ONE, "--group=g", "--output=%s");
        assertThat(millrace.out()).isEqualTo("56789");
        consume(ONE, "--group=g", "--output=%s");
        assertThat(millrace.out()).isEmpty();
        consume(ONE, "--group=h", "--from=end", "--output=%s");
        assertThat(millrace.out()).isEmpty();
        produce("!\n", ONE);
        consume(ONE, "--group=h", "--from=end", "--output=%s");
        assertThat(millrace.out()).isEqualTo("!");
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            assertThat(log.admin().committedOffsets("g")).containsEntry(new TopicPartition(ONE, 0), 10L);
        }
    }

    @Test
    void aTransactionIsThereAsAWholeOrNotAtAll() {
        assertThat(produce("a\nb\n", MANY, "--transactional-id=import", "--acks=forced"))
                .isZero();
        assertThat(millrace.messages()).isEqualTo("2 records written to many.\n");
        assertThat(produce("1\n2\nx\n", MANY, "--transactional-id=import", "--value-format=int64"))
                .isEqualTo(1);
        assertThat(millrace.messages()).startsWith("Line 3 is no record").endsWith("Nothing was written.\n");
        consume(MANY);
        assertThat(millrace.out().lines()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aTransactionSpreadsRecordsOverPartitions() {
        String line = "x".repeat(1_000) + "\n";
        produce(line.repeat(1_000), MANY, "--transactional-id=import");
        consume(MANY, "--output", "%p\\n");
        assertThat(millrace.out().lines()).hasSize(1_000);
        assertThat(millrace.out().lines().distinct()).hasSize(3);
    }

    @Test
    void aFileIsReadAndMustBeThere() throws IOException {
        Path file = Files.writeString(directory.resolveSibling(directory.getFileName() + ".txt"), "from a file\n");
        assertThat(run("produce", ONE, "--file", file.toString())).isZero();
        Files.delete(file);
        consume(ONE);
        assertThat(millrace.out()).isEqualTo("from a file\n");
        assertThat(run("produce", ONE, "--file", file.toString())).isEqualTo(2);
        assertThat(millrace.messages()).isEqualTo("There is no file " + file + ".\n");
    }

    @Test
    void linesAreReadAcrossPiecesAndTooLongOnesAreRefused() {
        String line = "0123456789".repeat(20_000);
        produce(line + "\nshort\n" + line + "\n", ONE);
        consume(ONE);
        assertThat(millrace.out()).isEqualTo(line + "\nshort\n" + line + "\n");

        assertThat(produce("a\n" + "x".repeat(9 << 20) + "\n", ONE)).isEqualTo(1);
        assertThat(millrace.messages())
                .startsWith("Line 2 is no record: it is longer than")
                .endsWith("1 record written to one.\n");
        assertThat(produce("b\n" + "x".repeat(2 << 20) + "\n", ONE)).isEqualTo(1);
        assertThat(millrace.messages()).contains("1 record written to one.");
    }

    @ParameterizedTest
    @CsvSource({
        "none, 3 records handed over for one.",
        "written, 3 records written to one.",
        "forced, 3 records written to one."
    })
    void everyAcknowledgementIsCounted(String acks, String said) {
        assertThat(produce("a\nb\nc\n", ONE, "--acks", acks)).isZero();
        assertThat(millrace.messages()).isEqualTo(said + "\n");
        consume(ONE);
        assertThat(millrace.out()).isEqualTo("a\nb\nc\n");
    }

    @Test
    void bytesThatCannotBeShownEndItWithTheirPlace() {
        produce("12345678\nshort\n", ONE);
        assertThat(consume(ONE, "--value-format=int64")).isEqualTo(1);
        assertThat(millrace.messages())
                .isEqualTo("The record at offset 1 of one-0 cannot be shown: its value has 5 bytes, and an int64 has 8."
                        + " Choose another --key-format or --value-format\n");
        assertThat(consume(ONE, "--json", "--value-format=json")).isEqualTo(1);
    }

    @Test
    void whatIsMistypedIsAnsweredInALineAndEndsWithTwo() {
        Map<String, List<String>> wrong = Map.ofEntries(
                Map.entry("'soon' is not a position", List.of("consume", ONE, "--from=soon")),
                Map.entry("'2026-13-01' is not a time", List.of("consume", ONE, "--from=2026-13-01")),
                Map.entry("Did you mean --from?", List.of("consume", ONE, "--form=end")),
                Map.entry("is not one of string, int64, hex, json", List.of("consume", ONE, "--value-format=avro")),
                Map.entry("There is no topic ordres", List.of("consume", "ordres")),
                Map.entry("no topic orders. 'millrace topics list'", List.of("produce", "orders")),
                Map.entry("a token that is none: %q", List.of("consume", ONE, "--output=%q")),
                Map.entry("an escape that is none: \\q", List.of("consume", ONE, "--output=\\q")),
                Map.entry("--follow and --to exclude", List.of("consume", ONE, "--follow", "--to=5")),
                Map.entry("--json prints everything", List.of("consume", ONE, "--json", "-K:")),
                Map.entry("'--max': '0' is less than 1", List.of("consume", ONE, "--max=0")),
                Map.entry("groups reset-offsets", List.of("consume", ONE, "--group=g", "--from=5")),
                Map.entry("read-committed, read-uncommitted", List.of("consume", ONE, "--isolation=serializable")),
                Map.entry("is not NAME=VALUE", List.of("produce", ONE, "-H", "x")),
                Map.entry("is not one of none, written, forced", List.of("produce", ONE, "--acks=some")),
                Map.entry("--key 'x' is not a whole number", List.of("produce", ONE, "-k", "x", "--key-format=int64")),
                Map.entry(
                        "--transactional-id and --acks none exclude",
                        List.of("produce", ONE, "--transactional-id=t", "--acks=none")),
                Map.entry("--key and --key-separator exclude", List.of("produce", ONE, "-k", "x", "-K:")),
                Map.entry("Missing required parameter: 'TOPIC'", List.of("produce")));
        wrong.forEach((message, arguments) -> {
            assertThat(run(arguments.toArray(String[]::new))).as(message).isEqualTo(2);
            assertThat(millrace.messages()).contains(message).doesNotContain("\tat ");
            assertThat(millrace.messages().lines().count()).as(message).isLessThan(3);
        });
    }

    @Test
    void anOffsetBeyondTheEndIsToldWithTheEnd() {
        writeDigits();
        assertThat(consume(ONE, "--from=11")).isZero();
        assertThat(millrace.out()).isEmpty();
        assertThat(millrace.messages())
                .isEqualTo("Offset 11 is beyond the end: one-0 ends at 10. Nothing of that is printed.\n0 records.\n");
        assertThat(consume(ONE, "--from=10")).isZero();
        assertThat(millrace.messages())
                .as("the end is where the next one will be")
                .isEqualTo("0 records.\n");

        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("wide", 6, TopicSettings.defaults());
        }
        assertThat(consume("wide", "--from=1")).isZero();
        assertThat(millrace.messages()).contains("wide-3 ends at 0 and 2 more do before it. ");
    }

    @Test
    void aTimeStandsForTheFirstOffsetThatIsNotEarlierWhateverComesBehindIt() {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            for (long time : new long[] {1_000, 3_000, 2_000, 4_000, 2_000}) {
                producer.send(new ProducerRecord(ONE, 0, time, null, BytesView.ofUtf8("" + time), List.of()));
            }
        }
        consume(ONE, "--from=@2000", "--to=@3001");
        assertThat(millrace.out()).isEqualTo("3000\n2000\n");
        consume(ONE, "--from=@2000", "--to=@2001");
        assertThat(millrace.out()).as("both stand for the same offset").isEmpty();
        consume(ONE, "--to=@4000");
        assertThat(millrace.out()).isEqualTo("1000\n3000\n2000\n");
        consume(ONE, "--from=@4001");
        assertThat(millrace.out()).isEmpty();
    }

    @Test
    void whatIsTooLargeIsToldInTheWordsOfOptions() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("small", 1, TopicSettings.defaults().withMaxRecordBytes(100));
        }
        for (List<String> more : List.of(List.<String>of(), List.of("--transactional-id=t"))) {
            List<String> produce = new ArrayList<>(List.of("small"));
            produce.addAll(more);
            assertThat(produce("x\n" + "x".repeat(500) + "\n", produce.toArray(String[]::new)))
                    .isEqualTo(1);
            assertThat(millrace.messages())
                    .startsWith("Line 2 was not taken: A record of ")
                    .contains("raise its bound with 'millrace topics alter small --max-record-bytes SIZE'. ")
                    .contains(more.isEmpty() ? "1 record written" : "Nothing was written");
        }
    }

    @Test
    void aRecordWithoutAKeyForACompactedTopicIsToldByItsLine() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("newest", 1, TopicSettings.compacted());
        }
        assertThat(produce("k:v\n:\nk:w\n", "newest", "-K:", "-Z")).isEqualTo(1);
        assertThat(millrace.messages())
                .startsWith("Line 2 was not taken: A record for newest-0 was not taken: it has no key")
                .contains("'millrace topics alter newest --cleanup delete'. 1 record written to newest.");
    }

    @Test
    void partitionsAreReadInTheirOrder() {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("six", 6, TopicSettings.defaults());
        }
        for (int partition = 5; partition >= 0; partition--) {
            assertThat(produce(partition + "\n", "six", "-p", String.valueOf(partition)))
                    .isZero();
        }
        assertThat(consume("six")).isZero();
        assertThat(millrace.out()).isEqualTo("0\n1\n2\n3\n4\n5\n");
    }

    @Test
    void whereJsonEndsToBeJsonIsToldAsAColumnOfTheLine() {
        assertThat(produce("k:1\né1:{\"a\":x}\n", ONE, "-K:", "--value-format=json"))
                .isEqualTo(1);
        assertThat(millrace.messages())
                .isEqualTo(
                        "Line 2 is no record: its value is no JSON at column 9 of the line: expected a value, found 'x'."
                                + " 1 record written to one.\n");
        produce("{\"a\":x}\n", ONE);
        assertThat(consume(ONE, "--from=1", "--value-format=json")).isEqualTo(1);
        assertThat(millrace.messages())
                .startsWith(
                        "The record at offset 1 of one-0 cannot be shown: its value is no JSON at character 6: expected");
    }

    @Test
    void headersWithoutValueAreShown() {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            producer.send(new ProducerRecord(
                    ONE, 0, 1L, null, BytesView.ofUtf8("v"), List.of(new Header("a", null), Header.ofUtf8("b", "1"))));
        }
        consume(ONE, "--output=%h");
        assertThat(millrace.out()).isEqualTo("a=,b=1");
        consume(ONE, "--json");
        assertThat(millrace.out())
                .contains("\"headers\":[{\"name\":\"a\",\"value\":null},{\"name\":\"b\",\"value\":\"1\"}]");
    }

    @Test
    void helpFitsATerminalAndShowsTokensAndEveryCommandKnowsItsVersion() {
        for (String command : List.of("consume", "produce")) {
            assertThat(run(command, "--help")).isZero();
            assertThat(millrace.out()).contains("Examples:").contains("--key-format");
            assertThat(millrace.out().lines().filter(line -> line.startsWith("  millrace")))
                    .allMatch(line -> line.length() < 80);
            assertThat(run(command, "--version")).isZero();
            assertThat(millrace.out()).startsWith("millrace ");
        }
        run("consume", "--help");
        assertThat(millrace.out()).contains("%t topic").contains("--output '%t-%p@%o %T %k=%s\\n'");
    }

    private void writeDigits() {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord(ONE, 0, 1_000L + i, null, BytesView.ofUtf8("" + i), List.of()));
            }
        }
    }

    private int produce(String input, String... arguments) {
        millrace.given(input);
        return run(prepend("produce", arguments));
    }

    private int consume(String... arguments) {
        return run(prepend("consume", arguments));
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", directory.toString()));
        return millrace.run(all.toArray(String[]::new));
    }

    private static String[] prepend(String first, String[] rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(rest));
        return all.toArray(String[]::new);
    }
}
