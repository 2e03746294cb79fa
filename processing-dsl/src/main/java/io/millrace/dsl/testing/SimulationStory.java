package io.millrace.dsl.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tells the events of a scenario in words. Records are made again; their times, where the generator leaves them open, are the run's and not told. */
final class SimulationStory {
    private final SimulationPlan plan;
    private final int[] made;

    SimulationStory(SimulationPlan plan) {
        this.plan = plan;
        this.made = new int[plan.feeds().size()];
    }

    String told(SimulationEvent event, boolean isPower) {
        String death = isPower ? "the power fails" : "the process is killed";
        return switch (event.kind()) {
            case SEND -> "sent: " + record(event.a(), event.b());
            case SEND_TOGETHER -> "sent in one transaction: " + records(event);
            case SEND_ABORTED -> "sent in a transaction that is aborted: " + records(event);
            case RUN -> "everything is processed";
            case STEPS -> event.a() + " steps of loops";
            case PASS_TIME -> event.a() + " ms pass";
            case CRASH -> death + ", and it is started again";
            case CRASH_IN_CALL -> death + " in storage call " + event.a() + " of those to come";
            case LOSE_STATE -> death + ", and its local state is lost";
            case JOIN -> "an instance joins";
            case LEAVE -> "an instance leaves";
            case STAND_STILL -> "instance " + event.a() + " stands still for " + event.b() + " s";
            case JUMP -> "the clock is set by " + event.a() + " s";
            case FAIL_WRITE -> "the write after " + event.a() + " more fails, and the process is started again";
            case FAIL_FORCE -> "the force after " + event.a() + " more fails, and the process is started again";
            case FILL_DISK -> "the disk is full for " + event.a() + " steps, and the process is started again";
        };
    }

    private String records(SimulationEvent event) {
        Random random = new Random(event.b());
        List<String> records = new ArrayList<>();
        for (int i = 0; i < event.a(); i++) {
            records.add(record(random.nextInt(plan.feeds().size()), random.nextInt()));
        }
        return records.toString();
    }

    private String record(int feed, int seed) {
        int input = feed % plan.feeds().size();
        SimulationFeed.Made<?, ?> record = plan.feeds().get(input).make(seed, made[input]++, Instant.EPOCH);
        return record.topic().name() + " " + record.key() + "=" + record.value();
    }
}
