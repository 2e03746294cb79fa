package io.millrace.dsl.query;

import io.millrace.dsl.GlobalTableSpec;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Step;
import io.millrace.state.Entries;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.SortedSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.RecordQueue;
import io.millrace.state.time.RecordQueueSpec;
import io.millrace.state.time.RecordSpec;
import io.millrace.state.time.RecordStore;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.SessionStore;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.Timers;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedStore;
import io.millrace.state.time.VersionedTableSpec;
import io.millrace.state.time.WindowSpec;
import io.millrace.state.time.WindowStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds of stores as they are seen from outside of their tasks: over several partitions, for reading. */
public final class CommittedState {
    private CommittedState() {}

    /** @throws IllegalArgumentException if the kind of the store is none of Millrace's own */
    @SuppressWarnings("unchecked") // The specification's kind says which store S is, with any types of keys and values.
    public static <S> S of(StateReader<S> reader) {
        StoreSpec<S> spec = reader.spec();
        StateReader<?> any = reader;
        StoreSpec<?> rows = spec instanceof GlobalTableSpec<?, ?> table ? table.rows() : spec;
        if (rows instanceof SortedSpec<?, ?> sorted) {
            return (S) new CommittedSortedStore<>(
                    (StateReader<KeyValueStore<Object, Object>>) any, (SortedSpec<Object, Object>) sorted);
        }
        if (rows instanceof KeyValueSpec<?, ?>) {
            return (S) new CommittedKeyValueStore<>((StateReader<KeyValueStore<Object, Object>>) any);
        }
        if (spec instanceof WindowSpec<?, ?> windows) {
            return (S) new CommittedWindowStore<>(
                    (StateReader<WindowStore<Object, Object>>) any, (WindowSpec<Object, Object>) windows);
        }
        if (spec instanceof SessionSpec<?, ?> sessions) {
            return (S) new CommittedSessionStore<>(
                    (StateReader<SessionStore<Object, Object>>) any, (SessionSpec<Object, Object>) sessions);
        }
        if (spec instanceof RecordSpec<?, ?> || spec instanceof RecordBufferSpec<?, ?>) {
            return (S) new CommittedRecordStore<>((StateReader<RecordStore<Object, Object>>) any);
        }
        if (spec instanceof VersionedSpec<?, ?> || spec instanceof VersionedTableSpec<?, ?>) {
            return (S) new CommittedVersionedStore<>((StateReader<VersionedStore<Object, Object>>) any);
        }
        if (spec instanceof RecordQueueSpec<?, ?>) {
            return (S) new CommittedRecordQueue<>((StateReader<RecordQueue<Object, Object>>) any);
        }
        if (spec instanceof TimerSpec<?>) {
            return (S) new CommittedTimers<>((StateReader<Timers<Object>>) any);
        }
        throw unknown(spec, "read with Application.view");
    }

    /** Everything in a store that can be listed; values without the times that are kept with them. */
    public static Map<Object, Object> entries(StateReader<?> reader) {
        Object store = of(reader);
        Entries<?, ?> entries;
        if (store instanceof KeyValueStore<?, ?> values) {
            entries = values.all();
        } else if (store instanceof WindowStore<?, ?> windows) {
            entries = windows.fetchAll(Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (store instanceof SessionStore<?, ?> sessions) {
            entries = sessions.fetchAll(Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (store instanceof RecordStore<?, ?> records) {
            entries = records.fetchAll(Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (store instanceof VersionedStore<?, ?> versions) {
            entries = versions.all();
        } else if (store instanceof RecordQueue<?, ?> waiting) {
            entries = waiting.until(Long.MAX_VALUE);
        } else {
            throw unknown(reader.spec(), "asked key by key, as state(spec)");
        }
        Map<Object, Object> all = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (all.put(key, value instanceof Timestamped<?> timed ? timed.value() : value) != null) {
                throw new IllegalStateException("Key " + key + " of store '" + reader.name()
                        + "' is in several partitions: ask for one of them with state(spec, partition)");
            }
        });
        return all;
    }

    /** The store of a pipeline that has this name. */
    public static StoreSpec<?> find(Pipeline pipeline, String name) {
        List<StoreSpec<?>> stores = pipeline.steps().stream()
                .map(Step::stores)
                .<StoreSpec<?>>flatMap(List::stream)
                .toList();
        return stores.stream()
                .filter(store -> store.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Pipeline '" + pipeline.name() + "' has no store '" + name + "', but "
                                + stores.stream().<String>map(StoreSpec::name).toList()));
    }

    private static IllegalArgumentException unknown(StoreSpec<?> spec, String instead) {
        return new IllegalArgumentException(
                "Store '" + spec.name() + "' is of a kind that has to be " + instead + ": " + spec);
    }

    static UnsupportedOperationException readOnly(String store) {
        return new UnsupportedOperationException(
                "Store '" + store + "' is read here and not changed: send records to the pipeline that changes it");
    }
}
