package io.millrace.dsl;

/** What comes of two streams that are joined, and what came too late for it. */
public final class JoinedStream<K, V1, V2, R> extends EventStream<K, R> {
    private final StreamTypes<K, V1> leftTypes;
    private final StreamTypes<K, V2> rightTypes;

    JoinedStream(
            Pipeline.Builder builder,
            int step,
            StreamTypes<K, R> types,
            StreamTypes<K, V1> leftTypes,
            StreamTypes<K, V2> rightTypes) {
        super(builder, step, types);
        this.leftTypes = leftTypes;
        this.rightTypes = rightTypes;
    }

    @Override
    public JoinedStream<K, V1, V2, R> renamedFrom(String formerName) {
        super.renamedFrom(formerName);
        return this;
    }

    /**
     * The records of the left stream that came when event time was beyond the last moment of a partner and the grace, as they came. They have no
     * result. Where nobody asks for them they are dropped.
     */
    public EventStream<K, V1> lateLeft() {
        return new EventStream<>(builder, builder.outlet(step, JoinStep.LATE_LEFT, false), leftTypes);
    }

    /** Those of the right stream. */
    public EventStream<K, V2> lateRight() {
        return new EventStream<>(builder, builder.outlet(step, JoinStep.LATE_RIGHT, false), rightTypes);
    }
}
