package io.millrace.examples.bank.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.examples.bank.Status;
import io.millrace.examples.bank.audit.Findings;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The audit of a run, for people and for programs.
 *
 * @param kills how often the pipeline was killed in this run
 * @param seconds from the start of the pipeline to the end of its work
 * @param recordsPerSecond orders that were processed in this run, per second of it
 */
record Report(Findings findings, int kills, double seconds, double recordsPerSecond) {
    /** Two aligned columns and a verdict. */
    String table() {
        List<String[]> rows = new ArrayList<>();
        Findings.Faults faults = findings.faults();
        Findings.Money money = findings.money();
        add(rows, "orders", findings.orders());
        add(rows, "results", findings.results());
        add(rows, "  applied", findings.count(Status.APPLIED));
        add(rows, "  rejected", findings.rejected());
        for (Status status : Status.values()) {
            if (status.isRejection()) {
                add(rows, "    " + words(status), findings.count(status));
            }
        }
        add(rows, "  transfers credited", findings.count(Status.CREDITED));
        add(rows, "  transfers refunded", findings.count(Status.REFUNDED));
        add(rows, "dead letters", findings.deadLetters());
        add(rows, "credits in flight", faults.creditsInFlight());
        add(rows, "money in", cents(money.in()));
        add(rows, "money out", cents(money.out()));
        add(rows, "balances", cents(money.balances()));
        add(rows, "last balances in results", cents(money.lastBalances()));
        add(rows, "conserved", findings.isConserved() ? "yes" : "NO");
        add(rows, "balance errors", faults.balanceErrors());
        add(rows, "duplicates", faults.duplicates());
        add(rows, "missing", faults.missing());
        add(rows, "out of order", faults.outOfOrder());
        if (faults.mismatches().isPresent()) {
            add(rows, "mismatches", faults.mismatches().getAsLong());
        }
        add(rows, "kills", kills);
        add(rows, "seconds", String.format(Locale.ROOT, "%,.2f", seconds));
        add(rows, "orders per second", Math.round(recordsPerSecond));
        return aligned(rows) + verdict();
    }

    private String verdict() {
        return findings.passed()
                ? "The audit passed: every order has its one result, in order, and no money was lost or made."
                : "THE AUDIT FAILED.";
    }

    String json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        Findings.Faults faults = findings.faults();
        Findings.Money money = findings.money();
        root.put("orders", findings.orders());
        root.put("results", findings.results());
        root.put("applied", findings.count(Status.APPLIED));
        root.put("rejected", findings.rejected());
        ObjectNode reasons = root.putObject("rejectedByReason");
        for (Status status : Status.values()) {
            if (status.isRejection()) {
                reasons.put(status.name(), findings.count(status));
            }
        }
        root.put("credited", findings.count(Status.CREDITED));
        root.put("refunded", findings.count(Status.REFUNDED));
        root.put("deadLetters", findings.deadLetters());
        root.put("creditsInFlight", faults.creditsInFlight());
        root.put("moneyIn", money.in());
        root.put("moneyOut", money.out());
        root.put("balances", money.balances());
        root.put("lastBalances", money.lastBalances());
        root.put("conserved", findings.isConserved());
        root.put("balanceErrors", faults.balanceErrors());
        root.put("duplicates", faults.duplicates());
        root.put("missing", faults.missing());
        root.put("outOfOrder", faults.outOfOrder());
        faults.mismatches().ifPresent(count -> root.put("mismatches", count));
        root.put("kills", kills);
        root.put("recordsPerSecond", Math.round(recordsPerSecond));
        root.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
        return root.toPrettyString() + "\n";
    }

    private static String aligned(List<String[]> rows) {
        int names = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        int values = rows.stream().mapToInt(row -> row[1].length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        for (String[] row : rows) {
            table.append(row[0]).append(" ".repeat(names - row[0].length() + 2));
            table.append(" ".repeat(values - row[1].length())).append(row[1]).append('\n');
        }
        return table.append('\n').toString();
    }

    private static void add(List<String[]> rows, String name, long value) {
        add(rows, name, String.format(Locale.ROOT, "%,d", value));
    }

    private static void add(List<String[]> rows, String name, String value) {
        rows.add(new String[] {name, value});
    }

    private static String cents(BigInteger cents) {
        return String.format(Locale.ROOT, "%,.2f", new BigDecimal(cents, 2));
    }

    private static String words(Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
