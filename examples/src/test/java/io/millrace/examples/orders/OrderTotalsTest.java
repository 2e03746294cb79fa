package io.millrace.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.RecordSource;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.dsl.testing.TestRecord;
import io.millrace.examples.local.Example;
import io.millrace.examples.local.KilledProcess;
import io.millrace.examples.local.StandingStill;
import io.millrace.examples.orders.OrderTotals.Order;
import io.millrace.platform.sim.CrashMode;
import io.millrace.state.time.Windowed;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its command runs it, killed on the way, and its pipeline where it dies. */
class OrderTotalsTest {
    private static final Instant NINE = Instant.parse("2026-01-05T09:00:00Z");

    @TempDir
    Path directory;

    private Example example = new Example("order-totals", Path.of(""));

    @BeforeEach
    void nameTheDirectory() {
        example = new Example("order-totals", directory.resolve("data"));
    }

    /** The process that is killed. */
    static final class Program {
        public static void main(String[] arguments) {
            OrderTotals.run(
                    Path.of(arguments[0]),
                    "generated",
                    () -> new StandingStill<>(RecordSource.of(OrderTotals.generated()), Long.parseLong(arguments[1])),
                    line -> {});
        }
    }

    @Test
    void totalsAreThoseOfAPlainFoldAlthoughTheProcessIsKilled() throws Exception {
        Path data = directory.resolve("data");
        for (long stillAt : List.of(0L, 317L, 645L, 999L)) {
            KilledProcess.run(Program.class, data, stillAt);
        }
        assertThat(example.run()).as(example.messages()).isZero();
        assertThat(example.lines()).isEqualTo(OrderFold.table(OrderTotals.generated()));
        assertThat(example.lines()).anyMatch(line -> line.startsWith("late: "));
        // Nothing is new, so nothing changes.
        assertThat(example.run()).isZero();
        assertThat(example.lines()).isEqualTo(OrderFold.table(OrderTotals.generated()));
    }

    @Test
    void aFileThatGrowsGoesOnBehindWhatItHad() throws Exception {
        Path file = csv(
                "day.csv", "alice,0.10,2026-01-05T09:00:00Z,tea", "", "alice,0.20,2026-01-05T09:59:59.999Z,milk tea");
        assertThat(example.run("--orders", file.toString()))
                .as(example.messages())
                .isZero();
        assertThat(example.lines())
                .containsExactly(
                        "customer      hour                  orders   items      amount",
                        "alice         2026-01-05T09:00:00Z       2       3        0.30  still open");
        // The grace is over when an order comes that is five minutes behind the hour's end.
        csv(
                "day.csv",
                "alice,0.10,2026-01-05T09:00:00Z,tea",
                "alice,0.20,2026-01-05T09:59:59.999Z,milk tea",
                "alice,5,2026-01-05T10:04:59.999Z,bread",
                "alice,1,2026-01-05T09:30:00Z,bread",
                "alice,7,2026-01-05T10:05:00Z,bread",
                "alice,2,2026-01-05T09:30:00Z,bread");
        assertThat(example.run("--orders", file.toString()))
                .as(example.messages())
                .isZero();
        assertThat(example.lines())
                .containsExactly(
                        "customer      hour                  orders   items      amount",
                        "alice         2026-01-05T09:00:00Z       3       4        1.30",
                        "alice         2026-01-05T10:00:00Z       2       2       12.00  still open",
                        "late: alice 2.00 at 2026-01-05T09:30:00Z");
    }

    @Test
    void aFileThatHasBecomeShorterIsRefused() throws Exception {
        Path file = csv("day.csv", "alice,1,2026-01-05T09:00:00Z,tea", "alice,2,2026-01-05T09:00:00Z,tea");
        assertThat(example.run("--orders", file.toString()))
                .as(example.messages())
                .isZero();
        csv("day.csv", "alice,1,2026-01-05T09:00:00Z,tea");
        assertThat(example.run("--orders", file.toString())).isEqualTo(1);
        assertThat(example.messages())
                .contains("The application order-totals ended: ")
                .contains("1 items is to go on behind item 2");
    }

