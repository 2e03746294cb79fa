package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** In which order a task's steps fire, and what time it is for them meanwhile. */
class TimedOperatorsTest {
    private final Watermarks watermarks = new Watermarks(1, Optional.of(Duration.ofSeconds(1)));
    private final TaskTime time = new TaskTime(watermarks, () -> Instant.ofEpochMilli(77));
    private final RecordContext context = new RecordContext(() -> 0, time, 0);
    private final List<String> fired = new ArrayList<>();

    /** Has some times due, and says in {@link #fired} what time it was when they came. */
    private final class Step implements TimedOperator {
        private final String name;
        private final TreeSet<Long> due = new TreeSet<>();
        private final TreeSet<Long> dueByClock = new TreeSet<>();
        private long kept = Watermarks.UNKNOWN;
        private Runnable action = () -> {};

        Step(String name, long... due) {
            this.name = name;
            for (long one : due) {
                this.due.add(one);
            }
        }

        void set(long eventTime) {
            due.add(eventTime);
            context.dueAtEventTime(eventTime);
        }

        void setByClock(long millis) {
            dueByClock.add(millis);
            context.dueAtWallClock(millis);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long nextEventTime() {
            return due.isEmpty() ? NEVER : due.first();
        }

        @Override
        public void onEventTime(long watermark, RecordContext present) {
            fire(due, watermark);
        }

        @Override
        public long nextWallClock() {
            return dueByClock.isEmpty() ? NEVER : dueByClock.first();
        }

        @Override
        public void onWallClock(long nowMillis, RecordContext present) {
            fire(dueByClock, nowMillis);
        }

        private void fire(TreeSet<Long> times, long until) {
            while (!times.isEmpty() && times.first() <= until) {
                long at = times.pollFirst();
                context.begin("key", at);
                fired.add(name + " " + context.timestamp() + " in " + context.watermark());
                action.run();
            }
        }

        @Override
        public long keptWatermark() {
            return kept;
        }

        @Override
        public void keepWatermark(long watermark) {
            kept = watermark;
        }
    }

    /** @param steps in the order of the records */
    private TimedOperators of(Step... steps) {
        List<TimedOperator> made = new ArrayList<>();
        for (Step step : steps) {
            made.add(0, step);
        }
        watermarks.assign(0, "input", 0);
        return new TimedOperators(made, List.of(), context, time);
    }

    private void record(TimedOperators operators, long timestamp) {
        watermarks.advance(0, timestamp);
        if (operators.isEventTimeDue()) {
            operators.fireEventTime();
        }
    }

    @Test
    void stepsFireInTheOrderOfTheRecordsAndEachInTheOrderOfTime() {
        TimedOperators operators = of(new Step("first", 9, 3), new Step("second", 2, 20));
        record(operators, 10);
        assertThat(fired)
                .map(text -> text.substring(0, text.indexOf(" in")))
                .containsExactly("first 3", "first 9", "second 2");
        assertThat(operators.nextEventTime()).isEqualTo(20);
    }

    @Test
    void nothingFiresBeforeItsTime() {
        TimedOperators operators = of(new Step("step", 10));
        record(operators, 9);
        assertThat(fired).isEmpty();
        record(operators, 10);
        assertThat(fired).hasSize(1);
    }

    @Test
    void whatAStepHandsOnIsAsLateAsItWasBeforeTimePassed() {
        TimedOperators operators = of(new Step("first", 9), new Step("second", 9));
        record(operators, 4);
        record(operators, 5);
        assertThat(context.watermark()).isEqualTo(5);
        record(operators, 50);
        assertThat(fired).containsExactly("first 9 in 5", "second 9 in 5");
        assertThat(context.watermark()).isEqualTo(50);
    }

    @Test
    void whatComesToBeDueMeanwhileFiresInTheSamePass() {
        Step first = new Step("first", 9);
        Step second = new Step("second");
        first.action = () -> second.set(7);
        TimedOperators operators = of(first, second);
        record(operators, 50);
        assertThat(fired).hasSize(2).last().asString().startsWith("second 7");
    }

    @Test
    void whatIsSetForThePastFiresAfterTheRecord() {
        Step step = new Step("step");
        TimedOperators operators = of(step);
        record(operators, 50);
        step.set(20);
        record(operators, 30);
        assertThat(fired).containsExactly("step 20 in 50");
    }

    @Test
    void theClockFiresWhatIsDueByItAndThatMayMakeEventTimeDue() {
        Step step = new Step("step");
        TimedOperators operators = of(step);
        record(operators, 50);
        step.setByClock(100);
        step.action = () -> {
            step.action = () -> {};
            step.set(40);
        };
        assertThat(operators.isWallClockDue(99)).isFalse();
        assertThat(operators.isWallClockDue(100)).isTrue();
        operators.fireWallClock(100);
        assertThat(fired).containsExactly("step 100 in 50", "step 40 in 50");
        assertThat(operators.nextWallClock()).isEqualTo(TimedOperator.NEVER);
    }

    @Test
    void aRestartGoesOnAtTheLastTimeThatAnyStepKept() {
        Step first = new Step("first", 500);
        first.kept = 300;
        TimedOperators operators = of(first, new Step("second"));
        assertThat(context.watermark()).isEqualTo(300);
        record(operators, 200);
        assertThat(context.watermark()).isEqualTo(300);
        operators.keepTime();
        assertThat(first.kept).isEqualTo(300);
    }

    @Test
    void whileATimerFiresThereIsNoRecordToAskFor() {
        Step step = new Step("step", 5);
        step.action = () -> assertThatThrownBy(context::offset)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not in a timer");
        record(of(step), 10);
        assertThat(fired).hasSize(1);
    }

    @Test
    void aFailureIsDescribedByStepKeyAndTime() {
        Step step = new Step("expire", 5);
        step.action = () -> {
            throw new IllegalArgumentException();
        };
        TimedOperators operators = of(step);
        assertThatThrownBy(() -> record(operators, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThat(operators.described()).contains("'expire'", "key", "5");
    }
}
