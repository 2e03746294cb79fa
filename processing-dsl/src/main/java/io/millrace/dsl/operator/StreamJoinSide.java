package io.millrace.dsl.operator;

import org.jspecify.annotations.Nullable;

/** One side of a join of streams: joins each record with those of the other side, and keeps it for those to come. */
final class StreamJoinSide implements Operator {
    private final JoinRow own;
    private final JoinRow other;
    private final Reach reach;
    private final JoinResults results;
    private final LateRecords late;

    /** How much earlier and later than a record its partners may be, in milliseconds. */
    record Reach(long before, long after) {
        long first(long time) {
            long first = time - before;
            return before > 0 && first > time ? Long.MIN_VALUE : first;
        }

        long last(long time) {
            long last = time + after;
            return after > 0 && last < time ? Long.MAX_VALUE : last;
        }
    }

    StreamJoinSide(JoinRow own, JoinRow other, Reach reach, JoinResults results, LateRecords late) {
        this.own = own;
        this.other = other;
        this.reach = reach;
        this.results = results;
        this.late = late;
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (value == null || (key == null && !own.isToldAlone())) {
            context.countDropped();
            return;
        }
        long time = context.timestamp();
        if (key == null) {
            // What has no key never meets another one.
            results.tell(own.isLeft(), null, value, null, time, context);
        } else if (own.isOpen(time, context.watermark())) {
            boolean isMatched = other.meetAll(
                    key,
                    reach.first(time),
                    reach.last(time),
                    context.watermark(),
                    (partner, candidate) -> results.tell(
                            own.isLeft(), key, value, candidate.value(), Math.max(time, partner.time()), context));
            own.keep(key, value, isMatched, context);
        } else {
            late.accept(key, value, context);
        }
    }
}
