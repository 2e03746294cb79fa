package io.millrace.dsl;

import io.millrace.state.time.Windowed;

/** One value per key and window, and what came too late for it. */
public final class WindowedTable<K, V, A> extends Table<Windowed<K>, A> {
    private final StreamTypes<K, V> inputTypes;

    WindowedTable(Pipeline.Builder builder, int step, StreamTypes<Windowed<K>, A> types, StreamTypes<K, V> inputTypes) {
        super(builder, step, types);
        this.inputTypes = inputTypes;
    }

    @Override
    public WindowedTable<K, V, A> renamedFrom(String formerName) {
        super.renamedFrom(formerName);
        return this;
    }

    /**
     * The records that came for a window that had closed, as they came. One that is in several windows comes here once, if any of them had
     * closed; in those that are open it is counted. Where nobody asks for them they are dropped.
     */
    public EventStream<K, V> late() {
        return new EventStream<>(builder(), builder().outlet(step(), WindowStep.LATE, false), inputTypes);
    }
}
