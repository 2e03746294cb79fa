package io.millrace.dsl.operator;

import io.millrace.dsl.WindowStep;
import io.millrace.state.time.Session;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.Windowed;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one value per session. It tells of each change: first of the end of the sessions that a record meets, then of the one that is made of them and
 * the record. Or it tells of each session once, when the watermark reaches its close, and removes it then. Closed is closed as in {@link
 * TimeWindowOperator}: a closed session is not met.
 *
 * <p>To be told of, a session need not have a timer of its own close: there is one for its key at that time or before. When it fires it is set again
 * for the first of the key's sessions that is still open. So a session that grows sets none.
 */
final class SessionOperator implements WindowOperator {
    private final WindowStep.OverSessions step;
    private final SessionStore<Object, Object> store;
    private final Closings<Object> closings;
    private final Operator next;
    private final List<Input> inputs;
    private final WindowTime time;

    /** @param closings when keys have a session that may close */
    SessionOperator(
            WindowStep.OverSessions step,
            SessionStore<Object, Object> store,
            Closings<Object> closings,
            Operator next,
            List<Input> inputs) {
        this.step = step;
        this.store = store;
        this.closings = closings;
        this.next = next;
        this.inputs = inputs;
        this.time = WindowTime.of(closings, store, step.store().isTimeTold());
    }

    @Override
    public List<Input> inputs() {
        return inputs;
    }

    @Override
    public boolean add(WindowStep.Fold fold, Object key, Object value, RecordContext context) {
        long timestamp = context.timestamp();
        time.came(context);
        long firstOpen = context.watermarkLess(step.closeMillis());
        List<Map.Entry<Session<Object>, Object>> met = met(key, timestamp, firstOpen);
        Session<Object> session = spanning(key, timestamp, met);
        if (session.end() < firstOpen) {
            return false;
        }
        Object after = fold.add(key, value, merged(key, met));
        store(session, after, met);
        if (!closings.areToldOf()) {
            tellChanges(session, after, met, context);
        }
        if (met.isEmpty()) {
            closings.set(key, closeOf(session), context);
        }
        return true;
    }

    private List<Map.Entry<Session<Object>, Object>> met(Object key, long timestamp, long firstOpen) {
        return store.findMergeable(key, timestamp, timestamp).toList().stream()
                .filter(entry -> entry.getKey().end() >= firstOpen)
                .toList();
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

    private @Nullable Object merged(Object key, List<Map.Entry<Session<Object>, Object>> met) {
        Object merged = null;
        for (Map.Entry<Session<Object>, Object> entry : met) {
            merged = step.merge().merge(key, merged, entry.getValue());
        }
        return merged;
    }

    /** The last one that was met grows where it is. */
    private void store(Session<Object> session, @Nullable Object after, List<Map.Entry<Session<Object>, Object>> met) {
        int last = met.size() - 1;
        for (int i = 0; i < last; i++) {
            store.remove(met.get(i).getKey());
        }
        if (after == null && last >= 0) {
            store.remove(met.get(last).getKey());
        } else if (after != null && last >= 0) {
            store.replace(met.get(last).getKey(), session, after);
        } else if (after != null) {
            store.put(session, after);
        }
    }

    private void tellChanges(
            Session<Object> session,
            @Nullable Object after,
            List<Map.Entry<Session<Object>, Object>> met,
            RecordContext context) {
        // What was met at the same moment is the same window, and is replaced.
        boolean isOneMoment = session.start() == session.end();
        if (!isOneMoment) {
            met.forEach(entry -> tell(entry.getKey(), entry.getValue(), null, context));
        }
        Object before = isOneMoment && !met.isEmpty() ? met.get(0).getValue() : null;
        tell(session, before, after, context);
    }

    private void tell(Session<Object> session, @Nullable Object before, @Nullable Object after, RecordContext context) {
        Windowed<Object> window = new Windowed<>(session.key(), session.start(), Windowed.endBehind(session.end()));
        context.change(next, window, before, after, session.end());
    }

    // --- sessions that close

    @Override
    public String name() {
        return step.store().name();
    }

    @Override
    public long nextEventTime() {
        return closings.next();
    }

    @Override
    public void onEventTime(long watermark, RecordContext context) {
        closings.takeUntil(watermark, (key, close) -> {
            long following = time.keepsTold() ? tellAt(key, close, context) : tellUntil(key, close, context);
            if (following != NEVER) {
                closings.set(key, following, context);
            }
        });
        time.told(watermark);
    }

    /**
     * Tells of a key's sessions that close by this time.
     *
     * @return when the first one of the others closes, {@link #NEVER} if there is none
     */
    private long tellUntil(Object key, long due, RecordContext context) {
        while (true) {
            Map.Entry<Session<Object>, Object> first = store.fetch(key).first().orElse(null);
            if (first == null || closeOf(first.getKey()) > due) {
                return first == null ? NEVER : closeOf(first.getKey());
            }
            context.begin(first.getKey(), due);
            store.remove(first.getKey());
            tell(first.getKey(), null, first.getValue(), context);
        }
    }

    /** The same where sessions stay: those that closed earlier were told of at their time. */
    private long tellAt(Object key, long due, RecordContext context) {
        List<Map.Entry<Session<Object>, Object>> sessions = store.fetch(key).toList();
        for (Map.Entry<Session<Object>, Object> entry : sessions) {
            long close = closeOf(entry.getKey());
            if (close > due) {
                return close;
            }
            if (close == due) {
                context.begin(entry.getKey(), due);
                tell(entry.getKey(), null, entry.getValue(), context);
            }
        }
        return NEVER;
    }

    /** The first watermark at which a session is closed. */
    private long closeOf(Session<Object> session) {
        long close = session.end() + step.closeMillis() + 1;
        return close < session.end() || close == NEVER ? NEVER - 1 : close;
    }

    @Override
    public long keptWatermark() {
        return time.keptWatermark();
    }

    @Override
    public String place() {
        return store.name();
    }

    @Override
    public void keepWatermark(long watermark) {
        time.keep(watermark);
    }
}
