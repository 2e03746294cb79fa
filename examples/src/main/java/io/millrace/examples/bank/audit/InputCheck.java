package io.millrace.examples.bank.audit;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.BankPipeline;
import io.millrace.examples.bank.DeadLetter;
import io.millrace.examples.bank.InputLine;
import io.millrace.examples.bank.OrderLine;
import io.millrace.examples.bank.OrderSerde;
import io.millrace.examples.bank.OrderType;

/**
 * Compares the input with what was loaded of it: {@code orders} and the dead letters must be the input's lines, each once, in its order. Owned
 * by one thread.
 */
final class InputCheck {
    private final Tally tally;
    private boolean hasTransfers;

    private InputCheck(Tally tally) {
        this.tally = tally;
    }

    /** @return whether there is a transfer in the input */
    static boolean run(History history, RecordSource<InputLine> input, Tally tally) {
        InputCheck check = new InputCheck(tally);
        try (Partitions orders = Partitions.open(history, BankPipeline.ORDERS.name());
                History.Records letters = history.open(BankPipeline.DEAD_LETTERS.name(), 0)) {
            check.compare(input, orders, letters);
        }
        return check.hasTransfers;
    }

    private void compare(RecordSource<InputLine> input, Partitions orders, History.Records letters) {
        OrderSerde serde = new OrderSerde();
        Lane[] lanes = new Lane[orders.count()];
        for (int p = 0; p < lanes.length; p++) {
            lanes[p] = new Lane(orders.get(p));
        }
        Lane letterLane = new Lane(letters);
        InputLine line;
        while ((line = Inputs.next(input)) != null) {
            if (line instanceof OrderLine wanted) {
                hasTransfers |= wanted.order().type() == OrderType.TRANSFER;
                Lane lane = lanes[orders.partitionOf(wanted.account())];
                lane.expect();
                lane.confirm(lane.isAtRecord()
                        && Fields.account(lane.records) == wanted.account()
                        && serde.read(Fields.present(lane.records.value(), "order"))
                                .equals(wanted.order()));
            } else if (line instanceof DeadLetter wanted) {
                letterLane.expect();
                letterLane.confirm(letterLane.isAtRecord()
                        && Fields.present(letters.key(), "line number").getLong(0) == wanted.lineNumber()
                        && Fields.present(letters.value(), "line").equals(wanted.line()));
            }
        }
        for (Lane lane : lanes) {
            lane.finish(tally);
        }
        letterLane.finish(tally);
        tally.deadLetters = letterLane.found;
    }

    /** A partition that is read in step with the input until the two differ; from there on both are only counted. */
    private static final class Lane {
        private final History.Records records;
        private boolean isAtRecord;
        private boolean differs;
        private long wanted;
        private long found;

        Lane(History.Records records) {
            this.records = records;
        }

        void expect() {
            wanted++;
            isAtRecord = records.next();
            found += isAtRecord ? 1 : 0;
        }

        boolean isAtRecord() {
            return isAtRecord;
        }

        void confirm(boolean isEqual) {
            differs |= !isEqual;
        }

        void finish(Tally tally) {
            while (records.next()) {
                found++;
            }
            tally.missing += Math.max(0, wanted - found);
            tally.duplicates += Math.max(0, found - wanted);
            if (differs && wanted == found) {
                tally.outOfOrder++;
            }
        }
    }
}
