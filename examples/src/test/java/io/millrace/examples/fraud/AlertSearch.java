package io.millrace.examples.fraud;

import io.millrace.examples.fraud.FraudAlerts.Payment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the program prints, found by comparing each payment with all that came before it: without windows, stores or a log. */
final class AlertSearch {
    private static final long JOURNEY = 3_600;
    private static final long DAY = 86_400;

    private AlertSearch() {}

    /** @param second what was told last of a card and two countries is the time of a later payment */
    private record Pair(Payment first, Payment second) {
        long seconds() {
            return second.time().getEpochSecond() - first.time().getEpochSecond();
        }

        long time() {
            return second.time().getEpochSecond();
        }
    }

    /** @param payments of which none comes more than ten minutes after a later one */
    static List<String> lines(List<Payment> payments) {
        Map<String, List<Payment>> cards = new HashMap<>();
        Map<Object, List<Long>> told = new HashMap<>();
        List<Pair> alerts = new ArrayList<>();
        for (Payment payment : payments) {
            List<Payment> before = cards.computeIfAbsent(payment.card(), key -> new ArrayList<>());
            for (Pair pair : pairs(payment, before)) {
                List<Long> times = told.computeIfAbsent(
                        List.of(
                                payment.card(),
                                Set.of(pair.first().country(), pair.second().country())),
                        key -> new ArrayList<>());
                if (times.stream().noneMatch(time -> Math.abs(time - pair.time()) < DAY)) {
                    times.add(pair.time());
                    alerts.add(pair);
                }
            }
            before.add(payment);
        }
        return alerts.stream()
                .sorted(Comparator.comparing(Pair::time)
                        .thenComparing(pair -> pair.second().card()))
                .map(AlertSearch::text)
                .toList();
    }

    /** First with those in which it is the earlier one, then with those in which it is the later one; each by the other's time. */
    private static List<Pair> pairs(Payment payment, List<Payment> before) {
        List<Payment> abroad = before.stream()
                .filter(other -> !other.country().equals(payment.country()))
                .sorted(Comparator.comparing(Payment::time))
                .toList();
        List<Pair> pairs = new ArrayList<>();
        abroad.forEach(other -> pairs.add(new Pair(payment, other)));
        abroad.forEach(other -> pairs.add(new Pair(other, payment)));
        pairs.removeIf(pair -> pair.seconds() < 0 || pair.seconds() > JOURNEY);
        return pairs;
    }

    private static String text(Pair pair) {
        return String.format(
                "%s  %s pays %s in %s, %d minutes after %s in %s",
                pair.second().time(),
                pair.second().card(),
                pair.second().amount(),
                pair.second().country(),
                pair.seconds() / 60,
                pair.first().amount(),
                pair.first().country());
    }
}
