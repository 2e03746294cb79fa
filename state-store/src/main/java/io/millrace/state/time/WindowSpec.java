package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import java.time.Duration;

/**
 * Declares a {@link WindowStore}: windows of {@code sizeMillis} that begin at every multiple of {@code advanceMillis}.
 *
 * @param retentionMillis how long a window is kept after its start, in stream time; at least the size, may be changed
 * @param isTimeTold whether stream time is what the store is told alone ({@link WindowStore#advanceTo}), and not what is put, which may be ahead of
 *     others that are still to come; may be changed
 */
public record WindowSpec<K, V>(
        String name,
        Serde<K> keySerde,
        Serde<V> valueSerde,
        long sizeMillis,
        long advanceMillis,
        long retentionMillis,
        boolean isTimeTold)
        implements StoreSpec<WindowStore<K, V>> {
    private static final int FORMAT = 1;

    public WindowSpec {
        StoreSpec.checkSerdes(name, keySerde, valueSerde);
        if (sizeMillis < 1 || advanceMillis < 1 || advanceMillis > sizeMillis) {
            throw new IllegalArgumentException("The windows of store '" + name
                    + "' are at least a millisecond long and begin at least once in their length, got a size of "
                    + sizeMillis + " ms and an advance of " + advanceMillis + " ms");
        }
        if (retentionMillis < sizeMillis) {
            throw new IllegalArgumentException("Store '" + name + "' has to keep windows for their length of "
                    + sizeMillis + " ms at least, got " + retentionMillis + " ms");
        }
    }

    /** Of a store whose stream time is the greatest start that is put, or what it is told. */
    public WindowSpec(
            String name,
            Serde<K> keySerde,
            Serde<V> valueSerde,
            long sizeMillis,
            long advanceMillis,
            long retentionMillis) {
        this(name, keySerde, valueSerde, sizeMillis, advanceMillis, retentionMillis, false);
    }

    /** Windows that lie one after another. */
    public static <K, V> WindowSpec<K, V> tumbling(
            String name, Serde<K> keySerde, Serde<V> valueSerde, Duration size, Duration retention) {
        return hopping(name, keySerde, valueSerde, size, size, retention);
    }

    /** Windows that overlap. */
    public static <K, V> WindowSpec<K, V> hopping(
            String name, Serde<K> keySerde, Serde<V> valueSerde, Duration size, Duration advance, Duration retention) {
        return new WindowSpec<>(
                name,
                keySerde,
                valueSerde,
                TimeRule.millis("The size of the windows of store '" + name + "'", size),
                TimeRule.millis("The advance of the windows of store '" + name + "'", advance),
                TimeRule.millis("The retention of store '" + name + "'", retention));
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("windows", FORMAT)
                .with("key", keySerde.name())
                .with("value", valueSerde.name())
                .with("size", sizeMillis + " ms")
                .with("advance", advanceMillis + " ms");
    }

    @Override
    public WindowStore<K, V> open(StoreLayer layer) {
        return new TimeFirstWindowStore<>(layer, this);
    }
}
