package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerRecord;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.guard.ThreadGuard;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a second thread in a producer or a consumer while the first one is in a call. */
class ThreadGuardTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final SimulatedWorld world = new SimulatedWorld(37);
    /** The first thread is in its call. */
    private final CountDownLatch entered = new CountDownLatch(1);
    /** It may go on. */
    private final CountDownLatch released = new CountDownLatch(1);

    private LogEngine engine;

    @BeforeEach
    void open() {
        engine = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 1, TopicSettings.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    static Stream<Method> callsOfAProducer() {
        return Arrays.stream(LogProducer.class.getDeclaredMethods());
    }

    @ParameterizedTest
    @MethodSource("callsOfAProducer")
    void aSecondThreadIsRefusedByAProducerAndTheFirstGoesOn(Method call) {
        LogProducer producer = producer();
        CompletableFuture<?> first = inItsCall(() -> producer.send(ProducerRecord.of("orders", null, value())));
        Throwable refused = catchThrowable(() -> invoke(call, producer));
        released.countDown();

        assertThat(refused)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasMessageContaining(
                        "called " + call.getName() + "() of a producer while thread the-first is in a call")
                .hasMessageContaining("give each thread a producer of its own");
        first.join();
        assertThatCode(producer::close).as("one after the other").doesNotThrowAnyException();
        assertThat(engine.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(1);
    }

    static Stream<Method> callsOfAConsumer() {
        return Arrays.stream(LogConsumer.class.getDeclaredMethods())
                .filter(method -> !method.getName().equals("wakeup"));
    }

    @ParameterizedTest
    @MethodSource("callsOfAConsumer")
    void aSecondThreadIsRefusedByAConsumerAndTheFirstGoesOn(Method call) {
        LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));
        consumer.subscribe(Set.of("orders"), new WaitingListener());
        CompletableFuture<?> first = inItsCall(() -> consumer.poll(Duration.ZERO));
        Throwable refused = catchThrowable(() -> invoke(call, consumer));
        consumer.wakeup();
        released.countDown();

        assertThat(refused)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasMessageContaining(
                        "called " + call.getName() + "() of a consumer while thread the-first is in a call")
                .hasMessageContaining("only wakeup() may come from another thread");
        first.join();
        assertThat(consumer.assignment()).containsExactly(ORDERS);
        assertThatCode(consumer::close).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("callsOfAConsumer")
    void aConsumerOfALogThatIsOnlyReadIsGuardedToo(Method call) {
        engine.close();
        try (ReadOnlyLog reader = ReadOnlyLog.open(world.world())) {
            LogConsumer consumer = reader.consumer(ConsumerConfig.standalone());
            CompletableFuture<?> first = inItsCall(() -> consumer.assign(new WaitingSet()));
            Throwable refused = catchThrowable(() -> invoke(call, consumer));
            released.countDown();

            assertThat(refused).isInstanceOf(ConcurrentModificationException.class);
            first.join();
        }
    }

    @Test
    void aListenerCallsItsConsumerAndWhatFollowsIsGuardedAgain() {
        LogConsumer consumer = engine.consumer(ConsumerConfig.group("bank"));
        AtomicReference<@Nullable Long> position = new AtomicReference<>();
        consumer.subscribe(Set.of("orders"), new Listener() {
            @Override
            public void onAssigned(Set<TopicPartition> partitions) {
                position.set(consumer.position(ORDERS));
                consumer.commit();
            }
        });
        consumer.poll(Duration.ZERO);
        assertThat(position.get()).isZero();

        CompletableFuture<?> first = inItsCall(() -> consumer.pause(new WaitingSet()));
        assertThatThrownBy(consumer::assignment).isInstanceOf(ConcurrentModificationException.class);
        released.countDown();
        first.join();
    }

    @Test
    void aCallThatFailsLetsTheNextThreadIn() {
        LogProducer producer = engine.producer();
        assertThatThrownBy(() -> producer.send(new TopicPartition("none", 0), 1, null, value(), List.of()))
                .isNotInstanceOf(ConcurrentModificationException.class);
        onThread("the-first", producer::close).join();
    }

    /** Two that entered at once: who finds somebody else in its place says so. */
    @Test
    void whoeverWasInsideTogetherWithAnotherIsTold() {
        ThreadGuard guard = new ThreadGuard("pen", "buy another");
        guard.enterOften("write()");
        String me = Thread.currentThread().getName();
        onThread(
                        "the-first",
                        () -> assertThatThrownBy(guard::exit)
                                .isInstanceOf(ConcurrentModificationException.class)
                                .hasMessageContaining("the-first was in a call of a pen together with thread " + me)
                                .hasMessageContaining("buy another"))
                .join();
        guard.exit();
        assertThatThrownBy(guard::exit)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasMessageContaining("together with another thread");
    }

    @Test
    void eitherWayToEnterSeesTheOther() {
        ThreadGuard guard = new ThreadGuard("pen", "buy another");
        guard.enter("write()");
        guard.enterOften("write()");
        guard.enter("write()");
        Runnable refused = () -> {
            assertThatThrownBy(() -> guard.enter("rub()")).isInstanceOf(ConcurrentModificationException.class);
            assertThatThrownBy(() -> guard.enterOften("rub()")).isInstanceOf(ConcurrentModificationException.class);
        };
        for (int i = 0; i < 3; i++) {
            onThread("another", refused).join();
            guard.exit();
        }
        onThread("another", () -> {
                    guard.enter("rub()");
                    guard.exit();
                })
                .join();
    }

    private LogProducer producer() {
        return engine.producer(ProducerConfig.defaults().withPartitioning((record, partitions) -> {
            await();
            return 0;
        }));
    }

    private void await() {
        entered.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when the call waits. */
    private CompletableFuture<?> inItsCall(Runnable call) {
        CompletableFuture<?> first = onThread("the-first", call);
        try {
            entered.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return first;
    }

    private static CompletableFuture<?> onThread(String name, Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        action.run();
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static void invoke(Method call, Object on) throws Throwable {
        Object[] arguments = Arrays.stream(call.getParameterTypes())
                .map(ThreadGuardTest::any)
                .toArray();
        try {
            call.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object any(Class<?> type) {
        List<Object> all = List.of(
                Set.of(),
                Map.of(),
                List.of(),
                Duration.ZERO,
                ORDERS,
                RebalanceListener.NONE,
                Pattern.compile("x"),
                value(),
                ProducerRecord.of("orders", null, value()));
        return type == long.class
                ? 1L
                : all.stream().filter(type::isInstance).findFirst().orElseThrow();
    }

    private static BytesView value() {
        return BytesView.ofUtf8("v");
    }

    private abstract static class Listener implements RebalanceListener {
        @Override
        public void onRevoked(Set<TopicPartition> partitions) {}

        @Override
        public void onLost(Set<TopicPartition> partitions) {}
    }

    private final class WaitingListener extends Listener {
        @Override
        public void onAssigned(Set<TopicPartition> partitions) {
            await();
        }
    }

    /** Keeps whoever looks into it. */
    private final class WaitingSet extends AbstractSet<TopicPartition> {
        @Override
        public Iterator<TopicPartition> iterator() {
            await();
            return Collections.emptyIterator();
        }

        @Override
        public int size() {
            await();
            return 0;
        }
    }
}
