package io.millrace.proof.pipelines;

import io.millrace.dsl.JoinWindows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins of streams: each record with all that came before it and are open. */
final class ReferenceJoins {
    private static final String KEPT = "kept";

    /** A record that came in time. @param close the watermark that is behind it closes it */
    private record Kept(boolean isLeft, String key, long value, long time, long close, boolean isMatched) {
        Kept matched() {
            return new Kept(isLeft, key, value, time, close, true);
        }
    }

    private final ReferenceState state;
    private final Reference.Push next;

    ReferenceJoins(ReferenceState state, Reference.Push next) {
        this.state = state;
        this.next = next;
    }

    private static boolean isToldAlone(Node node, boolean isLeft) {
        return node.kind() == Kind.STREAM_OUTER_JOIN || (node.kind() == Kind.STREAM_LEFT_JOIN && isLeft);
    }

    private void tell(
            Node node, int partition, @Nullable String key, boolean isLeft, long own, @Nullable Long other, long time) {
        long joined = isLeft ? UserCode.join(own, other) : UserCode.join(other, own);
        next.push(node, partition, new Change(key, null, joined, time));
    }

    void accept(Node node, boolean isLeft, int partition, Change change, long watermark) {
        String key = change.key();
        Long value = change.after();
        long time = change.timestamp();
        if (value == null || (key == null && !isToldAlone(node, isLeft))) {
            return;
        }
        if (key == null) {
            tell(node, partition, null, isLeft, value, null, time);
            return;
        }
        JoinWindows windows = PlannedPipeline.joinWindows(node.a());
        long ahead = (isLeft ? windows.after() : windows.before())
                .plus(windows.grace())
                .toMillis();
        Kept record = new Kept(isLeft, key, value, time, time + Math.max(0, ahead), false);
        if (record.close() < watermark) {
            return;
        }
        List<Kept> kept = new ArrayList<>(state.get(node, partition, KEPT, List.<Kept>of()));
        List<Kept> partners = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            Kept other = kept.get(i);
            long distance = isLeft ? other.time() - time : time - other.time();
            if (other.isLeft() != isLeft
                    && other.key().equals(key)
                    && other.close() >= watermark
                    && distance >= -windows.before().toMillis()
                    && distance <= windows.after().toMillis()) {
                partners.add(other);
                kept.set(i, other.matched());
            }
        }
        kept.add(partners.isEmpty() ? record : record.matched());
        state.put(node, partition, KEPT, kept);
        partners.sort(Comparator.comparingLong(Kept::time));
        partners.forEach(
                other -> tell(node, partition, key, isLeft, value, other.value(), Math.max(time, other.time())));
    }

    /** Tells of those that closed and met none. */
    void fire(Node node, int partition, long until) {
        List<Kept> kept = new ArrayList<>(state.get(node, partition, KEPT, List.<Kept>of()));
        for (int i = 0; i < kept.size(); i++) {
            Kept record = kept.get(i);
            if (record.close() < until && !record.isMatched() && isToldAlone(node, record.isLeft())) {
                kept.set(i, record.matched());
                tell(node, partition, record.key(), record.isLeft(), record.value(), null, record.time());
            }
        }
        state.put(node, partition, KEPT, kept);
    }
}
