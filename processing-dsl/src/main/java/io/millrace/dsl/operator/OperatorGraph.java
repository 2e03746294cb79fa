package io.millrace.dsl.operator;

import io.millrace.dsl.Output;
import io.millrace.dsl.Step;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.state.PartitionState;
import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators of one task, wired as the sub-topology says. Built by and for the task's thread. */
public final class OperatorGraph implements Step.Visitor<Operator> {
    private final SubTopology subTopology;
    private final @Nullable PartitionState state;
    private final RecordSink sink;
    private final Map<String, Integer> partitionCounts;
    private final RecordContext context;
    private final Map<Integer, Operator> built = new HashMap<>();
    private final Map<String, SourceOperator> sources = new LinkedHashMap<>();

    /**
     * @param state holds the sub-topology's stores, null if it has none
     * @param sink takes what the task writes
     * @param partitionCounts of the topics it writes
     */
    public OperatorGraph(
            SubTopology subTopology,
            @Nullable PartitionState state,
            RecordSink sink,
            Map<String, Integer> partitionCounts) {
        this.subTopology = subTopology;
        this.state = state;
        this.sink = sink;
        this.partitionCounts = partitionCounts;
        this.context = new RecordContext(state == null ? () -> 0 : state::changeCount);
        for (Step.Source source : subTopology.sources()) {
            sources.put(source.topic().name(), new SourceOperator(source, context, behind(source)));
        }
    }

    /** The operator that takes the records of this topic. */
    public SourceOperator source(String topic) {
        SourceOperator source = sources.get(topic);
        if (source == null) {
            throw new IllegalArgumentException("No step reads topic '" + topic + "'");
        }
        return source;
    }

    public RecordContext context() {
        return context;
    }

    /** What a step pushes to: nothing, its one consumer, or all of them. */
    private Operator behind(Step step) {
        List<Operator> consumers = new ArrayList<>();
        for (Step consumer : subTopology.consumersOf(step)) {
            Operator known = built.get(consumer.id());
            if (known == null) {
                known = consumer.accept(this);
                built.put(consumer.id(), known);
            }
            consumers.add(known);
        }
        if (consumers.isEmpty()) {
            return DropOperator.INSTANCE;
        }
        return consumers.size() == 1 ? consumers.get(0) : new ForkOperator(consumers);
    }

    @Override
    public Operator source(Step.Source step) {
        throw new IllegalStateException("A source has no input: " + step.label());
    }

    @Override
    public Operator mapValues(Step.MapValues step) {
        return new MapValuesOperator(step.function(), behind(step));
    }

    @Override
    public Operator filter(Step.Filter step) {
        return new FilterOperator(step.predicate(), behind(step));
    }

    @Override
    public Operator map(Step.MapKeyValue step) {
        return new MapOperator(step.keyFunction(), step.valueFunction(), behind(step));
    }

    @Override
    public Operator flatMap(Step.FlatMap step) {
        return new FlatMapOperator(step.mapper(), behind(step));
    }

    @Override
    public Operator peek(Step.Peek step) {
        return new PeekOperator(step.action(), behind(step));
    }

    /** Both sides push to the same next operator: a merge costs nothing. */
    @Override
    public Operator merge(Step.Merge step) {
        return behind(step);
    }

    @Override
    public Operator process(Step.Process step) {
        Map<Output<?, ?>, Operator> outputs = new LinkedHashMap<>();
        for (Step consumer : subTopology.consumersOf(step)) {
            if (consumer instanceof Step.ProcessOutput output) {
                outputs.put(output.output(), behind(output));
            }
        }
        return new ProcessOperator(step.name(), step.factory().create(new TaskStores(step)), outputs, context);
    }

    @Override
    public Operator output(Step.ProcessOutput step) {
        throw new IllegalStateException("An output is wired by its processor: " + step.label());
    }

    @Override
    public Operator aggregate(Step.Aggregate step) {
        return new AggregateOperator(store(step.store()), step.initial(), step.aggregator(), behind(step));
    }

    @Override
    public Operator sink(Step.Sink step) {
        Integer count = partitionCounts.get(step.topic().name());
        if (count == null) {
            throw new IllegalStateException("Topic '" + step.topic().name() + "' is not known");
        }
        return new SinkOperator(step, count, sink);
    }

    private <S> S store(StoreSpec<S> spec) {
        if (state == null) {
            throw new IllegalStateException("The task has no stores, so not '" + spec.name() + "' either");
        }
        return state.store(spec);
    }

    /** The stores that a step was declared with, and no others. */
    private final class TaskStores implements StoreAccess {
        private final Step.Process step;

        TaskStores(Step.Process step) {
            this.step = step;
        }

        @Override
        public <S> S get(StoreSpec<S> spec) {
            if (!step.stores().contains(spec)) {
                throw new IllegalArgumentException("Step '" + step.name() + "' was not declared with store '"
                        + spec.name() + "': name it in process(name, factory, stores...)");
            }
            return store(spec);
        }
    }
}
