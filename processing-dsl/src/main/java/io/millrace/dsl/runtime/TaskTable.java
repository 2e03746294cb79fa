package io.millrace.dsl.runtime;

import io.millrace.dsl.AppStatus;
import io.millrace.dsl.plan.SubTopology;
import io.millrace.dsl.plan.TaskId;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The tasks of one loop and the partitions they read. Owned by the loop. */
final class TaskTable {
    private final ApplicationCore core;
    private final LoopTransaction transaction;
    private final Runnable wake;
    private final SortedMap<TaskId, StreamTask> tasks = new TreeMap<>();
    private final SortedMap<TopicPartition, TaskInput> inputs = new TreeMap<>();
    private final SortedMap<TaskId, Restore> restores = new TreeMap<>();
    private final Map<TaskId, Long> blockedUntil = new HashMap<>();
    private final RestoreMeter.Part restoreMeter;
    private long recordsRestored;
    private boolean isRestoring;
    private final MatchedTopics matched;
    private final Whereabouts whereabouts;
    private final List<StreamTask> ready = new ArrayList<>();
    private boolean isAnyWaiting;

    /** @param wake ends a wait of the loop; from any thread */
    TaskTable(
            ApplicationCore core,
            LoopTransaction transaction,
            RestoreMeter.Part restores,
            Whereabouts whereabouts,
            Runnable wake) {
        this.core = core;
        this.wake = wake;
        this.transaction = transaction;
        this.matched = core.matchedTopics();
        this.restoreMeter = restores;
        this.whereabouts = whereabouts;
    }

    // --- partitions come and go

    /** Takes partitions over; paused until their task runs. */
    void add(Collection<TopicPartition> partitions, LogConsumer consumer) {
        for (TopicPartition partition : new TreeSet<>(partitions)) {
            SubTopology subTopology = core.topology().readerOf(partition.topic());
            matched.check(partition.topic(), subTopology, core.partitionCounts());
            TaskId id = new TaskId(subTopology.id(), partition.partition());
            StreamTask task = tasks.computeIfAbsent(id, missing -> newTask(missing, subTopology));
            bind(partition, task, consumer.position(partition));
            if (!task.isRunning()) {
                consumer.pause(Set.of(partition));
            }
        }
    }

    private StreamTask newTask(TaskId id, SubTopology subTopology) {
        return new StreamTask(id, subTopology, core, transaction, whereabouts, wake);
    }

    private void bind(TopicPartition partition, StreamTask task, long position) {
        TaskInput input = new TaskInput(partition, task, position);
        inputs.put(partition, input);
        task.reading().add(input);
        task.assign(input);
    }

    /** Gives partitions up, with the tasks that cannot go on without them. What those have not committed is dropped. */
    void remove(Collection<TopicPartition> partitions, LogConsumer consumer) {
        SortedSet<TopicPartition> left = remove(partitions);
        for (TopicPartition partition : left) {
            // Its task begins anew once it has all that it needs, here or elsewhere.
            TaskInput former = Objects.requireNonNull(inputs.remove(partition));
            StreamTask task = tasks.computeIfAbsent(
                    former.task().id(),
                    missing -> newTask(missing, former.task().subTopology()));
            bind(partition, task, former.initialPosition());
        }
        consumer.pause(left);
    }

    /** @return the inputs of tasks that were closed which were not given up */
    private SortedSet<TopicPartition> remove(Collection<TopicPartition> partitions) {
        SortedSet<TopicPartition> left = new TreeSet<>();
        for (TopicPartition partition : new TreeSet<>(partitions)) {
            left.remove(partition);
            TaskInput input = inputs.remove(partition);
            if (input == null) {
                continue;
            }
            input.task().timers().revoke(input.number());
            input.task().reading().remove(input);
            SortedSet<TopicPartition> others = input.task().reading().partitions();
            if (others.isEmpty() || (input.task().subTopology().isStateful() && !matched.isGone(partition))) {
                close(input.task());
                left.addAll(others);
            }
        }
        return left;
    }

