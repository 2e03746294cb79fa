package io.millrace.dsl.operator;

import io.millrace.dsl.AsyncStep;
import io.millrace.dsl.DeduplicateStep;
import io.millrace.dsl.ForeignKeyStep;
import io.millrace.dsl.GlobalTableStep;
import io.millrace.dsl.JoinStep;
import io.millrace.dsl.LookupStep;
import io.millrace.dsl.Output;
import io.millrace.dsl.PatternSource;
import io.millrace.dsl.ProcessStep;
import io.millrace.dsl.Processor;
import io.millrace.dsl.StatelessStep;
import io.millrace.dsl.Step;
import io.millrace.dsl.TableStep;
import io.millrace.dsl.VersionedStep;
import io.millrace.dsl.WindowStep;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.state.PartitionState;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.InputTimes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators of one task, wired as the sub-topology says. Built by and for the task's thread. */
public final class OperatorGraph {
    private final SubTopology subTopology;
    private final @Nullable PartitionState state;
    private final Surroundings surroundings;
    private final TaskTime time;
    private final RecordContext context;
    private final Map<Integer, Inlets> built = new HashMap<>();
    private final Map<String, SourceOperator> sources = new LinkedHashMap<>();
    /** What takes the records of the topics that match, by the number of the step. */
    private final Map<Integer, Operator> behindPatterns = new HashMap<>();
    /** Those that act at times, each before all that lead to it. */
    private final List<TimedOperator> made = new ArrayList<>();

    /** Those that call somebody, each before those that it leads to. */
    private final List<AsyncOperator> calling = new ArrayList<>();

    private final TimedOperators timed;
    private final TaskCalls calls;

    /**
     * @param state holds the sub-topology's stores, null if it has none
     * @param time of the task, which outlives the graph
     */
    public OperatorGraph(
            SubTopology subTopology, @Nullable PartitionState state, Surroundings surroundings, TaskTime time) {
        this.subTopology = subTopology;
        this.state = state;
        this.surroundings = surroundings;
        this.time = time;
        this.context = state == null
                ? new RecordContext(() -> 0, time, 0)
                : new RecordContext(state::changeCount, time, state.partition());
        Maker maker = new Maker();
        for (Step.Source source : subTopology.sources()) {
            int input = sources.size();
            sources.put(source.topic().name(), sourceOf(source, input, maker.behind(source)));
        }
        subTopology.patterns().forEach(pattern -> behindPatterns.put(pattern.id(), maker.behind(pattern)));
        this.calls = new TaskCalls(calling);
        time.holdBy(calling.isEmpty() ? null : calls::heldAt);
        this.timed = new TimedOperators(made, places(), context, time);
    }

    /** Where the steps that act at times keep how far the inputs have come. */
    private List<InputTimes> places() {
        List<InputTimes> places = new ArrayList<>();
        for (TimedOperator operator : made) {
            String store = operator.place();
            if (store != null && state != null) {
                places.add(time.place(store, name -> state.openBeside(name, InputTimes::new)));
            }
        }
        return places;
    }

    /**
     * The operator that takes the records of this topic.
     *
     * @param input its number in the task
     */
    public SourceOperator source(String topic, int input) {
        SourceOperator known = sources.get(topic);
        if (known != null) {
            return known;
        }
        Step.Source source = subTopology.sourceOf(topic);
        Operator behind = source == null ? null : behindPatterns.get(source.id());
        if (source == null || behind == null) {
            throw new IllegalArgumentException("No step reads topic '" + topic + "'");
        }
        SourceOperator matched = sourceOf(source, input, behind);
        sources.put(topic, matched);
        return matched;
    }

    private SourceOperator sourceOf(Step.Source source, int input, Operator behind) {
        var reached = source.times().reached().map(this::store).orElse(null);
        return new SourceOperator(source, context, time, input, reached, behind);
    }

    public RecordContext context() {
        return context;
    }

    /** Those that its steps have under way. */
    public TaskCalls calls() {
        return calls;
    }

    /** Those of its steps that act at times. */
    public TimedOperators timed() {
        return timed;
    }

    /** Makes a step's operators once, whichever of its inputs comes to it first. */
    private final class Maker implements Step.Visitor<Inlets>, Wiring {
        private final StatelessOperators stateless = new StatelessOperators(this);
        private final TableOperators tables = new TableOperators(this);
        private final WindowOperators windows = new WindowOperators(this);
        private final JoinOperators joins = new JoinOperators(this);
        private final TableLookups lookups = new TableLookups(this);
        private final LookupOperators lookupOperators = new LookupOperators(this);
        private final ForeignKeyOperators foreignKeys = new ForeignKeyOperators(this);

