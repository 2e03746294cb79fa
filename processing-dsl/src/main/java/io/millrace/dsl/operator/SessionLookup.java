package io.millrace.dsl.operator;

import io.millrace.state.time.Session;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.Windowed;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of sessions that have not closed. */
final class SessionLookup implements TableLookup {
    private final SessionStore<Object, Object> store;
    private long timestamp = NO_TIMESTAMP;

    SessionLookup(SessionStore<Object, Object> store) {
        this.store = store;
    }

    @Override
    public @Nullable Object find(Object key) {
        Windowed<?> window = (Windowed<?>) key;
        long last = window.end() - 1;
        for (Map.Entry<Session<Object>, Object> entry :
                store.findMergeable(window.key(), window.start(), last).toList()) {
            Session<Object> session = entry.getKey();
            if (session.start() == window.start() && session.end() == last) {
                timestamp = last;
                return entry.getValue();
            }
        }
        timestamp = NO_TIMESTAMP;
        return null;
    }

    @Override
    public long timestamp() {
        return timestamp;
    }
}