    void removeAll() {
        remove(new ArrayList<>(inputs.keySet()));
        new ArrayList<>(tasks.values()).forEach(this::close);
        tellRestoring();
    }

    private void close(StreamTask task) {
        Restore restore = restores.remove(task.id());
        if (restore != null) {
            restore.suspend();
            ended(restore);
        }
        blockedUntil.remove(task.id());
        tasks.remove(task.id());
        task.close();
    }

    // --- getting ready

    /**
     * Works on tasks that do not run yet.
     *
     * @return how much was done
     */
    int prepare(LogConsumer consumer) {
        int done = 0;
        for (StreamTask task : new ArrayList<>(tasks.values())) {
            if (!task.isRunning()) {
                LogContext.enterTask(task.name());
                done += prepare(task, consumer);
            }
        }
        LogContext.leaveTask();
        tellRestoring();
        return done;
    }

    private int prepare(StreamTask task, LogConsumer consumer) {
        if (!task.subTopology().isStateful()) {
            run(task, consumer);
            return 1;
        }
        SortedSet<TopicPartition> missing = missingInputs(task);
        if (!missing.isEmpty()) {
            task.waits("inputs that another loop or instance has yet to give up", missing);
            return 0;
        }
        return restore(task, consumer);
    }

    /** State is shared by all inputs, so the task needs all of them: of a pattern, those that there are now. */
    private SortedSet<TopicPartition> missingInputs(StreamTask task) {
        SortedSet<TopicPartition> missing = new TreeSet<>();
        int partition = task.id().partition();
        matched.of(task.subTopology()).stream()
                .filter(topic -> partition < topic.partitions())
                .forEach(topic -> missing.add(new TopicPartition(topic.name(), partition)));
        task.subTopology()
                .sources()
                .forEach(source -> missing.add(new TopicPartition(source.topic().name(), partition)));
        missing.removeAll(task.reading().partitions());
        return missing;
    }

    private int restore(StreamTask task, LogConsumer consumer) {
        Restore restore = restores.get(task.id());
        if (restore == null) {
            if (!task.openState()) {
                return 0;
            }
            restore = begin(task, false);
        }
        long before = restore.records();
        if (restore.step()) {
            restores.remove(task.id());
            if (restore.mayLackDeletions()) {
                restore.suspend();
                ended(restore);
                task.close();
                if (task.openState()) {
                    begin(task, true);
                }
                return 1;
            }
            restore.finish();
            ended(restore);
            run(task, consumer);
            return 1;
        }
        return (int) (restore.records() - before);
    }

    private Restore begin(StreamTask task, boolean isAnew) {
        Restore restore = new Restore(task, core.log(), core.settings().world().ticker(), restoreMeter, isAnew);
        restores.put(task.id(), restore);
        tellRestoring();
        return restore;
    }

    private void ended(Restore restore) {
        recordsRestored += restore.records();
        restoreMeter.ended(restore.offsets() - restore.offsetsLeft());
        restore.close();
    }

    /** As long as there is something to tell, and that there is nothing any more. */
    private void tellRestoring() {
        int waiting = restoring();
        if (waiting == 0 && !isRestoring) {
            return;
        }
        isRestoring = waiting > 0;
        long records = recordsRestored;
        long left = 0;
        long offsets = 0;
        for (Restore restore : restores.values()) {
            records += restore.records();
            left += restore.offsetsLeft();
            offsets += restore.offsets();
        }
        restoreMeter.stand(waiting, restores.size(), records, left, offsets);
    }

    private void run(StreamTask task, LogConsumer consumer) {
        task.start();
        consumer.resume(task.reading().partitions());
    }

    int restoring() {
        return (int) tasks.values().stream().filter(task -> !task.isRunning()).count();
    }

    AppStatus.Tasks counts() {
        int notRunning = restoring();
        return new AppStatus.Tasks(tasks.size() - notRunning, restores.size(), notRunning - restores.size());
    }

    // --- at work

