package io.millrace.dsl;

import io.millrace.state.time.Windowed;
import java.util.List;

/** One value per key and window, made of several streams, and what came too late of each. */
public final class WindowedCogroupTable<K, A> extends Table<Windowed<K>, A> {
    private final List<WindowStep.Inlet> inlets;

    WindowedCogroupTable(
            Pipeline.Builder builder, int step, StreamTypes<Windowed<K>, A> types, List<WindowStep.Inlet> inlets) {
        super(builder, step, types);
        this.inlets = List.copyOf(inlets);
    }

    /**
     * The records of one of the streams that came for a window that had closed, as they came: {@link WindowedTable#late}. Where nobody asks for them they
     * are dropped.
     *
     * @throws PipelineException if the stream is none of those that the values are made of
     */
    public <V> EventStream<K, V> late(GroupedStream<K, V> stream) {
        for (WindowStep.Inlet inlet : inlets) {
            if (stream.builder() == builder() && inlet.step() == stream.step()) {
                return new EventStream<>(builder(), builder().outlet(step(), inlet.late(), false), stream.types());
            }
        }
        throw new PipelineException(stream + " is none of the streams that " + this
                + " is made of, so nothing of it can be late there: name one that was given to cogroup(...)");
    }
}
