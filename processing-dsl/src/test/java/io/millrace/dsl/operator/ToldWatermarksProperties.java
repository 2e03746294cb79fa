package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.operator.WatermarkFormat.Mark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Event time behind a topic that several tasks write, beside that of one task that reads all that they read. */
class ToldWatermarksProperties {
    private static final int WRITERS = 3;
    private static final Duration TIMEOUT = Duration.ofMillis(50);

    /** A record comes to a writer, or one looks at the clock; then it may say how far it is. */
    record Event(boolean isLook, int writer, long timestamp, long waitedMillis, boolean tells) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, WRITERS - 1),
                        Arbitraries.longs().between(0, 300),
                        Arbitraries.longs().between(0, 20),
                        Arbitraries.of(true, false))
                .as(Event::new)
                .list()
                .ofMaxSize(60);
    }

    /** Writers with one input each, what is behind their topic, and one task that has all the inputs. */
    private static final class Run {
        private final List<Watermarks> writers = new ArrayList<>();
        private final Watermarks one;
        private final long[] told = new long[WRITERS];
        private Watermarks behind;
        private long nowNanos = -77;

        Run(Optional<Duration> timeout) {
            one = new Watermarks(WRITERS, timeout);
            for (int i = 0; i < WRITERS; i++) {
                one.assign(i, "input-" + i, nowNanos);
                Watermarks writer = new Watermarks(1, timeout);
                writer.assign(0, "input-" + i, nowNanos);
                writers.add(writer);
                told[i] = Watermarks.UNKNOWN;
            }
            behind = reader(timeout);
        }

        private Watermarks reader(Optional<Duration> timeout) {
            Watermarks reader = new Watermarks(1, timeout);
            reader.assignTold(0, "between", WRITERS, nowNanos);
            return reader;
        }

        void apply(Event event) {
            nowNanos += TimeUnit.MILLISECONDS.toNanos(event.waitedMillis);
            if (event.isLook) {
                look();
            } else {
                writers.get(event.writer).advance(0, event.timestamp);
                writers.get(event.writer).came(0, nowNanos);
                one.advance(event.writer, event.timestamp);
                one.came(event.writer, nowNanos);
            }
            if (event.tells) {
                tell(event.writer);
            }
        }

        void look() {
            one.look(nowNanos, input -> 0);
            behind.look(nowNanos, input -> 0);
            writers.forEach(writer -> writer.look(nowNanos, input -> 0));
        }

        void tell(int number) {
            Watermarks writer = writers.get(number);
            told[number] = writer.current();
            behind.told(0, new Mark(number, writer.current(), writer.isQuiet(), Watermarks.NEVER), nowNanos);
        }
    }

    @Property
    void itNeverGoesBack(@ForAll("events") List<Event> events) {
        Run run = new Run(Optional.of(TIMEOUT));
        long before = Watermarks.UNKNOWN;
        for (Event event : events) {
            run.apply(event);
            assertThat(run.behind.current()).isGreaterThanOrEqualTo(before);
            before = run.behind.current();
        }
    }

    @Property
    void whileNothingIsIdleItIsNoFurtherThanInOneTaskAndAsFarWhenAllHaveTold(@ForAll("events") List<Event> events) {
        Run run = new Run(Optional.empty());
        for (Event event : events) {
            run.apply(event);
            assertThat(run.behind.current()).isLessThanOrEqualTo(run.one.current());
        }
        for (int writer = 0; writer < WRITERS; writer++) {
            run.tell(writer);
        }
        assertThat(run.behind.current()).isEqualTo(run.one.current());
    }

    @Property
    void whenAllIsIdleItGoesOnAsInOneTask(@ForAll("events") List<Event> events) {
        Run run = new Run(Optional.of(TIMEOUT));
        events.forEach(run::apply);
        run.nowNanos += TIMEOUT.toNanos();
        run.look();
        for (int writer = 0; writer < WRITERS; writer++) {
            run.tell(writer);
        }
        for (int millis = 0; millis < 5; millis++) {
            run.look();
            // A writer that was idle earlier has gone on with its own clock longer than the task that waits for the
            // others.
            assertThat(run.behind.current()).isGreaterThanOrEqualTo(run.one.current());
            run.nowNanos += TimeUnit.MILLISECONDS.toNanos(1);
        }
    }

    @Property
    void theNextLifeGoesOnAsThisOneWould(@ForAll("events") List<Event> before, @ForAll("events") List<Event> after) {
        Run run = new Run(Optional.empty());
        before.forEach(run::apply);
        Watermarks next = run.reader(Optional.empty());
        next.resumeAt(run.behind.current());
        run.behind.forEachKept(run.behind.current(), next::resumeInput);
        Watermarks former = run.behind;
        for (Event event : after) {
            run.behind = former;
            run.apply(event);
            if (event.tells) {
                run.behind = next;
                run.tell(event.writer);
            }
            assertThat(next.current()).isEqualTo(former.current());
        }
    }

    @Property
    void afterARollBackTheSameMarksBringTheSameTime(
            @ForAll("events") List<Event> before, @ForAll("events") List<Event> again) {
        Run run = new Run(Optional.empty());
        before.forEach(run::apply);
        run.behind.committed();
        List<Mark> marks = new ArrayList<>();
        for (Event event : again) {
            marks.add(new Mark(event.writer, event.timestamp, event.isLook, event.timestamp + 10));
        }
        List<Long> first = tell(run, marks);
        run.behind.rolledBack();
        assertThat(tell(run, marks)).isEqualTo(first);
    }

    private static List<Long> tell(Run run, List<Mark> marks) {
        List<Long> seen = new ArrayList<>();
        for (Mark mark : marks) {
            run.behind.told(0, mark, run.nowNanos);
            run.behind.look(run.nowNanos, input -> 1);
            seen.add(run.behind.current());
        }
        return seen;
    }
}
