package io.millrace.dsl.runtime;

import io.millrace.dsl.Topic;
import io.millrace.dsl.operator.AnswerMemory;
import io.millrace.dsl.operator.ErrorRule;
import io.millrace.dsl.operator.FailedCall;
import io.millrace.dsl.operator.GlobalRows;
import io.millrace.dsl.operator.OperatorGraph;
import io.millrace.dsl.operator.SourceOperator;
import io.millrace.dsl.operator.Surroundings;
import io.millrace.dsl.operator.TaskCalls;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.dsl.plan.TaskId;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.state.PartitionState;
import io.millrace.state.StateException;
import io.millrace.state.StoreSpec;
import io.millrace.transactions.TransactionalProducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A sub-topology at work on the partitions of one number. Owned by a loop. */
final class StreamTask {
    private static final Logger LOG = LoggerFactory.getLogger(StreamTask.class);

    private final TaskId id;
    private final String name;
    private final SubTopology subTopology;
    private final ApplicationCore core;
    private final LoopTransaction transaction;
    private final Whereabouts whereabouts;
    private final Runnable wake;
    private final DeadLetters deadLetters;
    private final TaskTimers timers;
    private final SortedMap<String, Integer> watermarkTopics;
    private final WatermarkWriter watermarks;
    private final TaskInputs reading = new TaskInputs();
    private final List<TopicPartition> inputs = new ArrayList<>();
    private final List<TopicPartition> changelogs = new ArrayList<>();
    private final List<String> storeNames = new ArrayList<>();
    private final Map<String, GlobalLookup> globalLookups = new TreeMap<>();
    private @Nullable PartitionState state;
    private @Nullable OperatorGraph graph;
    private final FailureNews news = new FailureNews();
    private boolean isWaitTold;
    private TaskCalls calls = TaskCalls.none();
    private final AnswerMemory answers = new AnswerMemory();
    private final KeptCallFailures callFailures = new KeptCallFailures();
    /** Its partitions are paused until calls are answered. */
    private boolean held;

    private boolean blocked;
    private Duration blockedFor = Duration.ZERO;
    private int skipped;
    private int buried;
    private long droppedBefore;

    /** @param wake ends a wait of the loop; from any thread */
    StreamTask(
            TaskId id,
            SubTopology subTopology,
            ApplicationCore core,
            LoopTransaction transaction,
            Whereabouts whereabouts,
            Runnable wake) {
        this.wake = wake;
        this.id = id;
        this.whereabouts = whereabouts;
        this.name = id.toString();
        this.subTopology = subTopology;
        this.core = core;
        this.transaction = transaction;
        this.deadLetters =
                new DeadLetters(core.partitionCounts(), core.settings().world().clock());
        this.timers = new TaskTimers(id, subTopology.sources().size(), core.settings(), this::block);
        this.watermarkTopics = core.watermarkTopics();
        this.watermarks = new WatermarkWriter(id, timers, written());
        subTopology
                .sources()
                .forEach(source -> inputs.add(new TopicPartition(source.topic().name(), id.partition())));
        for (StoreSpec<?> store : subTopology.stores()) {
            storeNames.add(store.name());
            changelogs.add(new TopicPartition(core.topology().changelogTopic(store.name()), id.partition()));
        }
    }

    /** The topics in which it says how far it is, with the number of their partitions. */
    private Map<String, Integer> written() {
        Map<String, Integer> written = new TreeMap<>();
        for (Topic<?, ?> topic : subTopology.repartitionTopics()) {
            if (watermarkTopics.containsKey(topic.name())) {
                written.put(
                        topic.name(),
                        Objects.requireNonNull(core.partitionCounts().get(topic.name())));
            }
        }
        return written;
    }

    TaskId id() {
        return id;
    }

    /** For logs: {@code <sub-topology>_<partition>}. */
    String name() {
        return name;
    }

    SubTopology subTopology() {
        return subTopology;
    }

    List<String> storeNames() {
        return storeNames;
    }

    /** The changelog of each store, in the order of the stores. */
    List<TopicPartition> changelogs() {
        return changelogs;
    }

    /**
     * Opens the stores, to be restored.
     *
     * @return false if another loop still holds them: one that has yet to notice that it lost them
     */
    boolean openState() {
        if (state == null) {
            new TopologyGuard(core.log(), core.topology()).check(storeNames);
            try {
                state = core.database().partition(id.partition(), subTopology.stores());
            } catch (IllegalStateException e) {
                waits("its stores", e.getMessage());
                return false;
            }
        }
        isWaitTold = false;
        limitEntries(state());
        return true;
    }

    /** Told once, not at each try: somebody else has yet to give up what the task needs. */
    void waits(String what, @Nullable Object why) {
        LOG.atLevel(isWaitTold ? Level.DEBUG : Level.INFO).log("Task {} waits for {}: {}", id, what, why);
        isWaitTold = true;
    }

