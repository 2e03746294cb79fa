package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What stands at the end, when the input came all at once and overtook itself on the way through topics, is what the last rows give. */
class TablesAtOnceTest {
    private static final Topic<String, Long> IN = KafkaComparison.topic("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> ORDERS = KafkaComparison.topic("orders", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> CUSTOMERS =
            KafkaComparison.topic("customers", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> INNER = KafkaComparison.topic("inner", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> LEFT = KafkaComparison.topic("left", Serdes.string(), Serdes.int64());
    private static final Topic<BytesView, BytesView> SUBSCRIPTIONS =
            KafkaComparison.topic("comparison-left-subscriptions-changelog", Serdes.bytes(), Serdes.bytes());
    private static final Topic<String, Long> SUMS = KafkaComparison.topic("sums", Serdes.string(), Serdes.int64());

    private static String customer(Long order) {
        return "c" + order % 3;
    }

    private static void program(Pipeline.Builder builder) {
        // Orders lie where a partitioner of their own has put them.
        builder.stream(IN).to(ORDERS, (key, order, partitions) -> key == null ? 0 : (key.charAt(1) + 1) % partitions);
        var orders = builder.table(ORDERS, "orders");
        var customers = builder.table(CUSTOMERS, "customers");
        orders.join(
                        "inner",
                        customers,
                        (key, order) -> customer(order),
                        (order, customer) -> order * 100 + customer,
                        Serdes.int64())
                .toStream()
                .to(INNER);
        var left = orders.leftJoin(
                "left",
                customers,
                (key, order) -> customer(order),
                (order, customer) -> order * 100 + (customer == null ? 99 : customer),
                Serdes.int64());
        left.toStream().to(LEFT);
        left.groupBy("by-sum", (key, value) -> "g" + value % 2, Serdes.string())
                .reduce("sums", Long::sum, (sum, value) -> sum - value)
                .toStream()
                .to(SUMS);
    }

    /** The rows that a topic's records leave. */
    private static Map<String, Long> rows(List<Fed> input, Topic<?, ?> topic) {
        Map<String, Long> rows = new TreeMap<>();
        for (Fed fed : input) {
            if (fed.topic().equals(topic) && fed.key() instanceof String key) {
                rows.remove(key);
                if (fed.value() instanceof Long value) {
                    rows.put(key, value);
                }
            }
        }
        return rows;
    }

    private static Map<String, Long> expected(List<Fed> input) {
        Map<String, Long> customers = rows(input, CUSTOMERS);
        Map<String, Long> expected = new TreeMap<>();
        rows(input, IN).forEach((key, order) -> {
            Long customer = customers.get(customer(order));
            if (customer != null) {
                expected.put("inner/" + key, order * 100 + customer);
            }
            long left = order * 100 + (customer == null ? 99 : customer);
            expected.put("left/" + key, left);
            expected.merge("sums/g" + left % 2, left, Long::sum);
        });
        return expected;
    }

    private static void assertLast(Map<String, List<Written>> written, List<Fed> input) {
        assertThat(last(written)).isEqualTo(expected(input));
        // A row is subscribed to the one key that it refers to (FK1).
        assertThat(written.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(SUBSCRIPTIONS.name()))
                        .filter(entry -> newest(entry.getValue()) != null))
                .hasSameSizeAs(rows(input, IN).keySet());
    }

    private static @Nullable Object newest(List<Written> records) {
        return records.get(records.size() - 1).value();
    }

    /** What each key has at the end; a group whose rows have all left has a sum of 0. */
    private static Map<String, Long> last(Map<String, List<Written>> written) {
        Map<String, Long> last = new TreeMap<>();
        written.forEach((key, records) -> {
            if (newest(records) instanceof Long value && !(key.startsWith("sums/") && value == 0)) {
                last.put(key, value);
            }
        });
        return last;
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(1, 9);
        return Inputs.lists(List.of(
                Inputs.records(IN, values), Inputs.records(CUSTOMERS, Arbitraries.of("c0", "c1", "c2"), values)));
    }

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void theLastRowsDecide(@ForAll("input") List<Fed> input) {
        var run = new MillraceRun(TablesAtOnceTest::program, List.of(INNER, LEFT, SUMS, SUBSCRIPTIONS));
        assertLast(run.feedAtOnce(input), input);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void theyDoWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        var run =
                new MillraceRun(TablesAtOnceTest::program, List.of(INNER, LEFT, SUMS, SUBSCRIPTIONS)).withCrashes(seed);
        assertLast(run.feedAtOnce(input), input);
    }
}
