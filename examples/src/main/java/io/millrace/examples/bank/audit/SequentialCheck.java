package io.millrace.examples.bank.audit;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.Order;
import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderResult;
import io.millrace.examples.bank.OrderResultSerde;
import io.millrace.examples.bank.Status;

/** Compares every result and every balance with what a {@link SequentialBank} makes of the same input. Owned by one thread. */
final class SequentialCheck {
    private final History history;
    private final SequentialBank bank = new SequentialBank();
    private long mismatches;

    private SequentialCheck(History history) {
        this.history = history;
    }

    /** @return how many results and balances differ, are missing or are too many */
    static long run(History history, RecordSource<InputLine> input) {
        SequentialCheck check = new SequentialCheck(history);
        check.compareResults(input);
        check.compareBalances();
        return check.mismatches;
    }

    private void compareResults(RecordSource<InputLine> input) {
        OrderResultSerde serde = new OrderResultSerde();
        try (Partitions results = Partitions.open(history, BankPipeline.RESULTS.name())) {
            InputLine line;
            while ((line = Inputs.next(input)) != null) {
                if (!(line instanceof OrderLine orderLine)) {
                    continue;
                }
                Order order = orderLine.order();
                Status status = bank.apply(orderLine.account(), order);
                OrderResult wanted = new OrderResult(order.orderId(), status, order.amount(), bank.balanceAfter());
                History.Records records = results.of(orderLine.account());
                if (!records.next()
                        || Fields.account(records) != orderLine.account()
                        || !serde.read(Fields.present(records.value(), "result"))
                                .equals(wanted)) {
                    mismatches++;
                }
            }
            mismatches += results.countRest();
        }
    }

    private void compareBalances() {
        long[] published = new long[bank.accountCount()];
        boolean[] isPublished = new boolean[bank.accountCount()];
        for (int p = 0; p < history.partitions(BankPipeline.BALANCES.name()); p++) {
            try (History.Records records = history.open(BankPipeline.BALANCES.name(), p)) {
                while (records.next()) {
                    int account = bank.find(Fields.account(records));
                    if (account == LongIndex.ABSENT) {
                        mismatches++;
                        continue;
                    }
                    published[account] =
                            Fields.present(records.value(), "balance").getLong(0);
                    isPublished[account] = true;
                }
            }
        }
        for (int account = 0; account < published.length; account++) {
            if (isPublished[account] != bank.isOpen(account) || published[account] != bank.balance(account)) {
                mismatches++;
            }
        }
    }
}
