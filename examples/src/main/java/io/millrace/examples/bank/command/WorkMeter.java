package io.millrace.examples.bank.command;

import io.millrace.examples.bank.BankPipeline;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures in the log itself what is done and what is left: so it counts what was killed before, and what nobody has read yet. */
final class WorkMeter {
    private final LogAdmin admin;
    private final int partitions;

    WorkMeter(LogAdmin admin, int partitions) {
        this.admin = admin;
        this.partitions = partitions;
    }

    /** Up to which offset the orders of each partition are processed. */
    List<Long> processedOrders() {
        Map<TopicPartition, Long> committed = admin.committedOffsets(BankPipeline.NAME);
        List<Long> offsets = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            offsets.add(committed.getOrDefault(orders(p), 0L));
        }
        return offsets;
    }

    /** For a pipeline that runs, whose topics are there. */
    Progress.Work measure() {
        Map<TopicPartition, Long> committed = admin.committedOffsets(BankPipeline.NAME);
        long ordersDone = 0;
        long orders = 0;
        long creditsDone = 0;
        long credits = 0;
        for (int p = 0; p < partitions; p++) {
            TopicPartition order = orders(p);
            TopicPartition credit = new TopicPartition(BankPipeline.CREDITS.name(), p);
            ordersDone += committed.getOrDefault(order, 0L);
            orders += admin.endOffset(order, Isolation.READ_COMMITTED);
            creditsDone += committed.getOrDefault(credit, 0L);
            credits += admin.endOffset(credit, Isolation.READ_COMMITTED);
        }
        return new Progress.Work(ordersDone, orders, creditsDone, credits);
    }

    private static TopicPartition orders(int partition) {
        return new TopicPartition(BankPipeline.ORDERS.name(), partition);
    }
}
