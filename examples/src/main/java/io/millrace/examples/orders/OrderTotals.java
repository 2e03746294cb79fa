package io.millrace.examples.orders;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.WindowedSerdes;
import io.millrace.dsl.WindowedTable;
import io.millrace.examples.local.CsvLines;
import io.millrace.examples.local.LocalRun;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.serde.KryoSerde;
import io.millrace.state.time.Windowed;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What each customer ordered in each hour, by the time of the orders: to the cent, told once an hour is over, and with the orders that came too late
 * for theirs. An order counts once, whatever is killed meanwhile.
 */
public final class OrderTotals {
    /** What {@link #read} asks for; {@code time} as in {@code 2026-01-05T09:03:00Z}, {@code items} apart by spaces. */
    public static final String HEADER = "customer,amount,time,items";

    /** Cents are no fractions of two: {@code BigDecimal} adds them exactly, {@code double} does not. */
    public record Order(String customer, BigDecimal amount, Instant time, List<String> items) {}

    record Total(long orders, long items, BigDecimal amount) {
        static final Total NONE = new Total(0, 0, BigDecimal.ZERO);

        Total plus(Order order) {
            return new Total(orders + 1, items + order.items().size(), amount.add(order.amount()));
        }
    }

    // Kryo writes nothing that it was not told of, so that no record names a class of its own choice.
    private static final Serde<Order> ORDER = KryoSerde.builder(Order.class)
            .register(BigDecimal.class)
            .register(Instant.class)
            .registerImmutableCollections() // what List.of returns
            .build();
    private static final Serde<Total> TOTAL = KryoSerde.of(Total.class, BigDecimal.class);

    static final Duration HOUR = Duration.ofHours(1);
    /** Orders come late: an hour is over when one has come that is five minutes behind its end. */
    static final Duration GRACE = Duration.ofMinutes(5);

    static final Topic<String, Order> ORDERS =
            Topic.of("orders", Serdes.string(), ORDER).withPartitions(2);
    static final Topic<Windowed<String>, Total> TOTALS = Topic.of(
                    "totals", WindowedSerdes.time(Serdes.string(), HOUR), TOTAL)
            .withPartitions(2);
    static final Topic<String, Order> LATE =
            Topic.of("late-orders", Serdes.string(), ORDER).withPartitions(2);
    static final String OPEN = "open-hours";

    private OrderTotals() {}

    /** @param source the name under which is known how far the orders were read */
    static Pipeline pipeline(String source, Supplier<? extends RecordSource<Order>> orders) {
        Pipeline.Builder builder = Pipeline.named("order-totals");
        // The record's timestamp is the order's own: windows go by it, and not by when the order came.
        builder.ingest(
                source,
                orders,
                (order, out) ->
                        out.send(ORDERS, order.customer(), order, order.time().toEpochMilli()));

        WindowedTable<String, Order, Total> totals = builder.stream(ORDERS)
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(HOUR).withGrace(GRACE))
                .emitFinal() // once, when the hour is over; otherwise each order tells a new total
                .aggregate(OPEN, () -> Total.NONE, (customer, order, total) -> total.plus(order), TOTAL);
        totals.toStream().to(TOTALS);
        totals.late().to(LATE); // their hour was told already: somebody has to look at them
        return builder.build();
    }

    /** A line of the table. */
    private record Row(String customer, Instant hour, Total total, boolean isOpen) {
        Row(Windowed<String> window, Total total, boolean isOpen) {
            this(window.key(), Instant.ofEpochMilli(window.start()), total, isOpen);
        }

        String text() {
            return String.format(
                    "%-12s  %s  %6d  %6d  %10s%s",
                    customer,
                    hour,
                    total.orders(),
                    total.items(),
                    total.amount().toPlainString(),
                    isOpen ? "  still open" : "");
        }
    }

    /** Totals what is new of these orders, on top of what was totalled before, and tells of all hours and of all late orders. */
    public static void run(
            Path directory, String source, Supplier<? extends RecordSource<Order>> orders, Consumer<String> out) {
        List<Row> rows = new ArrayList<>();
        List<Order> late = new ArrayList<>();
        try (LocalRun run = LocalRun.start(pipeline(source, orders), directory)) {
            run.awaitDrained();
            run.forEachRecord(TOTALS, (window, total) -> rows.add(new Row(window, total, false)));
            run.forEachRecord(LATE, (customer, order) -> late.add(order));
            run.app()
                    .queries()
                    .windows(OPEN, Serdes.string(), TOTAL) // what is not told yet can be looked into
                    .fetchAll(0, Long.MAX_VALUE)
                    .forEach((window, total) -> rows.add(new Row(window, total, true)));
        }
        out.accept("customer      hour                  orders   items      amount");
        rows.stream()
                .sorted(Comparator.comparing(Row::hour).thenComparing(Row::customer))
                .forEach(row -> out.accept(row.text()));
        late.stream()
                .sorted(Comparator.comparing(Order::time).thenComparing(Order::customer))
                .forEach(order -> out.accept(
                        "late: " + order.customer() + " " + order.amount().toPlainString() + " at " + order.time()));
    }

    /** The orders of a CSV file with {@link #HEADER}. @throws io.millrace.cli.command.UnusableException if it is none, with the line */
    public static List<Order> read(Path file) {
        return CsvLines.read(
                file,
                HEADER,
                line -> new Order(
                        line.text("customer"),
                        line.amount("amount"),
                        line.time("time"),
                        List.of(line.text("items").split(" +"))));
    }

    /** A morning of three customers: the same at each call, not quite in order, and some orders far too late. */
    public static List<Order> generated() {
        List<String> customers = List.of("alice", "bob", "carol");
        List<String> products = List.of("bread", "coffee", "milk", "tea");
        Random random = new Random(1);
        Instant opening = Instant.parse("2026-01-05T06:00:00Z");
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int secondsLate = i % 250 == 249 ? 5_400 : random.nextInt(240);
            List<String> items = random.ints(1 + random.nextInt(3), 0, products.size())
                    .mapToObj(products::get)
                    .toList();
            orders.add(new Order(
                    customers.get(random.nextInt(customers.size())),
                    BigDecimal.valueOf(100 + random.nextInt(2_000), 2),
                    opening.plusSeconds(i * 20L - secondsLate),
                    items));
        }
        return orders;
    }
}
