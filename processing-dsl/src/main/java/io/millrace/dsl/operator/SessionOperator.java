package io.millrace.dsl.operator;

import io.millrace.dsl.WindowStep;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.Windowed;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one value per session and tells of each change: first of the end of the sessions that a record meets, then of the one that is made of them
 * and the record. Closed is closed as in {@link TimeWindowOperator}: a closed session is not met.
 */
final class SessionOperator implements Operator, TimedOperator {
    private final WindowStep.OverSessions step;
    private final SessionStore<Object, Object> store;
    private final Operator next;
    private final LateRecords late;

    SessionOperator(WindowStep.OverSessions step, SessionStore<Object, Object> store, Operator next, LateRecords late) {
        this.step = step;
        this.store = store;
        this.next = next;
        this.late = late;
    }

    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null || value == null) {
            context.countDropped();
            return;
        }
        long timestamp = context.timestamp();
        // With the watermark, the store itself sees and accepts nothing that is closed.
        store.advanceTo(Math.max(timestamp, context.watermark()));
        long firstOpen = store.streamTime() - step.store().retentionMillis();
        List<Map.Entry<Session<Object>, Object>> met = met(key, timestamp);
        Session<Object> session = spanning(key, timestamp, met);
        if (session.end() < firstOpen) {
            late.accept(key, value, context);
            return;
        }
        add(session, value, met, context);
    }

    private List<Map.Entry<Session<Object>, Object>> met(Object key, long timestamp) {
        return store.findMergeable(key, timestamp, timestamp).toList();
    }

    private static Session<Object> spanning(Object key, long timestamp, List<Map.Entry<Session<Object>, Object>> met) {
        long start = timestamp;
        long end = timestamp;
        for (Map.Entry<Session<Object>, Object> entry : met) {
            start = Math.min(start, entry.getKey().start());
            end = Math.max(end, entry.getKey().end());
        }
        return new Session<>(key, start, end);
    }

    private void add(
            Session<Object> session,
            Object value,
            List<Map.Entry<Session<Object>, Object>> met,
            RecordContext context) {
        Object key = session.key();
        boolean isOneMoment = session.start() == session.end();
        Object merged = null;
        for (Map.Entry<Session<Object>, Object> entry : met) {
            merged = step.merge().merge(key, merged, entry.getValue());
            if (!isOneMoment) {
                store.remove(entry.getKey());
                tell(entry.getKey(), entry.getValue(), null, context);
            }
        }
        Object after = step.fold().add(key, value, merged);
        // What was met at the same moment is the same window, and is replaced.
        Object before = isOneMoment && !met.isEmpty() ? met.get(0).getValue() : null;
        if (after != null) {
            store.put(session, after);
        } else if (before != null) {
            store.remove(session);
        }
        tell(session, before, after, context);
    }

    private void tell(Session<Object> session, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Windowed<Object> window = new Windowed<>(session.key(), session.start(), session.end() + 1);
        context.change(next, window, before, after, session.end());
    }

    // --- the watermark, which is kept over a restart

    @Override
    public String name() {
        return step.store().name();
    }

    @Override
    public void keepWatermark(long watermark) {
        store.advanceTo(watermark);
    }
}
