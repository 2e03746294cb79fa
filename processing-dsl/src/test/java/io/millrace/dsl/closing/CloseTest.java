package io.millrace.dsl.closing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.AppStatus.State;
import io.millrace.dsl.Application;
import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.log.ConsumerConfig;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.World;
import io.millrace.platform.system.SystemWorld;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an application ends while its user's code is at work, on real threads: a latch stands for what the code waits for, and no time is measured. */
class CloseTest {
    private static final Topic<String, String> IN =
            Topic.of("in", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Topic<String, String> OUT =
            Topic.of("out", Serdes.string(), Serdes.string()).withPartitions(1);
    private static final Duration LONG = Duration.ofMinutes(4);

    @TempDir
    private Path directory;

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private World world;
    private EmbeddedLog log;

    @BeforeEach
    void open() {
        world = SystemWorld.open(directory.resolve("log"));
        log = EmbeddedLog.open(world, EmbeddedLogConfig.defaults());
        log.admin().createTopic("in", 1, IN.settings());
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Pipeline pipeline(UnaryOperator<String> step) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.stream(IN).onError(ErrorPolicy.skip()).mapValues(step::apply).to(OUT);
        return builder.build();
    }

    private AppSettings settings() {
        return AppSettings.of(world, MemoryBackend::new).withCommitInterval(Duration.ofMillis(1));
    }

    private void send(String... values) {
        try (LogProducer producer = log.producer()) {
            Stream.of(values)
                    .forEach(value ->
                            producer.send(ProducerRecord.of("in", BytesView.ofUtf8("key"), BytesView.ofUtf8(value))));
        }
    }

    /** What is committed. */
    private List<String> results() {
        List<String> values = new ArrayList<>();
        TopicPartition out = new TopicPartition("out", 0);
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(out));
            while (consumer.lag(out).orElseThrow() > 0) {
                for (RecordCursor cursor : consumer.poll(LONG)) {
                    while (cursor.next()) {
                        BytesView value = cursor.record().value();
                        values.add(value == null ? null : value.toUtf8());
                    }
                }
            }
        }
        return values;
    }

    /** Waits for the release whoever interrupts. */
    private String hang(String value) {
        if (value.equals("stuck")) {
            arrived.countDown();
            boolean isReleased = false;
            while (!isReleased) {
                try {
                    released.await();
                    isReleased = true;
                } catch (InterruptedException e) {
                    // It is this that the test is about.
                }
            }
        }
        return value;
    }

    @Test
    void aStackThatAListenerExhaustsIsItsOwn() {
        send("one");
        Application app = pipeline(value -> value).start(log, settings());
        app.listen((before, now) -> deeper(now.ordinal()));
        assertThat(app.awaitDrained(LONG)).isTrue();
        app.close();
        assertThat(app.failure()).isEmpty();
    }

    private static int deeper(int depth) {
        return depth < 0 ? 0 : deeper(depth + 1) + depth;
    }

    /** Else it would wait for itself for as long as it is given, and interrupt itself. */
    @Test
    void codeThatClosesItsOwnApplicationIsToldToStopInstead() {
        List<Application> started = new CopyOnWriteArrayList<>();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Application app = pipeline(value -> {
                    started.stream().map(one -> catchThrowable(one::close)).forEach(thrown::add);
                    return value;
                })
                .start(log, settings());
        started.add(app);
        send("one");
        assertThat(app.awaitDrained(LONG)).isTrue();
        app.close();
        assertThat(thrown)
                .singleElement()
                .satisfies(refused -> assertThat(refused)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Application 'app' cannot be closed by code of its own pipeline")
                        .hasMessageContaining("call stop() there"));
    }

    @Test
    void codeThatNeverReturnsIsNamedAndFencedAndWhatItDoesLaterCountsForNothing() throws InterruptedException {
        send("one", "two", "stuck", "four");
        Application app = pipeline(this::hang).start(log, settings());
        arrived.await();
        LogException thrown = catchThrowableOfType(LogException.class, () -> app.close(Duration.ZERO));
        assertThat(thrown)
                .hasMessageStartingWith("Application 'app' has not ended within PT0S, nor within PT5S after it was"
                        + " interrupted: loop 'app-0' in task 0_0, at the record of in-0 at offset 2 (")
                .hasMessageContaining("(io.millrace.dsl.closing.CloseTest.")
                .hasMessageContaining("its partitions go to other instances")
                .hasMessageContaining("AppSettings.withCloseTimeout");
        assertThat(thrown.getCause().getStackTrace())
                .extracting(StackTraceElement::getMethodName)
                .contains("hang");
        assertThat(app.status().state()).isEqualTo(State.STOPPING);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("app-0"))
                .singleElement()
                .matches(thread -> !thread.isDaemon(), "keeps the process from ending by itself");

        try (Application other = pipeline(value -> value + "!").start(log, settings(), "other")) {
            assertThat(other.awaitDrained(LONG)).isTrue();
        }
        List<String> all = results();
        assertThat(all.stream().map(value -> value.replace("!", ""))).containsExactly("one", "two", "stuck", "four");
        assertThat(all).endsWith("stuck!", "four!");

        released.countDown();
        app.close();
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
        assertThat(app.failure()).isEmpty();
        assertThat(results()).isEqualTo(all);
    }

    /** By an exception, of which the policy would make a skipped record. */
    @Test
    void whatAnInterruptedStepThrowsIsNotJudgedButProcessedAgain() throws InterruptedException {
        assertProcessedAgain(value -> {
            try {
                arrived.countDown();
                released.await();
                return value;
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
    }

    /** By a result, as of a client that gives up when it is interrupted. */
    @Test
    void whatAnInterruptedStepReturnsIsNotCommittedButProcessedAgain() throws InterruptedException {
        assertProcessedAgain(value -> {
            try {
                arrived.countDown();
                released.await();
                return value;
            } catch (InterruptedException e) {
                return "unknown";
            }
        });
    }

    private void assertProcessedAgain(UnaryOperator<String> step) throws InterruptedException {
        send("one");
        Application app = pipeline(step).start(log, settings());
        arrived.await();
        app.close(Duration.ZERO);
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
        assertThat(app.failure()).isEmpty();
        assertThat(app.status().recordsSkipped()).isZero();
        assertThat(results()).isEmpty();
        try (Application next = pipeline(value -> value).start(log, settings())) {
            assertThat(next.awaitDrained(LONG)).isTrue();
        }
        assertThat(results()).containsExactly("one");
    }

    @Test
    void aGracefulEndCommitsThePresentRecordAndBeginsNoOther() {
        send("one", "two", "three");
        CountDownLatch stopping = new CountDownLatch(1);
        List<String> seen = new ArrayList<>();
        Application app = pipeline(value -> {
                    seen.add(value);
                    arrived.countDown();
                    try {
                        stopping.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return value;
                })
                .start(log, settings().withCommitInterval(LONG).withCloseTimeout(LONG));
        app.listen((before, now) -> {
            if (now == State.STOPPING) {
                stopping.countDown();
            }
        });
        await(arrived);
        app.close();
        assertThat(seen).containsExactly("one");
        assertThat(results()).containsExactly("one");
        assertThat(log.admin().committedOffsets("app")).containsEntry(new TopicPartition("in", 0), 1L);
    }

    @Test
    void aSourceThatWaitsForItsNextItemIsInterruptedAndLosesNothing() {
        Application app = ingesting(() -> {
            await(released);
            return "never";
        });
        await(arrived);
        app.close(Duration.ZERO);
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
        assertThat(app.failure()).isEmpty();
        released.countDown();
        try (Application next = ingesting(() -> null)) {
            assertThat(next.awaitDrained(LONG)).isTrue();
        }
        assertThat(results()).containsExactly("first");
    }

    @Test
    void aSourceThatNeverReturnsIsNamed() {
        Application app = ingesting(() -> hang("stuck"));
        await(arrived);
        assertThatThrownBy(() -> app.close(Duration.ZERO))
                .isInstanceOf(LogException.class)
                .hasMessageContaining(
                        "loop 'app-ingest-items' in source 'items', behind position 0, which is committed");
        released.countDown();
        app.close();
    }

    /** One item, and then whatever the next one is. */
    private Application ingesting(Supplier<String> second) {
        Pipeline.Builder builder = Pipeline.named("app");
        builder.ingest("items", () -> new Items(second), (item, out) -> out.send(IN, "key", item, 0));
        builder.stream(IN).to(OUT);
        return builder.build().start(log, settings().withCommitInterval(LONG));
    }

    private final class Items implements RecordSource<String> {
        private final Supplier<String> second;
        private long position;

        private Items(Supplier<String> second) {
            this.second = second;
        }

        @Override
        public void seek(long to) {
            position = to;
        }

        @Override
        public String next() {
            if (position == 0) {
                position = 1;
                return "first";
            }
            arrived.countDown();
            return second.get();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public boolean isFinished() {
            return position == 1;
        }

        @Override
        public void close() {}
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theCallersInterruptDoesNotCutAGracefulEndOff() {
        send("one");
        Application app = pipeline(value -> value).start(log, settings());
        assertThat(app.awaitDrained(LONG)).isTrue();
        Thread.currentThread().interrupt();
        app.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(app.status().state()).isEqualTo(State.STOPPED);
    }

    @Test
    void timesThatNobodyCanWantAreRefused() {
        assertThatThrownBy(() -> settings().withCloseTimeout(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("closeTimeout is zero or more");
        assertThatThrownBy(() -> settings().withMaxPollInterval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxPollInterval is more than zero");
        try (Application app = pipeline(value -> value).start(log, settings())) {
            assertThatThrownBy(() -> app.close(Duration.ofSeconds(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("zero or more");
        }
    }
}
