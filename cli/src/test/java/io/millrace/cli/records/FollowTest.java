package io.millrace.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandHarness;
import io.millrace.cli.Millrace;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in processes of their own: beside the one that has the log open, stopped by a signal, and with nobody who reads their output. */
class FollowTest {
    private static final int TERMINATED = 128 + 15;
    /** What a keyboard's interrupt does, where it does: a shell that runs this in the background has its processes ignore it. */
    private static final String INTERRUPT = isInterruptIgnored() ? "TERM" : "INT";

    private static final int INTERRUPTED = isInterruptIgnored() ? TERMINATED : 128 + 2;

    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void whatAnotherProcessWritesIsFollowedUntilASignal() throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer();
                var transactional = log.transactionalProducer(TransactionalProducerConfig.of("t"))) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
            write(producer, "before");
            Process follower = start("consume", "lines", "--follow");
            try (BufferedReader lines = follower.inputReader(StandardCharsets.UTF_8)) {
                assertThat(lines.readLine()).isEqualTo("before");
                transactional.begin();
                transactional.send(new TopicPartition("lines", 0), 1, null, BytesView.ofUtf8("aborted"), List.of());
                transactional.flush();
                transactional.abort();
                write(producer, "after");
                assertThat(lines.readLine()).isEqualTo("after");
                signal(follower, INTERRUPT);
                assertThat(lines.readLine()).isNull();
            }
            assertThat(follower.waitFor()).isEqualTo(INTERRUPTED);
            assertThat(messages(follower)).isEqualTo("Stopped. 2 records.\n");
        }
    }

    @Test
    void aTopicThatIsDeletedWhileItIsFollowedEndsItInWordsOfTheCommandLine() throws Exception {
        CommandHarness millrace = new CommandHarness();
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
            write(producer, "before");
        }
        Process follower = start("consume", "lines", "--follow");
        try (BufferedReader lines = follower.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("before");
            assertThat(millrace.run("topics", "delete", "lines", "--yes", "--data", directory.toString()))
                    .isZero();
            assertThat(lines.readLine()).isNull();
        }
        assertThat(follower.waitFor()).isEqualTo(1);
        assertThat(messages(follower))
                .startsWith("Topic lines was deleted")
                .endsWith(". If it was created again, run this again\n");
    }

    @Test
    void whatIsFollowedFromBeyondTheEndIsToldAndPrinted() throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
            write(producer, "before");
            Process follower = start("consume", "lines", "--follow", "--from=99");
            try (BufferedReader lines = follower.inputReader(StandardCharsets.UTF_8);
                    BufferedReader messages = follower.errorReader(StandardCharsets.UTF_8)) {
                assertThat(messages.readLine())
                        .isEqualTo("Offset 99 is beyond the end: lines-0 ends at 1. What comes there is printed.");
                write(producer, "after");
                assertThat(lines.readLine()).isEqualTo("after");
                signal(follower, "TERM");
                assertThat(messages.readLine()).isEqualTo("Stopped. 1 record.");
            }
            assertThat(follower.waitFor()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aGroupIsReadButNotCommittedBesideTheProcessThatHasTheLogOpen() {
        CommandHarness millrace = new CommandHarness();
        TopicPartition partition = new TopicPartition("lines", 0);
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
            write(producer, "a");
        }
        String[] consume = {"consume", "lines", "--group=g", "--data", directory.toString()};
        assertThat(millrace.run(consume)).isZero();
        assertThat(millrace.out()).isEqualTo("a\n");
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            write(producer, "b");
            for (int i = 0; i < 2; i++) {
                assertThat(millrace.run(consume)).isZero();
                assertThat(millrace.out()).isEqualTo("b\n");
                assertThat(millrace.messages())
                        .startsWith("Another process has the log open")
                        .contains("commits nothing");
                assertThat(log.admin().committedOffsets("g")).containsEntry(partition, 1L);
            }
        }
    }

    @Test
    void writingBesideTheProcessThatHasTheLogOpenIsRefused() {
        CommandHarness millrace = new CommandHarness();
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
            millrace.given("x\n");
            assertThat(millrace.run("produce", "lines", "--data", directory.toString()))
                    .isEqualTo(2);
            assertThat(millrace.messages())
                    .startsWith("Another process has the log in ")
                    .contains("consume");
        }
    }

    @Test
    void linesThatComeSlowlyAreThereAtOnceAndASignalKeepsThem() throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
        }
        Process producing = start("produce", "lines");
        var input = producing.outputWriter(StandardCharsets.UTF_8);
        input.write("one\n");
        input.flush();
        Process following = start("consume", "lines", "--follow");
        try (BufferedReader lines = following.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("one");
            input.write("two\nhalf a li");
            input.flush();
            assertThat(lines.readLine()).isEqualTo("two");
            signal(producing, "TERM");
            assertThat(producing.waitFor()).isEqualTo(TERMINATED);
            assertThat(messages(producing)).isEqualTo("Stopped. 2 records written to lines.\n");
            signal(following, "TERM");
            assertThat(lines.readLine()).isNull();
        }
        assertThat(following.waitFor()).isEqualTo(TERMINATED);
    }

    @Test
    void aTransactionThatIsStoppedIsAborted() throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
        }
        Process producing = start("produce", "lines", "--transactional-id", "t");
        var input = producing.outputWriter(StandardCharsets.UTF_8);
        // More than a pipe holds: when all of it is written, the process is reading.
        input.write("line\n".repeat(100_000));
        input.flush();
        signal(producing, INTERRUPT);
        assertThat(producing.waitFor()).isEqualTo(INTERRUPTED);
        assertThat(messages(producing)).isEqualTo("Stopped. Nothing was written.\n");
        CommandHarness millrace = new CommandHarness();
        millrace.run("consume", "lines", "--data", directory.toString());
        assertThat(millrace.out()).isEmpty();
    }

    @Test
    void whoWritesForNobodyEndsQuietly() throws Exception {
        try (EmbeddedLog log = EmbeddedLog.open(directory);
                var producer = log.producer()) {
            log.admin().createTopic("lines", 1, TopicSettings.defaults());
            for (int i = 0; i < 200; i++) {
                write(producer, "x".repeat(10_000));
            }
        }
        Process consuming = start("consume", "lines", "--group=g");
        consuming.getInputStream().read();
        consuming.getInputStream().close();
        assertThat(consuming.waitFor()).isEqualTo(141);
        assertThat(messages(consuming)).isEmpty();
        // What nobody took is not done (R3).
        try (EmbeddedLog log = EmbeddedLog.open(directory)) {
            assertThat(log.admin().committedOffsets("g").getOrDefault(new TopicPartition("lines", 0), 0L))
                    .isLessThan(200);
        }
    }

    private static void write(LogProducer producer, String value) {
        producer.send(ProducerRecord.of("lines", null, BytesView.ofUtf8(value)));
        producer.flush();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Millrace.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", directory.toString()));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static boolean isInterruptIgnored() {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 2) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String messages(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
