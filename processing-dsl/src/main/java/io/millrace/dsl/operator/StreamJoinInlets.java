package io.millrace.dsl.operator;

import io.millrace.dsl.JoinKind;
import io.millrace.dsl.JoinStep;
import io.millrace.dsl.Output;
import io.millrace.dsl.streamjoin.Candidate;
import io.millrace.dsl.streamjoin.Unmatched;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.TimedKey;
import io.millrace.state.time.Timer;
import io.millrace.state.time.Timers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of a join of streams. When the watermark closes records that have met none, it tells of them in the order of their close (SJ1 to SJ3).
 *
 * <p>The stores go by the watermark alone. They are told of it when all that is due by it has fired: until then they have what is to be told of.
 */
final class StreamJoinInlets implements Inlets, TimedOperator {
    private final String name;
    private final JoinRow leftRow;
    private final JoinRow rightRow;
    private final @Nullable Timers<Unmatched> unmatched;
    private final JoinResults results;
    private final Operator left;
    private final Operator right;

    StreamJoinInlets(JoinStep.OfStreams step, Wiring wiring) {
        JoinStep.Stores kept = step.kept();
        JoinKind kind = step.kind();
        boolean areApart = !kept.left().equals(kept.right());
        RecordStore<Object, Candidate> leftStore = wiring.store(kept.left());
        RecordStore<Object, Candidate> rightStore = areApart ? wiring.store(kept.right()) : leftStore;
        long leftMillis = step.windows().leftOpenMillis();
        long rightMillis = step.windows().rightOpenMillis();
        this.name = step.name();
        this.unmatched = kept.unmatched().map(wiring::store).orElse(null);
        this.leftRow = new JoinRow(true, leftStore, true, leftMillis, unmatched);
        this.rightRow =
                new JoinRow(false, rightStore, areApart, rightMillis, kind == JoinKind.OUTER ? unmatched : null);
        this.results = new JoinResults(kind, step.joiner(), wiring.behind(step));
        Map<Output<?, ?>, Operator> outlets = wiring.outlets(step);
        long before = step.windows().before().toMillis();
        long after = step.windows().after().toMillis();
        this.left = new StreamJoinSide(
                leftRow,
                rightRow,
                new StreamJoinSide.Reach(before, after),
                results,
                new LateRecords(outlets.get(JoinStep.LATE_LEFT)));
        this.right = new StreamJoinSide(
                rightRow,
                leftRow,
                new StreamJoinSide.Reach(after, before),
                results,
                new LateRecords(outlets.get(JoinStep.LATE_RIGHT)));
    }

    @Override
    public Operator inlet(int input) {
        return input == 0 ? left : right;
    }

    // --- records that close

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextEventTime() {
        return unmatched == null ? NEVER : unmatched.next();
    }

    @Override
    public void onEventTime(long watermark, RecordContext context) {
        if (unmatched == null) {
            return;
        }
        for (Timer<Unmatched> due = unmatched.takeUntil(watermark); due != null; due = unmatched.takeUntil(watermark)) {
            TimedKey<Object> record = due.key().record();
            JoinRow row = due.key().isLeft() ? leftRow : rightRow;
            context.begin(record.key(), due.time());
            results.tell(row.isLeft(), record.key(), row.valueOf(record), null, record.time(), context);
        }
    }

    @Override
    public long keptWatermark() {
        return leftRow.streamTime();
    }

    @Override
    public String place() {
        return leftRow.storeName();
    }

    @Override
    public void keepWatermark(long watermark) {
        long told = Math.min(watermark, nextEventTime() - 1);
        leftRow.advanceTo(told);
        rightRow.advanceTo(told);
    }
}
