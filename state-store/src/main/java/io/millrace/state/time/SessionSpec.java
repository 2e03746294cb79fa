package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import java.time.Duration;

/**
 * Declares a {@link SessionStore}.
 *
 * @param gapMillis a record belongs to a session if it is no further away from it; may be changed, and then counts from then on
 * @param retentionMillis how long a session is kept after its end, in stream time; at least the gap, may be changed. A
 *     much longer one is then looked through in steps of the first
 * @param isTimeTold whether stream time is what the store is told alone ({@link SessionStore#advanceTo}), and not what is put, which may be ahead of
 *     others that are still to come; may be changed
 */
public record SessionSpec<K, V>(
        String name, Serde<K> keySerde, Serde<V> valueSerde, long gapMillis, long retentionMillis, boolean isTimeTold)
        implements StoreSpec<SessionStore<K, V>> {
    private static final int FORMAT = 2;

    /** A session stays for an eighth of the retention longer than it is seen, and is marked anew when it has grown by so much. */
    private static final int BUCKETS = 8;

    public SessionSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
        TimeRule.millis("The gap of store '" + name + "'", Duration.ofMillis(gapMillis));
        if (retentionMillis < gapMillis) {
            throw new IllegalArgumentException("Store '" + name + "' has to keep sessions for their gap of " + gapMillis
                    + " ms at least, got " + retentionMillis + " ms");
        }
    }

    /** Of a store whose stream time is the greatest end that is put, or what it is told. */
    public SessionSpec(String name, Serde<K> keySerde, Serde<V> valueSerde, long gapMillis, long retentionMillis) {
        this(name, keySerde, valueSerde, gapMillis, retentionMillis, false);
    }

    public static <K, V> SessionSpec<K, V> of(
            String name, Serde<K> keySerde, Serde<V> valueSerde, Duration gap, Duration retention) {
        return new SessionSpec<>(
                name,
                keySerde,
                valueSerde,
                TimeRule.millis("The gap of store '" + name + "'", gap),
                TimeRule.millis("The retention of store '" + name + "'", retention));
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("sessions", FORMAT).with("key", keySerde.name()).with("value", valueSerde.name());
    }

    @Override
    public SessionStore<K, V> open(StoreLayer layer) {
        return new NewestAndOlderSessions<>(layer, this, Math.max(1, retentionMillis / BUCKETS));
    }
}
