package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a second thread in a transactional producer while the first one sends. */
class GuardedTransactionalProducerTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final SimulatedWorld world = new SimulatedWorld(41);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    static Stream<Method> calls() {
        return Arrays.stream(TransactionalProducer.class.getDeclaredMethods())
                .filter(method -> !method.getName().equals("transactionalId"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aSecondThreadIsRefusedAndTheTransactionOfTheFirstGoesOn(Method call) throws InterruptedException {
        try (EmbeddedLog log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults())) {
            log.admin().createTopic("orders", 1, TopicSettings.defaults());
            TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("bank"));
            producer.begin();
            CompletableFuture<Void> first = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> {
                        try {
                            producer.send(ORDERS, 1, null, BytesView.ofUtf8("v"), new WaitingList());
                            first.complete(null);
                        } catch (RuntimeException e) {
                            first.completeExceptionally(e);
                        }
                    },
                    "the-first");
            thread.start();
            entered.await();
            Throwable refused = catchThrowable(() -> invoke(call, producer));
            assertThat(producer.transactionalId()).isEqualTo("bank");
            released.countDown();

            assertThat(refused)
                    .isInstanceOf(ConcurrentModificationException.class)
                    .hasMessageContaining(
                            "called " + call.getName() + "() of a transactional producer while thread the-first")
                    .hasMessageContaining("a transactional id of its own");
            first.join();
            thread.join();
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
            assertThat(producer.endOffset(ORDERS)).isEqualTo(1);
            producer.close();
        }
    }

    private static void invoke(Method call, Object on) throws Throwable {
        Object[] arguments = Arrays.stream(call.getParameterTypes())
                .map(GuardedTransactionalProducerTest::any)
                .toArray();
        try {
            call.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object any(Class<?> type) {
        List<Object> all =
                List.of(Map.of(), List.of(), ORDERS, BytesView.ofUtf8("v"), new GroupMetadata("bank", "", -1));
        return type == long.class
                ? 1L
                : all.stream().filter(type::isInstance).findFirst().orElseThrow();
    }

    /** Keeps whoever looks into it. */
    private final class WaitingList extends AbstractList<Header> {
        @Override
        public Header get(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public int size() {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return 0;
        }
    }
}