    /** A store takes what its changelog takes, as that is set now: an entry is refused where its record's error policy has a say. */
    private void limitEntries(PartitionState opened) {
        LogAdmin admin = core.log().admin();
        for (int store = 0; store < changelogs.size(); store++) {
            String name = storeNames.get(store);
            admin.describeTopic(changelogs.get(store).topic())
                    .ifPresent(found ->
                            opened.limitEntryBytes(name, found.settings().maxRecordBytes()));
        }
    }

    PartitionState state() {
        PartitionState present = state;
        if (present == null) {
            throw new IllegalStateException("The stores of task " + id + " are not open");
        }
        return present;
    }

    /** Builds the operators; from here on records can be processed. */
    void start() {
        whereabouts.enter(place() + ", which begins");
        Surroundings surroundings = new Surroundings(
                transaction,
                core.partitionCounts(),
                this::globalRows,
                core.settings().world().ticker(),
                wake,
                answers);
        calls.letGo();
        OperatorGraph built = new OperatorGraph(subTopology, state, surroundings, timers.time());
        graph = built;
        calls = built.calls();
        callFailures.carryOver(calls);
        droppedBefore = 0;
        timers.use(built.timed());
        whereabouts.leave();
    }

    /** One for all users in the task, over all the graphs that it has. */
    private GlobalRows globalRows(String table) {
        return globalLookups.computeIfAbsent(
                table, name -> new GlobalLookup(core.globalTables().of(name), core.database()));
    }

    private void releaseGlobalRows() {
        for (GlobalLookup lookup : globalLookups.values()) {
            lookup.release();
        }
    }

    boolean isRunning() {
        return graph != null;
    }

