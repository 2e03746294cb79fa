package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A row that changes while the answer to what it was is on its way: what it was told must not stay. */
class ForeignKeyRaceTest {
    private static final Topic<String, Long> ORDERS = Topic.of("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> CUSTOMERS = Topic.of("customers", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BOTH = Topic.of("both", Serdes.string(), Serdes.int64());
    private static final long OF_NOBODY = 0;
    private static final long OF_NOBODY_EITHER = 1;

    private final PipelineTest test =
            PipelineTest.of(pipeline(), PipelineTestSettings.defaults().withPartitions(1));
    private final TestInputTopic<String, Long> orders = test.input(ORDERS);
    private final TestInputTopic<String, Long> customers = test.input(CUSTOMERS);

    /** All orders but two are those of one customer. */
    private static Pipeline pipeline() {
        Pipeline.Builder builder = Pipeline.named("race");
        builder.table(ORDERS, "orders")
                .join(
                        "both",
                        builder.table(CUSTOMERS, "customers"),
                        (key, order) -> order == OF_NOBODY || order == OF_NOBODY_EITHER ? null : "alice",
                        (order, customer) -> order * 100 + customer,
                        Serdes.int64())
                .toStream()
                .to(BOTH);
        return builder.build();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private void sendFirst() {
        orders.send("first", 5L);
        customers.send("alice", 7L);
        test.run();
        assertThat(test.output(BOTH).readLatestPerKey()).isEqualTo(Map.of("first", 507L));
    }

    @Test
    void aRowThatChangesWhileWhatItRefersToGoesHasNoResult() {
        sendFirst();
        orders.send("first", 6L);
        customers.sendTombstone("alice");
        test.run();
        assertThat(test.output(BOTH).readLatestPerKey()).isEmpty();
        assertThat(test.state("both")).isEmpty();
    }

    @Test
    void aRowThatGoesAndComesBackMeanwhileHasNoResult() {
        sendFirst();
        orders.sendTombstone("first");
        orders.send("first", 5L);
        customers.sendTombstone("alice");
        test.run();
        assertThat(test.output(BOTH).readLatestPerKey()).isEmpty();
    }

    @Test
    void aRowThatRefersToNobodyTwiceInARowHasNoResult() {
        sendFirst();
        orders.send("first", OF_NOBODY);
        orders.send("first", OF_NOBODY_EITHER);
        test.run();
        assertThat(test.output(BOTH).readLatestPerKey()).isEmpty();
    }

    @Test
    void whereThereWasNoResultNothingIsTold() {
        orders.send("first", 5L);
        orders.send("first", 6L);
        orders.sendTombstone("first");
        test.run();
        assertThat(test.output(BOTH).isEmpty()).isTrue();
    }
}
