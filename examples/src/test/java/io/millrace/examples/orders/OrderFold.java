package io.millrace.examples.orders;

import io.millrace.examples.orders.OrderTotals.Order;
import io.millrace.log.Partitioner;
import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What the program prints, computed order by order in cents: without windows, stores or a log. */
final class OrderFold {
    private static final long HOUR = 3_600;
    private static final long GRACE = 300;

    private OrderFold() {}

    static List<String> table(List<Order> orders) {
        // Event time goes on within a partition, and a customer is in one of two.
        long[] greatest = {Long.MIN_VALUE, Long.MIN_VALUE};
        TreeMap<String, long[]> totals = new TreeMap<>();
        TreeMap<String, Integer> partitions = new TreeMap<>();
        List<Order> late = new ArrayList<>();
        for (Order order : orders) {
            int partition = Partitioner.partitionOf(BytesView.ofUtf8(order.customer()), 2);
            partitions.put(order.customer(), partition);
            long time = order.time().getEpochSecond();
            long hour = time - time % HOUR;
            greatest[partition] = Math.max(greatest[partition], time);
            if (hour + HOUR + GRACE <= greatest[partition]) {
                late.add(order);
                continue;
            }
            long[] total = totals.computeIfAbsent(hour + " " + order.customer(), key -> new long[3]);
            total[0]++;
            total[1] += order.items().size();
            total[2] += order.amount().movePointRight(2).longValueExact();
        }
        List<String> lines = new ArrayList<>();
        lines.add("customer      hour                  orders   items      amount");
        totals.forEach((key, total) -> {
            long hour = Long.parseLong(key.split(" ")[0]);
            String customer = key.split(" ")[1];
            boolean isOpen = hour + HOUR + GRACE > greatest[partitions.get(customer)];
            lines.add(String.format(
                    "%-12s  %s  %6d  %6d  %7d.%02d%s",
                    customer,
                    java.time.Instant.ofEpochSecond(hour),
                    total[0],
                    total[1],
                    total[2] / 100,
                    total[2] % 100,
                    isOpen ? "  still open" : ""));
        });
        late.stream()
                .map(order -> "late: " + order.customer() + " " + order.amount() + " at " + order.time())
                .sorted((one, other) -> timeOf(one).compareTo(timeOf(other)))
                .forEach(lines::add);
        return lines;
    }

    private static String timeOf(String line) {
        return line.substring(line.lastIndexOf(' '));
    }
}