    /** Which of the task's inputs a topic is: those that match a pattern have a number from when they are met first. */
    int inputNumber(String topic) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).topic().equals(topic)) {
                return i;
            }
        }
        if (subTopology.sourceOf(topic) == null) {
            throw new IllegalArgumentException("Task " + id + " does not read topic '" + topic + "'");
        }
        inputs.add(new TopicPartition(topic, id.partition()));
        return inputs.size() - 1;
    }

    TopicPartition inputPartition(int number) {
        return inputs.get(number);
    }

    /** Those inputs that the loop has. */
    TaskInputs reading() {
        return reading;
    }

    LoopTransaction transaction() {
        return transaction;
    }

    /** Those of its loop. */
    Whereabouts whereabouts() {
        return whereabouts;
    }

    /** As {@link Whereabouts} tells it. */
    String place() {
        return "task " + name;
    }

    TaskTimers timers() {
        return timers;
    }

    WatermarkWriter watermarks() {
        return watermarks;
    }

    /** Begins to read an input. */
    void assign(TaskInput input) {
        String topic = input.topicPartition().topic();
        timers.assign(input.number(), topic, watermarkTopics.getOrDefault(topic, 0));
    }

    /** Whether a topic is one between two of the application's steps, where others may say how far they are. */
    boolean isOwn(Topic<?, ?> topic) {
        return core.topology().isOwned(topic);
    }

    /** How long until the clock alone may have made something due, or something that others have to know. */
    long nanosUntilDue(long nowNanos, long nowMillis) {
        long due = timers.nanosUntilDue(nowNanos, nowMillis);
        return watermarks.isNeeded() ? Math.min(due, timers.time().watermarks().nanosUntilIdle(nowNanos)) : due;
    }

    SourceOperator source(String topic) {
        return graph().source(topic, inputNumber(topic));
    }

    boolean hasEffects() {
        return graph().context().hasEffects();
    }

    private OperatorGraph graph() {
        OperatorGraph present = graph;
        if (present == null) {
            throw new IllegalStateException("Task " + id + " does not run");
        }
        return present;
    }

    /** Sends what its stores changed in the open transaction, newest value per key, to their changelogs, and how far its time has come to those who wait for that. */
    void sendChanges(TransactionalProducer producer) {
        timers.beforeCommit();
        watermarks.send(producer);
        PartitionState present = state;
        if (present == null || !present.isDirty()) {
            return;
        }
        long timestamp = graph().context().timestamp();
        present.forEachChange(
                (store, key, value) -> producer.send(changelogs.get(store), timestamp, key, value, List.of()));
    }

    /** The transaction is committed: what was staged becomes state, at the position that its changelog has reached. */
    void promote(TransactionalProducer producer) {
        releaseGlobalRows();
        timers.committed();
        watermarks.committed();
        calls.committed();
        answers.clear();
        callFailures.committed(calls);
        skipped = 0;
        buried = 0;
        droppedBefore = graph().context().dropped();
        PartitionState present = state;
        if (present == null || !present.isDirty()) {
            return;
        }
        Map<String, Long> positions = new HashMap<>();
        for (int store = 0; store < changelogs.size(); store++) {
            long end = producer.endOffset(changelogs.get(store));
            if (end >= 0) {
                positions.put(storeNames.get(store), end);
            }
        }
        present.commit(positions);
    }

    /** The transaction is not committed: nothing that was staged remains, nor anything that a processor remembers. */
    void rollBack() {
        releaseGlobalRows();
        skipped = 0;
        buried = 0;
        timers.rolledBack();
        watermarks.rolledBack();
        if (state != null) {
            state.abort();
        }
        if (graph != null) {
            start();
        }
    }

    long stagedBytes() {
        return state == null ? 0 : state.stagedBytes();
    }

    /** Passes over or buries a failed record, as its policy decided. */
    void settle(FailedRecord failed, LogRecord record) {
        if (failed.decision() instanceof FailureRule.Decision.Bury bury) {
            deadLetters.bury(failed, record, bury.topic(), transaction.producer());
            buried++;
        } else {
            skipped++;
        }
    }

    /** Records passed over in the open transaction. */
    int skipped() {
        return skipped;
    }

    /** Records buried in the open transaction. */
    int buried() {
        return buried;
    }

    /** Records that steps dropped in the open transaction. */
    long dropped() {
        return graph().context().dropped() - droppedBefore;
    }

    /** Whether a failed record is worth a warning: its cause is not one that was just told. */
    boolean isNews(String outcome, Throwable failure) {
        return news.isNews(outcome, failure, core.settings().world().ticker().nanos());
    }

    // --- calls

    /** Those that its steps have under way, in the open transaction. */
    TaskCalls calls() {
        return calls;
    }

    /**
     * Hands on what calls have brought.
     *
     * @param begin begins a transaction if none is open
     * @throws ReprocessException if one failed for which the transaction is taken back
     */
    void goOnWithCalls(Runnable begin) {
        for (FailedCall failed = calls.goOn(begin); failed != null; failed = calls.goOn(begin)) {
            failed(failed, begin);
        }
    }

    private void failed(FailedCall failed, Runnable begin) {
        Throwable error = failed.error();
        boolean isOfRecord = failed.isCall()
                ? !(error instanceof Error fatal) || ErrorRule.isOfRecord(fatal)
                : Blame.isOfRecord(error);
        if (!isOfRecord || whereabouts.isCutOff()) {
            if (error instanceof Error fatal) {
                throw fatal;
            }
            throw error instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("A call of step '" + failed.step() + "' failed", error);
        }
        LogRecord record = failed.record();
        if (record == null) {
            throw timers.failed("An answer to a call of step '" + failed.step() + "', for no record,", error);
        }
        TaskInput input = reading.input(record.topicPartition());
        FailedCall.Kept kept = failed.kept();
        if (kept == null) {
            throw input.failedLater(record, error);
        }
        settle(failed, kept, record, input, begin);
    }

    /** Of a record that is committed: its policy decides about the call alone. */
    private void settle(FailedCall failed, FailedCall.Kept kept, LogRecord record, TaskInput input, Runnable begin) {
        FailedRecord before = callFailures.before(failed, kept);
        FailedRecord decided = before == null || before.decision() instanceof FailureRule.Decision.TryAgain
                ? input.judge(record, failed.error(), before)
                : before;
        callFailures.put(failed, kept, decided);
        if (!failed.isCall()) {
            if (decided.decision() instanceof FailureRule.Decision.TryAgain again) {
                block(again.backoff());
            }
            throw new ReprocessException("the answer to a call of step '" + failed.step() + "'", failed.error());
        }
        if (decided.decision() instanceof FailureRule.Decision.TryAgain again) {
            kept.tryAgainAfter(again.backoff());
        } else {
            begin.run();
            kept.forget();
            settle(decided, record);
        }
    }

    /** True if some of its steps do. */
    boolean makesCalls() {
        return !calls.areNever();
    }

    /** Hands on what is answered already; true if the task is to take no further record for now. */
    boolean isFullOfCalls() {
        if (calls.hasNews()) {
            goOnWithCalls(() -> {});
        }
        return calls.isFull();
    }

    /** True if its partitions are paused for its calls. */
    boolean isHeld() {
        return held;
    }

    void hold(boolean isToBe) {
        held = isToBe;
    }

    /** Asks for a rest before the next attempt. */
    void block(Duration rest) {
        blocked = true;
        blockedFor = rest;
    }

    boolean isBlocked() {
        return blocked;
    }

    Duration blockedFor() {
        return blockedFor;
    }

    void unblock() {
        blocked = false;
        held = false;
    }

    /** Drops what is uncommitted and gives the stores up, also when what was committed last cannot be written. */
    void close() {
        graph = null;
        calls.cancel();
        releaseGlobalRows();
        PartitionState present = state;
        state = null;
        if (present != null) {
            try {
                present.close();
            } catch (StateException e) {
                // Thrown on, it would leave the other tasks of the loop open, with what they have staged. Of a full
                // disk
                // the loop that failed for it tells, or the writer: here it would be a line for each task and retry.
                LOG.atLevel(e.kind() == StateException.Kind.NO_SPACE ? Level.DEBUG : Level.WARN)
                        .log(
                                "Task {} could not write its state at its end; whoever opens it next replays its changelog: {}",
                                id,
                                e.getMessage());
            }
        }
    }
}
