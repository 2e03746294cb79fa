package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.log.Disposition;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerConfig.LagPolicy;
import io.millrace.log.ProducerRecord;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.LoopStep;
import io.millrace.platform.Scheduler;
import io.millrace.platform.Waiter;
import io.millrace.platform.World;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends the wait of a producer that is held back, and what the wait costs: counted, on virtual time. */
class BackPressureTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final GroupMetadata BANK = new GroupMetadata("bank", "", -1);
    private static final GroupMetadata AUDIT = new GroupMetadata("audit", "", -1);
    private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

    private final SimulatedWorld world = new SimulatedWorld(23);
    private final CountedWaiters waiters = new CountedWaiters(world.world().scheduler());
    private final LogEngine engine = open();

    /** What a producer may wait for. */
    enum Held {
        BY_A_GROUP,
        BY_ITS_MEMORY,
        BY_ITS_PROMISES
    }

    @ParameterizedTest
    @EnumSource(Held.class)
    void aWaitThatIsInVainLooksTenTimesASecondAndEndsWhenItShould(Held held) {
        LogProducer producer = held(held, Duration.ofMinutes(1));
        long begin = world.clock().nanos();
        int before = waiters.waits;
        LogException refused = catchThrowableOfType(LogException.class, () -> taken(producer, held));

        assertThat(refused.disposition()).isEqualTo(Disposition.RETRY);
        assertThat(refused).hasMessageContaining("not taken").hasMessageContaining("orders-0");
        if (held == Held.BY_ITS_PROMISES) {
            assertThat(refused)
                    .hasMessageContaining("NO_SPACE. Free what is short")
                    .hasCauseInstanceOf(LogException.class);
        }
        assertThat(waited(begin)).isBetween(Duration.ofMinutes(1), Duration.ofMillis(60_001));
        assertThat(waiters.waits - before).isBetween(600, 601);
        release(held);
        taken(producer, held);
    }

    @ParameterizedTest
    @EnumSource(Held.class)
    void aProducerThatMayNotWaitIsRefusedAtOnce(Held held) {
        LogProducer producer = held(held, Duration.ZERO);
        long begin = world.clock().nanos();
        int before = waiters.waits;
        assertThat(catchThrowableOfType(LogException.class, () -> taken(producer, held)))
                .isNotNull();
        assertThat(waited(begin)).isZero();
        assertThat(waiters.waits).isEqualTo(before);
    }

    /** As a loop's stop does it: nothing was taken, the producer is as it was, and the thread still knows that it was interrupted. */
    @ParameterizedTest
    @EnumSource(Held.class)
    void anInterruptEndsTheWait(Held held) {
        LogProducer producer = held(held, FOR_EVER);
        long begin = world.clock().nanos();
        after(Duration.ofSeconds(3), () -> Thread.currentThread().interrupt());
        LogException refused = catchThrowableOfType(LogException.class, () -> taken(producer, held));
        boolean interrupted = Thread.interrupted();

        assertThat(interrupted).isTrue();
        assertThat(refused.disposition()).isEqualTo(Disposition.RETRY);
        assertThat(waited(begin)).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3_200));
        release(held);
        taken(producer, held);
    }

    @ParameterizedTest
    @EnumSource(Held.class)
    void theEndOfTheEngineEndsTheWait(Held held) {
        LogProducer producer = held(held, FOR_EVER);
        long begin = world.clock().nanos();
        after(Duration.ofSeconds(3), engine::close);
        Throwable first = catchThrowable(() -> taken(producer, held));

        assertThat(waited(begin)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(first == null || first instanceof LogException)
                .as("what was promised is told of by its future")
                .isTrue();
        assertThat(errorOfSendAndFlush(producer, held).disposition()).isEqualTo(Disposition.STOP);
    }

    @ParameterizedTest
    @EnumSource(Held.class)
    void theDeletionOfTheTopicEndsTheWait(Held held) {
        LogProducer producer = held(held, FOR_EVER);
        long begin = world.clock().nanos();
        after(Duration.ofSeconds(3), () -> {
            // The catalogue needs room, too.
            world.storage().limitCapacity(Long.MAX_VALUE);
            engine.admin().deleteTopic("orders");
            world.storage().limitCapacity(0);
        });
        LogException refused = errorOfSendAndFlush(producer, held);

        assertThat(refused.disposition()).isEqualTo(Disposition.STOP);
        assertThat(refused).hasMessageContaining("deleted");
        assertThat(waited(begin)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
    }

    @Test
    void noMoreBatchesAreUnderConstructionThanMemoryHoldsAndTheOldestGoesFirst() {
        engine.admin().addPartitions("orders", 20);
        LogProducer producer = engine.producer(ProducerConfig.defaults().withBufferBytes(299));
        for (int i = 0; i < 60; i++) {
            producer.send(new TopicPartition("orders", i % 20), 1, null, BytesView.ofUtf8("v"), List.of());
            int sent = i + 1;
            long written = 0;
            for (int partition = 0; partition < 20; partition++) {
                written += engine.admin().endOffset(new TopicPartition("orders", partition), Isolation.READ_COMMITTED);
            }
            assertThat(sent - written).isEqualTo(Math.min(sent, 2));
        }
    }

    @Test
    void aCommitEndsTheWaitAtOnceAndTheNextOnesFindNobodyWaiting() {
        LogProducer producer = held(Held.BY_A_GROUP, FOR_EVER);
        long[] committedAt = new long[1];
        after(Duration.ofMillis(3_050), () -> {
            committedAt[0] = world.clock().nanos();
            engine.groups().commit(BANK, Map.of(ORDERS, 1L));
        });
        taken(producer, Held.BY_A_GROUP);

        assertThat(waited(committedAt[0])).isLessThan(Duration.ofMillis(1));
        int before = waiters.signals;
        engine.groups().commit(BANK, Map.of(ORDERS, 1L));
        assertThat(waiters.signals).as("the producer waits no more").isEqualTo(before);
    }

    @Test
    void aGroupThatIsDeletedLagsFromTheStartAndHoldsBackUntilItIsThereAgain() {
        LogProducer producer = held(Held.BY_A_GROUP, Duration.ofSeconds(10));
        long begin = world.clock().nanos();
        after(
                Duration.ofSeconds(3),
                () -> assertThat(engine.admin().deleteGroup("bank")).isTrue());
        LogException refused = catchThrowableOfType(LogException.class, () -> taken(producer, Held.BY_A_GROUP));
        assertThat(refused).hasMessageContaining("group bank lags 1 offsets behind");
        assertThat(waited(begin)).isBetween(Duration.ofSeconds(10), Duration.ofMillis(10_001));

        after(Duration.ofSeconds(5), () -> engine.groups().commit(BANK, Map.of(ORDERS, 1L)));
        taken(producer, Held.BY_A_GROUP);
        assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(1);
    }

    /** A group that committed nothing is not behind what retention took away. */
    @Test
    void theSlowestGroupCountsAndOnlyWhatIsStillThere() {
        LogProducer producer =
                engine.producer(ProducerConfig.defaults().withLagPolicy(LagPolicy.reject(1, "bank", "audit")));
        write(producer);
        write(producer);
        assertRefused(producer, "group audit lags 2");
        engine.groups().commit(AUDIT, Map.of(ORDERS, 2L));
        assertRefused(producer, "group bank lags 2");
        engine.groups().commit(BANK, Map.of(ORDERS, 1L));
        write(producer);
        assertRefused(producer, "group bank lags 2");
        engine.partition(ORDERS).checkpoint();
        engine.partition(ORDERS).cleaning().step(() -> {
            engine.partition(ORDERS).cleaning().closeActive(active -> true);
            return 0;
        });
        engine.partition(ORDERS).checkpoint();
        engine.partition(ORDERS).cleaning().step(() -> {
            engine.partition(ORDERS).cleaning().deleteBelow(3, world.clock().nanos());
            return 0;
        });
        write(producer);
    }

    private void assertRefused(LogProducer producer, String why) {
        assertThat(catchThrowableOfType(LogException.class, () -> write(producer)))
                .hasMessageContaining(why);
    }

    private static void write(LogProducer producer) {
        producer.send(ORDERS, 1, null, BytesView.ofUtf8("v"), List.of());
        producer.flush();
    }

    /** How a record fails that goes nowhere: the send, the flush, or what the send promised. */
    private LogException errorOfSendAndFlush(LogProducer producer, Held held) {
        Throwable error = catchThrowable(() -> {
            CompletableFuture<?> sent = send(producer, held);
            producer.flush();
            world.runUntilIdle();
            sent.join();
        });
        return (LogException) (error instanceof CompletionException ? error.getCause() : error);
    }

    /** A producer whose next {@link #send} has to wait. */
    private LogProducer held(Held by, Duration maxBlock) {
        ProducerConfig config = ProducerConfig.defaults().withMaxBlock(maxBlock).withDeliveryTimeout(FOR_EVER);
        return switch (by) {
            case BY_A_GROUP -> {
                LogProducer producer = engine.producer(config.withLagPolicy(LagPolicy.block(0, "bank")));
                write(producer);
                yield producer;
            }
            case BY_ITS_MEMORY -> {
                LogProducer producer = engine.producer(config.withBufferBytes(1));
                // An opening needs room, too: it is not what is waited for.
                engine.partition(new TopicPartition("orders", 1));
                producer.send(ORDERS, 1, null, BytesView.ofUtf8("v"), List.of());
                world.storage().limitCapacity(0);
                yield producer;
            }
            case BY_ITS_PROMISES -> {
                LogProducer producer = engine.producer(config);
                taken(producer, by);
                world.runUntilIdle();
                world.storage().limitCapacity(0);
                taken(producer, by);
                yield producer;
            }
        };
    }

    private static void taken(LogProducer producer, Held held) {
        assertThat(send(producer, held)).isNotNull();
    }

    private static CompletableFuture<?> send(LogProducer producer, Held held) {
        BytesView value = BytesView.ofUtf8("v".repeat(100));
        CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
        switch (held) {
            case BY_A_GROUP -> producer.send(ORDERS, 1, null, value, List.of());
            case BY_ITS_MEMORY -> producer.send(new TopicPartition("orders", 1), 1, null, value, List.of());
            case BY_ITS_PROMISES ->
                sent = producer.send(new ProducerRecord("orders", 0, null, null, value, List.of()))
                        .toCompletableFuture();
        }
        return sent;
    }

    private void release(Held held) {
        world.storage().limitCapacity(Long.MAX_VALUE);
        if (held == Held.BY_A_GROUP) {
            engine.groups().commit(BANK, Map.of(ORDERS, 1L));
        }
    }

    private void after(Duration delay, Runnable action) {
        long due = world.clock().nanos() + delay.toNanos();
        boolean[] done = new boolean[1];
        LoopStep step = new LoopStep() {
            @Override
            public int runOnce(long nowNanos) {
                if (!done[0] && nowNanos - due >= 0) {
                    done[0] = true;
                    action.run();
                }
                return 0;
            }

            @Override
            public long nanosUntilDue(long nowNanos) {
                return done[0] ? Long.MAX_VALUE : due - nowNanos;
            }
        };
        world.scheduler().start("afterwards", step, FOR_EVER);
    }

    private Duration waited(long sinceNanos) {
        return Duration.ofNanos(world.clock().nanos() - sinceNanos);
    }

    private LogEngine open() {
        World real = world.world();
        World counted = new World(real.storage(), real.clock(), real.ticker(), real.random(), waiters);
        LogEngine opened = LogEngine.open(counted, EmbeddedLogConfig.defaults().withProducerBatchBytes(100));
        opened.admin().createTopic("orders", 2, TopicSettings.defaults());
        return opened;
    }

    private static final class CountedWaiters implements Scheduler {
        private final Scheduler scheduler;
        private int waits;
        private int signals;

        CountedWaiters(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public Loop start(String name, LoopStep step, Duration idle) {
            return scheduler.start(name, step, idle);
        }

        @Override
        public void runTogether(List<Runnable> tasks) {
            scheduler.runTogether(tasks);
        }

        @Override
        public Waiter newWaiter() {
            Waiter waiter = scheduler.newWaiter();
            return new Waiter() {
                @Override
                public void await(long nanos) {
                    waits++;
                    waiter.await(nanos);
                }

                @Override
                public void signal() {
                    signals++;
                    waiter.signal();
                }
            };
        }
    }
}