        @Override
        public Operator behind(Step step) {
            List<Operator> consumers = new ArrayList<>();
            for (Step consumer : subTopology.consumersOf(step)) {
                if (consumer instanceof Step.Outlet) {
                    continue; // another way out
                }
                Inlets known = built.get(consumer.id());
                if (known == null) {
                    known = consumer.accept(this);
                    built.put(consumer.id(), known);
                    noteIfTimed(known);
                }
                for (int input = 0; input < consumer.inputs().size(); input++) {
                    if (consumer.inputs().get(input) == step.id()) {
                        consumers.add(known.inlet(input));
                    }
                }
            }
            if (consumers.isEmpty()) {
                return DropOperator.INSTANCE;
            }
            return consumers.size() == 1 ? consumers.get(0) : new ForkOperator(consumers);
        }

        @Override
        public Map<Output<?, ?>, Operator> outlets(Step step) {
            Map<Output<?, ?>, Operator> outlets = new LinkedHashMap<>();
            for (Step consumer : subTopology.consumersOf(step)) {
                if (consumer instanceof Step.Outlet outlet) {
                    outlets.put(outlet.output(), behind(outlet));
                }
            }
            return outlets;
        }

        @Override
        public <S> S store(StoreSpec<S> spec) {
            return OperatorGraph.this.store(spec);
        }

        @Override
        public Step step(int id) {
            return subTopology.step(id);
        }

        @Override
        public TableLookup lookup(int table) {
            return lookups.of(step(table));
        }

        @Override
        public GlobalRows globalTable(String name) {
            return surroundings.globalTables().apply(name);
        }

        @Override
        public int partition() {
            if (state == null) {
                throw new IllegalStateException("A task without stores does not tell its partition");
            }
            return state.partition();
        }

        @Override
        public RecordContext context() {
            return context;
        }

        @Override
        public Inlets source(Step.Source step) {
            throw new IllegalStateException("A source has no input: " + step.label());
        }

        @Override
        public Inlets pattern(PatternSource step) {
            throw new IllegalStateException("A source has no input: " + step.label());
        }

        @Override
        public Inlets globalTable(GlobalTableStep step) {
            throw new IllegalStateException("A global table has no input: " + step.label());
        }

        @Override
        public Inlets stateless(StatelessStep step) {
            return step.visit(stateless);
        }

        @Override
        public Inlets async(AsyncStep step) {
            AsyncOperator operator = new AsyncOperator(
                    step,
                    context,
                    surroundings.ticker(),
                    surroundings.wake(),
                    behind(step),
                    surroundings.answers(),
                    step.kept().map(this::store).orElse(null));
            calling.add(0, operator);
            return operator;
        }

        @Override
        public Inlets process(ProcessStep step) {
            ProcessStores stores = new ProcessStores(step.name(), step.uses(), this);
            Processor<Object, Object> processor = step.factory().create(stores);
            ProcessOperator process = new ProcessOperator(step.name(), processor, outlets(step), context);
            List<StepTimers<?>> timers = stores.timers();
            return timers.isEmpty() ? process : new TimedProcess(process, timers);
        }

        @Override
        public Inlets deduplicate(DeduplicateStep step) {
            Map<Output<?, ?>, Operator> outlets = outlets(step);
            DeduplicateOperator.Ways ways = new DeduplicateOperator.Ways(
                    behind(step),
                    outlets.get(DeduplicateStep.DUPLICATES),
                    new LateRecords(outlets.get(DeduplicateStep.LATE)));
            return new DeduplicateOperator(step, store(step.passed()), store(step.expiry()), ways);
        }

        @Override
        public Inlets table(TableStep step) {
            return step.visit(tables);
        }

        @Override
        public Inlets versioned(VersionedStep step) {
            return new VersionedTableOperator(store(step.store()), context, behind(step));
        }

        @Override
        public Inlets window(WindowStep step) {
            return step.visit(windows);
        }

        @Override
        public Inlets join(JoinStep step) {
            return step.visit(joins);
        }

        @Override
        public Inlets lookup(LookupStep step) {
            return step.visit(lookupOperators);
        }

        @Override
        public Inlets foreignKey(ForeignKeyStep step) {
            return step.visit(foreignKeys);
        }

        @Override
        public Inlets outlet(Step.Outlet step) {
            throw new IllegalStateException("An outlet is wired by its step: " + step.label());
        }

        @Override
        public Inlets sink(Step.Sink step) {
            return new SinkOperator(step.target(), surroundings.partitionCounts(), surroundings.sink());
        }
    }

    /** A merge is the step behind it, so what is known is not always new. */
    @SuppressWarnings("ReferenceEquality") // two operators may be equal
    private void noteIfTimed(Inlets inlets) {
        if (inlets instanceof TimedOperator operator && made.stream().noneMatch(known -> known == operator)) {
            made.add(operator);
        }
    }

    private <S> S store(StoreSpec<S> spec) {
        if (state == null) {
            throw new IllegalStateException("The task has no stores, so not '" + spec.name() + "' either");
        }
        return state.store(spec);
    }
}
