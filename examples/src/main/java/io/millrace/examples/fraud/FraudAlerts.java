package io.millrace.examples.fraud;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Topic;
import io.millrace.examples.local.CsvLines;
import io.millrace.examples.local.LocalRun;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.serde.KryoSerde;
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
 * Cards that pay in two countries within less time than anybody travels between them: one alert, however often they go on to, and whatever is killed
 * meanwhile.
 */
public final class FraudAlerts {
    /** What {@link #read} asks for; {@code time} as in {@code 2026-01-05T09:03:00Z}. */
    public static final String HEADER = "card,country,amount,time";

    public record Payment(String card, String country, BigDecimal amount, Instant time) {}

    /** Two payments of a card, the earlier one first. */
    record Alert(Payment first, Payment second) {
        boolean isAbroad() {
            return !first.country().equals(second.country());
        }

        /** What two alerts have in common that are about the same: the countries, whichever came first. */
        String countries() {
            String one = first.country();
            String other = second.country();
            return one.compareTo(other) < 0 ? one + "-" + other : other + "-" + one;
        }
    }

    // Kryo writes nothing that it was not told of, so that no record names a class of its own choice.
    private static final Serde<Payment> PAYMENT = KryoSerde.of(Payment.class, BigDecimal.class, Instant.class);
    private static final Serde<Alert> ALERT = KryoSerde.of(Alert.class, Payment.class, BigDecimal.class, Instant.class);

    /** Nobody gets from a till to one in another country in less. */
    static final Duration JOURNEY = Duration.ofHours(1);
    /** Payments come late, by so much at the most: so long is waited for those of before. */
    static final Duration GRACE = Duration.ofMinutes(10);
    /** Of a card and two countries, an alert a day is enough. */
    static final Duration QUIET = Duration.ofDays(1);

    static final Topic<String, Payment> PAYMENTS =
            Topic.of("payments", Serdes.string(), PAYMENT).withPartitions(2);
    static final Topic<String, Alert> ALERTS =
            Topic.of("alerts", Serdes.string(), ALERT).withPartitions(2);

    private FraudAlerts() {}

    /** @param source the name under which is known how far the payments were read */
    static Pipeline pipeline(String source, Supplier<? extends RecordSource<Payment>> payments) {
        Pipeline.Builder builder = Pipeline.named("fraud-alerts");
        // The key is the card, so that its payments meet; the timestamp is when they were made, and not when they came.
        builder.ingest(
                source,
                payments,
                (payment, out) -> out.send(
                        PAYMENTS, payment.card(), payment, payment.time().toEpochMilli()));

        EventStream<String, Payment> paid = builder.stream(PAYMENTS);
        // With itself: each payment meets those of its card, the earlier one first.
        JoinWindows soon =
                JoinWindows.ofTimeDifference(JOURNEY).withBefore(Duration.ZERO).withGrace(GRACE);
        paid.join("recent-payments", paid, Alert::new, soon)
                .filter((card, alert) -> alert.isAbroad()) // also takes out each payment's meeting with itself
                .deduplicate("known-alerts", (card, alert) -> alert.countries(), Serdes.string(), QUIET)
                .withValueSerde(ALERT)
                .to(ALERTS);
        return builder.build();
    }

    /** Looks at what is new of these payments, beside those that were looked at before, and tells of all alerts. */
    public static void run(
            Path directory, String source, Supplier<? extends RecordSource<Payment>> payments, Consumer<String> out) {
        List<Alert> alerts = new ArrayList<>();
        try (LocalRun run = LocalRun.start(pipeline(source, payments), directory)) {
            run.awaitDrained();
            run.forEachRecord(ALERTS, (card, alert) -> alerts.add(alert));
        }
        alerts.stream()
                .sorted(Comparator.comparing((Alert alert) -> alert.second().time())
                        .thenComparing(alert -> alert.second().card()))
                .forEach(alert -> out.accept(text(alert)));
    }

    private static String text(Alert alert) {
        Payment first = alert.first();
        Payment second = alert.second();
        return second.time() + "  " + second.card() + " pays " + second.amount().toPlainString() + " in "
                + second.country() + ", "
                + Duration.between(first.time(), second.time()).toMinutes() + " minutes after "
                + first.amount().toPlainString() + " in " + first.country();
    }

    /** The payments of a CSV file with {@link #HEADER}. @throws io.millrace.cli.command.UnusableException if it is none, with the line */
    public static List<Payment> read(Path file) {
        return CsvLines.read(
                file,
                HEADER,
                line -> new Payment(line.text("card"), line.text("country"), line.amount("amount"), line.time("time")));
    }

    /** Two days of twenty cards: the same at each call, not quite in order. Most stay at home, and some are in two places. */
    public static List<Payment> generated() {
        List<String> countries = List.of("AT", "BR", "CA", "DE", "FR");
        Random random = new Random(1);
        Instant begin = Instant.parse("2026-01-05T00:00:00Z");
        List<Payment> payments = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int card = random.nextInt(20);
            boolean isStolen = card < 3 && random.nextInt(10) == 0;
            payments.add(new Payment(
                    String.format("card-%02d", card),
                    countries.get(isStolen ? random.nextInt(countries.size()) : card % countries.size()),
                    BigDecimal.valueOf(100 + random.nextInt(20_000), 2),
                    begin.plusSeconds(i * 172L - random.nextInt(540))));
        }
        return payments;
    }
}
