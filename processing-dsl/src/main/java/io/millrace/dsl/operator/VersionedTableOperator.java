package io.millrace.dsl.operator;

import io.millrace.state.Timestamped;
import io.millrace.state.time.VersionedStore;
import org.jspecify.annotations.Nullable;

/** Keeps a table's rows and what they were, by the timestamps of its changes. What it keeps of time is for the next life of the task (O12). */
record VersionedTableOperator(VersionedStore<Object, Object> store, RecordContext context, Operator next)
        implements KeptTableOperator, TimedOperator {
    @Override
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        if (key == null) {
            context.countDropped();
        } else {
            put(key, value, context);
        }
    }

    @Override
    public void put(Object key, @Nullable Object after, RecordContext context) {
        store.advanceTo(context.settledWatermark());
        Timestamped<Object> newest = store.get(key);
        VersionedStore.Place place =
                after == null ? store.delete(key, context.timestamp()) : store.put(key, after, context.timestamp());
        switch (place) {
            case NEWEST -> next.change(key, StoredTable.valueOf(newest), after, context);
            case PAST -> next.changePast(key, after, context);
            case NONE -> context.countDropped();
        }
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public long keptWatermark() {
        return store.streamTime();
    }

    @Override
    public String place() {
        return store.name();
    }

    @Override
    public void keepWatermark(long watermark) {
        store.advanceTo(context.settledWatermark());
    }
}
