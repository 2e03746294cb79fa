package io.millrace.dsl.operator;

import io.millrace.state.time.SessionStore;
import io.millrace.state.time.WindowStore;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How far time has come, as a step over windows keeps it in its stores. Owned by the task's thread.
 *
 * <p>If each change is told of, the store of the windows goes by the watermark by which all that is due has fired, so what a step before this one hands on when
 * it fires is still accepted. If windows are told of once and then removed, nothing expires, and the time of the store is the greatest timestamp that came.
 * If they stay for a while, the store goes by the watermark, behind what is to be told of.
 */
final class WindowTime {
    private final Closings<?> closings;
    private final boolean isStoreTold;
    private final LongSupplier streamTime;
    private final LongConsumer store;

    private WindowTime(Closings<?> closings, boolean isStoreTold, LongSupplier streamTime, LongConsumer store) {
        this.closings = closings;
        this.isStoreTold = isStoreTold;
        this.streamTime = streamTime;
        this.store = store;
    }

    /** @param isStoreTold whether the store goes by what it is told alone */
    static WindowTime of(Closings<?> closings, WindowStore<?, ?> store, boolean isStoreTold) {
        return new WindowTime(closings, isStoreTold, store::streamTime, store::advanceTo);
    }

    static WindowTime of(Closings<?> closings, SessionStore<?, ?> store, boolean isStoreTold) {
        return new WindowTime(closings, isStoreTold, store::streamTime, store::advanceTo);
    }

    /** Whether windows stay when they have been told of. */
    boolean keepsTold() {
        return isStoreTold;
    }

    /** A record is about to be added. */
    void came(RecordContext context) {
        if (!closings.areToldOf()) {
            store.accept(context.settledWatermark());
        } else if (!isStoreTold) {
            store.accept(context.timestamp());
        }
    }

    /** All that is due by this watermark has been told of. */
    void told(long watermark) {
        if (!isStoreTold) {
            store.accept(watermark);
        }
    }

    long keptWatermark() {
        return isStoreTold ? streamTime.getAsLong() : closings.streamTime();
    }

    void keep(long watermark) {
        if (isStoreTold) {
            store.accept(Math.min(watermark, closings.next() - 1));
        } else {
            store.accept(watermark);
            closings.advanceTo(watermark);
        }
    }
}