    @Test
    void whatIsNoOrderIsRefusedWithItsLine() throws Exception {
        assertRefused(
                "half.csv",
                "alice,0.125,2026-01-05T09:00:00Z,tea",
                "half.csv, line 2: the amount '0.125' is no amount with up to two places");
        assertRefused("time.csv", "alice,1,today,tea", "time.csv, line 2: the time 'today' is no time of ISO 8601");
        assertRefused("few.csv", "alice,1,tea", "few.csv, line 2: has 3 fields, not the 4 of customer,");
        Path file = Files.writeString(directory.resolve("head.csv"), "a,b\n");
        assertThat(example.run("--orders", file.toString())).isEqualTo(2);
        assertThat(example.messages()).contains("must be the header " + OrderTotals.HEADER);
        assertThat(example.run("--orders", directory.resolve("none.csv").toString()))
                .isEqualTo(2);
        assertThat(example.messages()).startsWith("Cannot read " + directory.resolve("none.csv"));
        assertRefused("my orders.csv", "alice,1,2026-01-05T09:00:00Z,tea", "a file is known by its name");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void whatIsNoDirectoryIsRefusedAsTheWrongUseThatItIs() throws Exception {
        Path file = Files.writeString(directory.resolve("a-file"), "");
        Example inFile = new Example("order-totals", file);
        assertThat(inFile.run()).isEqualTo(2);
        assertThat(inFile.messages()).startsWith("--data names a file, not a directory: " + file);
        Example belowFile = new Example("order-totals", file.resolve("below"));
        assertThat(belowFile.run()).isEqualTo(2);
        assertThat(belowFile.messages()).contains("cannot be created").contains("Name another with --data.");
    }

    @Test
    void eachOrderCountsOnceWhereverTheProcessDies() {
        List<Order> orders = List.of(
                order("alice", "0.10", 0),
                order("alice", "0.20", 59),
                order("bob", "3.00", 61),
                order("alice", "1.00", 70),
                order("alice", "9.99", 30));
        int deaths = 1;
        for (long call = 0; deaths > 0; call += 3) {
            try (PipelineTest test = PipelineTest.of(OrderTotals.pipeline("orders", () -> RecordSource.of(orders)))) {
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                assertThat(test.output(OrderTotals.TOTALS).readKeyValues())
                        .as("after a crash in storage call %d", call)
                        .containsExactly(
                                Map.entry(window("alice", 0), new OrderTotals.Total(2, 2, new BigDecimal("0.30"))));
                assertThat(test.output(OrderTotals.LATE).readValues()).containsExactly(order("alice", "9.99", 30));
                assertThat(test.state(OrderTotals.OPEN))
                        .isEqualTo(Map.of(
                                window("alice", 60), new OrderTotals.Total(1, 1, new BigDecimal("1.00")),
                                window("bob", 60), new OrderTotals.Total(1, 1, new BigDecimal("3.00"))));
                deaths = test.restarts();
            }
        }
    }

    @Test
    void ordersKeepTheirOwnTimes() {
        try (PipelineTest test =
                PipelineTest.of(OrderTotals.pipeline("orders", () -> RecordSource.of(OrderTotals.generated())))) {
            test.run();
            List<Long> expected = new ArrayList<>();
            OrderTotals.generated().forEach(order -> expected.add(order.time().toEpochMilli()));
            assertThat(test.output(OrderTotals.ORDERS).readAll().stream()
                            .map(TestRecord::timestamp)
                            .collect(Collectors.toList()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private static Order order(String customer, String amount, int minute) {
        return new Order(customer, new BigDecimal(amount), NINE.plusSeconds(minute * 60L), List.of("tea"));
    }

    private static Windowed<String> window(String customer, int minute) {
        long start = NINE.plusSeconds(minute * 60L).toEpochMilli();
        return new Windowed<>(customer, start, start + OrderTotals.HOUR.toMillis());
    }

    private void assertRefused(String name, String line, String message) throws Exception {
        Path file = csv(name, line);
        assertThat(example.run("--orders", file.toString())).isEqualTo(2);
        assertThat(example.messages()).contains(message);
    }

    private Path csv(String name, String... lines) throws Exception {
        return Files.writeString(directory.resolve(name), OrderTotals.HEADER + "\n" + String.join("\n", lines) + "\n");
    }
}