    /**
     * The tasks that have something of a poll to process, in the order of the poll; valid until the next call. Not those that rest, nor those that wait for what the
     * next poll brings: {@link #isAnyWaiting}.
     */
    List<StreamTask> ready(List<RecordCursor> polled, LogConsumer consumer) {
        ready.clear();
        tasks.values().forEach(task -> task.reading().beginPoll());
        for (RecordCursor cursor : polled) {
            TaskInput input = inputs.get(cursor.topicPartition());
            if (input != null
                    && input.task().isRunning()
                    && !input.task().isBlocked()
                    && !input.task().isHeld()) {
                if (input.task().reading().polled(input, cursor)) {
                    ready.add(input.task());
                }
            }
        }
        isAnyWaiting = ready.removeIf(task -> task.reading().isWaiting(consumer));
        return ready;
    }

    /** True if a task was left out of the last {@link #ready} for which there is more in the log. */
    boolean isAnyWaiting() {
        return isAnyWaiting;
    }

    void forEachRunning(Consumer<StreamTask> action) {
        for (StreamTask task : tasks.values()) {
            if (task.isRunning()) {
                action.accept(task);
            }
        }
    }

    /** The offsets up to which the open transaction has consumed; a new map, in a stable order. */
    Map<TopicPartition, Long> consumedOffsets() {
        Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
        for (TaskInput input : inputs.values()) {
            // Nobody will ask where the application stands in a topic that is gone.
            if (input.hasConsumed() && !matched.isGone(input.topicPartition())) {
                offsets.put(input.topicPartition(), input.consumedOffset());
            }
        }
        return offsets;
    }

    /** True if a topic that is read by a pattern is gone, which the group may not have told yet. */
    boolean hasLostTopic() {
        return inputs.keySet().stream().anyMatch(matched::isGone);
    }

    /** Of the records that the open transaction consumed; {@link Long#MAX_VALUE} if there are none. */
    long oldestTimestamp() {
        long oldest = Long.MAX_VALUE;
        for (TaskInput input : inputs.values()) {
            oldest = Math.min(oldest, input.oldestTimestamp());
        }
        return oldest;
    }

    /** The open transaction is committed. */
    void committed() {
        inputs.values().stream().filter(TaskInput::hasConsumed).forEach(TaskInput::committed);
    }

    /** What all tasks have staged. */
    long stagedBytes() {
        long staged = 0;
        for (StreamTask task : tasks.values()) {
            staged += task.stagedBytes();
        }
        return staged;
    }

    /** Brings every running task back to what is committed: its state, and where it reads. */
    void rollBack(LogConsumer consumer) {
        inputs.values().forEach(TaskInput::rolledBack);
        forEachRunning(StreamTask::rollBack);
        // Also of tasks that wait: they may have been closed while they ran.
        SortedSet<TopicPartition> partitions = new TreeSet<>(inputs.keySet());
        Map<TopicPartition, Long> committed = consumer.committed(partitions);
        for (TopicPartition partition : partitions) {
            TaskInput input = inputs.get(partition);
            if (input != null) {
                consumer.seek(partition, committed.getOrDefault(partition, input.initialPosition()));
            }
        }
    }

    // --- calls

    /** For how many calls the open transaction waits. */
    int callsInTransaction() {
        int waited = 0;
        for (StreamTask task : tasks.values()) {
            waited += task.calls().inTransaction();
        }
        return waited;
    }

    /** How many values wait for their answer, or for their turn to go on. */
    int pendingCalls() {
        int pending = 0;
        for (StreamTask task : tasks.values()) {
            pending += task.calls().pending();
        }
        return pending;
    }

