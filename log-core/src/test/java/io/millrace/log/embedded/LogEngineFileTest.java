package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerContract;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.platform.system.SystemWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files, and what only real threads and processes show. */
class LogEngineFileTest extends ProducerContract {
    @TempDir
    private Path directory;

    @Override
    protected EventLog open() {
        return LogEngine.open(SystemWorld.open(directory), EmbeddedLogConfig.defaults());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSystemTellsHowManyFilesTheProcessMayOpen() {
        // As the shell that starts the tests has it, but for what the virtual machine raises by itself: never fewer
        // than it has open.
        OptionalLong most = SystemWorld.open(directory).storage().mostOpenFiles();
        assertThat(most.orElseThrow()).isGreaterThan(15);
    }

    @Test
    void aWaitingPollIsWokenByTheAppend() {
        CountDownLatch polling = new CountDownLatch(1);
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try (LogConsumer consumer = assigned(ORDERS)) {
                polling.countDown();
                RecordCursor cursor = consumer.poll(LONG).get(0);
                cursor.next();
                return cursor.record().value().toUtf8();
            }
        });
        await(polling);
        write(ORDERS, "a");

        assertThat(read.join()).isEqualTo("a");
    }

    @Test
    void aWaitingPollIsWokenByWakeup() {
        CompletableFuture<LogConsumer> started = new CompletableFuture<>();
        CompletableFuture<Integer> polled = CompletableFuture.supplyAsync(() -> {
            try (LogConsumer consumer = assigned(ORDERS)) {
                started.complete(consumer);
                return consumer.poll(LONG).size();
            }
        });
        started.join().wakeup();

        assertThat(polled.join()).isZero();
    }

    @Test
    void aWaitingPollEndsWithTheLog() {
        CompletableFuture<Thread> polling = new CompletableFuture<>();
        CompletableFuture<?> poll = CompletableFuture.runAsync(() -> {
            try (LogConsumer consumer = assigned(ORDERS)) {
                polling.complete(Thread.currentThread());
                consumer.poll(LONG);
            }
        });
        Thread thread = polling.join();
        while (thread.getState() != Thread.State.TIMED_WAITING && !poll.isDone()) {
            Thread.onSpinWait();
        }
        log.close();
        assertThatThrownBy(poll::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The log is closed");
        log = open();
    }

    @Test
    void membersOnThreadsOfTheirOwnReadEverythingWhileOthersWrite() {
        int count = 20_000;
        Set<String> read = ConcurrentHashMap.newKeySet();
        ConcurrentLinkedQueue<LogConsumer> members = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> readers = List.of(reader(members, read, count), reader(members, read, count));
        try (LogProducer producer = log.producer()) {
            for (int i = 0; i < count; i++) {
                producer.send(i % 2 == 0 ? ORDERS : ORDERS_1, 1, null, bytes("v" + i), List.of());
                if (i % 100 == 0) {
                    producer.flush();
                }
            }
        }
        readers.forEach(CompletableFuture::join);

        assertThat(read).hasSize(count);
    }

    private CompletableFuture<Void> reader(ConcurrentLinkedQueue<LogConsumer> members, Set<String> read, int count) {
        return CompletableFuture.runAsync(() -> {
            try (LogConsumer consumer = log.consumer(ConsumerConfig.group("threads"))) {
                members.add(consumer);
                consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
                while (read.size() < count) {
                    for (RecordCursor cursor : consumer.poll(LONG)) {
                        while (cursor.next()) {
                            read.add(cursor.record().value().toUtf8());
                        }
                    }
                }
                members.forEach(LogConsumer::wakeup);
            }
        });
    }

    @Test
    void anotherProcessIsRefusedWhileTheLogIsOpenAndOpensItOnceThisOneIsKilled() throws Exception {
        closeLog();
        Process holder = start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("open");
            assertThatThrownBy(this::open)
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("already open in another process");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        log = open();

        assertThat(values(ORDERS, 1)).containsExactly("from the other process");
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Opens the log of a directory, writes a record, and holds it until killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            LogEngine engine = LogEngine.open(SystemWorld.open(Path.of(arguments[0])), EmbeddedLogConfig.defaults());
            LogProducer producer = engine.producer();
            producer.send(ORDERS, 1, null, bytes("from the other process"), List.of());
            producer.flush();
            System.out.println("open");
            // The parent never writes: this ends with the process.
            System.in.read();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
