package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of event time whatever comes, in whatever order. */
class WatermarksProperties {
    private static final int INPUTS = 3;
    private static final Duration TIMEOUT = Duration.ofMillis(50);

    /** Something happens to a task: a record of an input, or a look at the clock. */
    record Event(boolean isLook, int input, long timestamp, long waitedMillis, int lagging) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, INPUTS - 1),
                        Arbitraries.longs().between(0, 300),
                        Arbitraries.longs().between(0, 40),
                        Arbitraries.integers().between(0, (1 << INPUTS) - 1))
                .as(Event::new)
                .list()
                .ofMaxSize(60);
    }

    /** A task's event time, with its clock. */
    private static final class Run {
        private final Watermarks watermarks = new Watermarks(INPUTS, Optional.of(TIMEOUT));
        private final long[] greatest = new long[INPUTS];
        private final boolean isAlwaysLagging;
        private long nowNanos = -123;

        Run(boolean isAlwaysLagging) {
            this.isAlwaysLagging = isAlwaysLagging;
            Arrays.fill(greatest, Watermarks.UNKNOWN);
            for (int i = 0; i < INPUTS; i++) {
                watermarks.assign(i, "input-" + i, nowNanos);
            }
        }

        long apply(Event event) {
            nowNanos += TimeUnit.MILLISECONDS.toNanos(event.waitedMillis);
            if (event.isLook) {
                watermarks.look(nowNanos, input -> isAlwaysLagging ? 1 : event.lagging >> input & 1);
            } else {
                greatest[event.input] = Math.max(greatest[event.input], event.timestamp);
                watermarks.advance(event.input, event.timestamp);
                watermarks.came(event.input, nowNanos);
            }
            return watermarks.current();
        }
    }

    @Property
    void itNeverGoesBack(@ForAll("events") List<Event> events) {
        Run run = new Run(false);
        long before = Watermarks.UNKNOWN;
        for (Event event : events) {
            long after = run.apply(event);
            assertThat(after).isGreaterThanOrEqualTo(before);
            before = after;
        }
    }

    @Property
    void whileNoInputIsIdleItIsTheLeastOfWhatTheyReached(@ForAll("events") List<Event> events) {
        Run run = new Run(true);
        for (Event event : events) {
            assertThat(run.apply(event))
                    .isEqualTo(Arrays.stream(run.greatest).min().orElseThrow());
        }
    }

    @Property
    void byRecordsAloneItNeverPassesTheGreatestTimestamp(@ForAll("events") List<Event> events) {
        Run run = new Run(false);
        for (Event event : events) {
            long before = run.watermarks.current();
            long after = run.apply(event);
            if (!event.isLook) {
                assertThat(after)
                        .isLessThanOrEqualTo(Math.max(
                                before, Arrays.stream(run.greatest).max().orElseThrow()));
            }
        }
    }

    @Property
    void aRecordThatFailedIsAsIfItHadNotCome(
            @ForAll("events") List<Event> before,
            @ForAll("events") List<Event> after,
            @ForAll("events") List<Event> one) {
        Run failed = new Run(false);
        Run without = new Run(false);
        before.forEach(event -> assertThat(failed.apply(event)).isEqualTo(without.apply(event)));
        for (Event event : one) {
            failed.watermarks.advance(event.input, event.timestamp);
            failed.watermarks.undo();
        }
        assertThat(failed.watermarks.current()).isEqualTo(without.watermarks.current());
        after.forEach(event -> assertThat(failed.apply(event)).isEqualTo(without.apply(event)));
    }

    @Property
    void afterARollBackTheSameRecordsBringTheSameTime(
            @ForAll("events") List<Event> before, @ForAll("events") List<Event> again) {
        Run run = new Run(true);
        before.forEach(run::apply);
        run.watermarks.committed();
        List<Long> first = again.stream().map(run::apply).toList();
        run.watermarks.rolledBack();
        assertThat(again.stream().map(run::apply).toList()).isEqualTo(first);
    }

    @Property
    void theNextLifeGoesOnAsThisOneWould(@ForAll("events") List<Event> before, @ForAll("events") List<Event> after) {
        Run one = new Run(true);
        before.forEach(one::apply);
        Run next = new Run(true);
        next.watermarks.resumeAt(one.watermarks.current());
        one.watermarks.forEachKept(one.watermarks.current(), next.watermarks::resumeInput);
        for (Event event : after) {
            assertThat(next.apply(event)).isEqualTo(one.apply(event));
        }
    }

    @Property
    void whoWaitsAsLongAsItSaysSeesTheTimeComeAndNotEarlier(
            @ForAll("events") List<Event> events, @ForAll("events") List<Event> target) {
        Run run = new Run(false);
        events.forEach(run::apply);
        run.watermarks.look(run.nowNanos, input -> 0);
        long due = target.size() * 10L;
        boolean isAnyRecord = Arrays.stream(run.greatest).max().orElseThrow() != Watermarks.UNKNOWN;
        for (int waits = 0; run.watermarks.current() < due; waits++) {
            long before = run.watermarks.current();
            long wait = run.watermarks.nanosUntil(due, run.nowNanos);
            if (wait == Long.MAX_VALUE) {
                assertThat(isAnyRecord).isFalse();
                return;
            }
            assertThat(wait).isPositive();
            // Each input becomes idle once; then the clock goes on.
            assertThat(waits).isLessThanOrEqualTo(INPUTS);
            run.watermarks.look(run.nowNanos + wait - 1, input -> 0);
            assertThat(run.watermarks.current()).isLessThan(due).isGreaterThanOrEqualTo(before);
            run.nowNanos += wait;
            run.watermarks.look(run.nowNanos, input -> 0);
        }
    }
}