    /** True if a task takes nothing more until a commit lets it call. */
    boolean wantsCommit() {
        for (StreamTask task : tasks.values()) {
            if (task.calls().wantsCommit()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Hands on what calls have brought.
     *
     * @param begin begins a transaction if none is open
     * @return how many have gone on
     */
    int goOnWithCalls(Runnable begin) {
        int before = 0;
        int after = 0;
        for (StreamTask task : tasks.values()) {
            int pending = task.calls().pending();
            if (pending > 0 && !task.isBlocked()) {
                LogContext.enterTask(task.name());
                whereabouts.enter(task.place() + ", in answers to its calls");
                task.goOnWithCalls(begin);
                whereabouts.leave();
                LogContext.leaveTask();
                before += pending;
                after += task.calls().pending();
            }
        }
        return before - after;
    }

    /**
     * Pauses the tasks that take no records until calls are answered, and lets the others read on.
     *
     * @param areAll whether none does
     */
    void hold(boolean areAll, LogConsumer consumer) {
        for (StreamTask task : tasks.values()) {
            boolean isToBe = areAll || task.calls().isFull();
            if (task.isRunning() && !task.isBlocked() && isToBe != task.isHeld()) {
                task.hold(isToBe);
                if (isToBe) {
                    consumer.pause(task.reading().partitions());
                } else {
                    consumer.resume(task.reading().partitions());
                }
            }
        }
    }

    /** True if some task was not asked for records in the last poll, since it had too many calls under way. */
    boolean isAnyHeld() {
        for (StreamTask task : tasks.values()) {
            if (task.isHeld()) {
                return true;
            }
        }
        return false;
    }

    /** How long until time alone makes something to do about calls. */
    long nanosUntilCallsAreDue(long nowNanos) {
        long wait = Long.MAX_VALUE;
        for (StreamTask task : tasks.values()) {
            wait = task.isBlocked() ? wait : Math.min(wait, task.calls().nanosUntilDue(nowNanos));
        }
        return wait;
    }

    // --- time passes

    /**
     * Looks which inputs are idle, fires what is due, and has a transaction to say what other tasks wait for.
     *
     * @param begin begins a transaction if none is open
     * @return how many tasks had something due
     */
    int passTime(long nowNanos, LogConsumer consumer, Runnable begin) {
        long nowMillis = core.settings().world().clock().millis();
        int fired = 0;
        for (StreamTask task : tasks.values()) {
            if (task.isRunning() && !task.isBlocked()) {
                TaskTimers timers = task.timers();
                timers.look(nowNanos, input -> lag(task, input, consumer));
                if (timers.isDue(nowMillis)) {
                    begin.run();
                    LogContext.enterTask(task.name());
                    whereabouts.enter(task.place() + ", in its timers");
                    timers.fireAll(nowMillis);
                    whereabouts.leave();
                    LogContext.leaveTask();
                    fired++;
                }
                if (task.watermarks().isDue()) {
                    begin.run();
                }
            }
        }
        return fired;
    }

    /** Not known is not nothing. */
    private static long lag(StreamTask task, int input, LogConsumer consumer) {
        return consumer.lag(task.inputPartition(input)).orElse(1);
    }

    /** How long until the clock alone may have made something due. */
    long nanosUntilDue(long nowNanos) {
        long nowMillis = core.settings().world().clock().millis();
        long wait = Long.MAX_VALUE;
        for (StreamTask task : tasks.values()) {
            if (task.isRunning() && !task.isBlocked()) {
                wait = Math.min(wait, task.nanosUntilDue(nowNanos, nowMillis));
            }
        }
        return wait;
    }

    // --- resting between attempts

    /**
     * Pauses tasks that have asked for a rest and wakes those whose rest is over.
     *
     * @return how long until the next one, at the most {@code longest}
     */
    long rest(long nowNanos, long longest, LogConsumer consumer) {
        long wait = longest;
        for (StreamTask task : tasks.values()) {
            if (task.isBlocked()) {
                Long until = blockedUntil.get(task.id());
                if (until == null) {
                    until = nowNanos + task.blockedFor().toNanos();
                    blockedUntil.put(task.id(), until);
                    consumer.pause(task.reading().partitions());
                }
                if (nowNanos - until >= 0) {
                    blockedUntil.remove(task.id());
                    task.unblock();
                    consumer.resume(task.reading().partitions());
                } else {
                    wait = Math.min(wait, until - nowNanos);
                }
            }
        }
        return wait;
    }

    // --- for status

    /** Partitions whose tasks run. */
    List<TopicPartition> runningPartitions() {
        List<TopicPartition> running = new ArrayList<>();
        inputs.forEach((partition, input) -> {
            if (input.task().isRunning()) {
                running.add(partition);
            }
        });
        return running;
    }
}
