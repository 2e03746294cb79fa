package io.millrace.dsl;

import java.util.function.BiPredicate;

/** A stream on its way into branches, asked in the order of writing; what no branch accepts goes to {@link #otherwise}, or is dropped. */
public final class SplitStream<K, V> {
    private final Pipeline.Builder builder;
    private final int step;
    private final StreamTypes<K, V> types;
    private boolean isComplete;

    SplitStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        this.builder = builder;
        this.step = step;
        this.types = types;
    }

    /**
     * The records that this predicate accepts, and no branch before it.
     *
     * @param name for messages and pictures
     */
    public EventStream<K, V> branch(String name, BiPredicate<? super K, ? super V> predicate) {
        if (isComplete) {
            throw new PipelineException("Branch '" + name + "' of '" + builder.labelOf(step)
                    + "' comes after otherwise(...), which takes everything: put it before");
        }
        Output<K, V> output = Output.named(name);
        builder.change(StatelessStep.Split.class, step, split -> split.with(Erased.predicate(predicate), output));
        return outlet(output);
    }

    /** The records that no branch accepts; to be called last. */
    public EventStream<K, V> otherwise(String name) {
        if (isComplete) {
            throw new PipelineException(
                    "'" + builder.labelOf(step) + "' has otherwise(...) twice: keep the stream that the first gave");
        }
        isComplete = true;
        Output<K, V> output = Output.named(name);
        builder.change(StatelessStep.Split.class, step, split -> split.withRest(output));
        return outlet(output);
    }

    private EventStream<K, V> outlet(Output<K, V> output) {
        return new EventStream<>(builder, builder.outlet(step, output, false), types);
    }
}
