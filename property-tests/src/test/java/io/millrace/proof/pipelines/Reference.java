package io.millrace.proof.pipelines;

import io.millrace.proof.pipelines.Recorder.Event;
import io.millrace.proof.pipelines.Recorder.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline says and keeps for the records that its tasks took, in the order in which they took them: a plain fold, written from the documentation of the
 * operators. Of a record it takes the watermark that the task had, since that is made of several inputs; all that follows from it is computed here. Event time
 * passes between two records, so what is due fires behind each.
 */
class Reference {
    private final PipelinePlan plan;
    private final int[] tasks;
    private final ReferenceState state = new ReferenceState();
    private final ReferenceTables tables;
    private final ReferenceWindows windows;
    private final ReferenceJoins joins;
    private final List<Place> failed = new ArrayList<>();
    /** The heads whose records do not move time. */
    private final List<Node> told;
    /** Of each input, by its first place. */
    private final Map<Place, Long> greatest = new HashMap<>();

    private int partition;
    private long watermark;

    Reference(PipelinePlan plan) {
        this.plan = plan;
        this.tasks = plan.tasks();
        this.told = plan.heads().stream().filter(plan::isTold).toList();
        this.tables = new ReferenceTables(plan, state, this::push);
        this.windows = new ReferenceWindows(state, this::push);
        this.joins = new ReferenceJoins(state, this::push);
    }

    /** Takes what a step hands on. */
    @FunctionalInterface
    interface Push {
        void push(Node from, int partition, Change change);
    }

    /** The next record that a task took. */
    void accept(Event event) {
        Node head = plan.node(event.place().head());
        partition = event.place().partition();
        watermark = event.watermark();
        if (event.isFailed()) {
            // Where it stands among the others is not known, so nothing follows from the watermark that it saw.
            failed.add(event.place());
            return;
        }
        fire(head, before(head, event));
        push(head, partition, new Change(event.key(), null, event.value(), event.timestamp()));
        state.commit();
        fire(head, watermark);
    }

    /**
     * How far event time had come before a record: the record moves its own input alone, from the greatest time before it to its own. What is beyond that, the clock, another
     * record or a writer of the task's inputs has brought.
     */
    private long before(Node head, Event event) {
        Place input = new Place(head.id(), partition, 0);
        long reached = greatest.getOrDefault(input, Long.MIN_VALUE);
        greatest.merge(input, event.timestamp(), Math::max);
        return watermark > event.timestamp() || told.contains(head) ? watermark : Math.min(watermark, reached);
    }

    /** Event time has come so far in a task, by what was told to it. */
    void passTo(Node head, int at, long time) {
        partition = at;
        fire(head, time);
    }

    /** Event time goes on for ever, everywhere. */
    void closeAll(int partitions) {
        for (partition = 0; partition < partitions; partition++) {
            plan.heads().forEach(head -> fire(head, Long.MAX_VALUE));
        }
    }

    private void fire(Node head, long until) {
        for (Node node : plan.nodes()) {
            if (tasks[node.id()] == tasks[head.id()] && node.kind().actsAtTimes()) {
                switch (node.kind()) {
                    case STREAM_LEFT_JOIN, STREAM_OUTER_JOIN -> joins.fire(node, partition, until);
                    case PROCESS_TIMERS -> tables.fireTimers(node, partition, until);
                    default -> windows.fire(node, partition, until);
                }
            }
        }
        state.commit();
    }

    /** Those that failed, each once. */
    List<Place> failed() {
        return failed;
    }

    ReferenceState state() {
        return state;
    }

    ReferenceTables tables() {
        return tables;
    }

    // --- from step to step

    private void push(Node from, int at, Change change) {
        state.say(from, at, change);
        int[] input = new int[plan.nodes().size()];
        for (Node consumer : plan.consumers(from)) {
            // A step that takes the same twice is there twice, once for each of its inputs.
            int number = consumer.inputs()
                            .subList(input[consumer.id()], consumer.inputs().size())
                            .indexOf(from.id())
                    + input[consumer.id()];
            input[consumer.id()] = number + 1;
            deliver(consumer, number, change);
        }
    }

    private void deliver(Node node, int input, Change change) {
        String key = change.key();
        Long value = change.after();
        switch (node.kind()) {
            case SOURCE -> throw new IllegalStateException("A source has no input");
            case REPARTITION, TO_CHOSEN -> state.write(node, partition, change);
            case MERGE -> pass(node, key, value, change);
            case MAP -> pass(node, key, UserCode.map(value, node.a()), change);
            case FILTER -> {
                if (UserCode.accepts(value, node.a())) {
                    pass(node, key, value, change);
                }
            }
            case FLAT_MAP_VALUES -> UserCode.several(value, node.a()).forEach(one -> pass(node, key, one, change));
            case FLAT_MAP -> flatMap(node, change);
            case SELECT_KEY -> pass(node, UserCode.otherKey(key, value), value, change);
            case SPLIT -> pass(node, key, UserCode.isOdd(value) ? UserCode.map(value, 100) : value, change);
            case THROW -> {
                if (UserCode.isFailing(value, node.a())) {
                    throw new AssertionError("A record passed " + node + " that fails there: " + change);
                }
                pass(node, key, value, change);
            }
            case THROW_ONCE -> pass(node, key, value, change);
            case TUMBLING, TUMBLING_FINAL, HOPPING, SLIDING, SLIDING_FINAL, SESSIONS, SESSIONS_FINAL, DEDUPLICATE ->
                windows.accept(node, partition, change, watermark);
            case STREAM_JOIN, STREAM_LEFT_JOIN, STREAM_OUTER_JOIN ->
                joins.accept(node, input == 0, partition, change, watermark);
            default -> tables.accept(node, input, partition, change);
        }
    }

    private void pass(Node node, @Nullable String key, @Nullable Long value, Change change) {
        push(node, partition, new Change(key, null, value, change.timestamp()));
    }

    private void flatMap(Node node, Change change) {
        Long value = change.after();
        pass(node, change.key(), value, change);
        if (value != null) {
            pass(node, UserCode.otherKey(change.key(), value), value + node.a(), change);
        }
    }
}
