package io.millrace.dsl;

/** A stream without what repeats in it, and what was taken out of it. */
public final class DeduplicatedStream<K, V> extends EventStream<K, V> {
    DeduplicatedStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        super(builder, step, types);
    }

    @Override
    public DeduplicatedStream<K, V> renamedFrom(String formerName) {
        super.renamedFrom(formerName);
        return this;
    }

    /** The records that repeat one that has passed. Where nobody asks for them they are dropped and counted. */
    public EventStream<K, V> duplicates() {
        return outlet(DeduplicateStep.DUPLICATES);
    }

    /**
     * The records that are more than a window behind event time and repeat nothing that is still known: what they repeat may be forgotten. Where
     * nobody asks for them they are dropped and counted.
     */
    public EventStream<K, V> late() {
        return outlet(DeduplicateStep.LATE);
    }

    private EventStream<K, V> outlet(Output<Object, Object> output) {
        return new EventStream<>(builder, builder.outlet(step, output, false), types);
    }
}
