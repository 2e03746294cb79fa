package io.millrace.dsl;

import io.millrace.log.TopicSettings;
import io.millrace.platform.World;
import io.millrace.state.MemoryBudget;
import io.millrace.state.Retirement;
import io.millrace.state.StateBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How a pipeline is run. Begin with {@link #of} and change what should differ.
 *
 * @param world time, randomness and threads
 * @param state where committed state rests, and what it may take
 * @param loops how many loops share the partitions
 * @param commits when a transaction ends
 * @param retries what happens before the application fails
 * @param eventTime how event time goes on
 * @param ownTopics the topics that the application creates for itself
 * @param patience how long code is waited for that does not return
 */
public record AppSettings(
        World world,
        State state,
        int loops,
        Commits commits,
        Retries retries,
        EventTime eventTime,
        OwnTopics ownTopics,
        Patience patience) {
    /**
     * Where committed state rests.
     *
     * @param backend opens that of the log with this id, within its part of the memory; called at every start, closed with the application
     * @param memory what the state may take, with its backend's part
     * @param cleanupDelay how long the state of a partition is kept that moved to another instance, so that it is caught up, and not built anew,
     *     if it comes back (Kafka Streams: {@code state.cleanup.delay.ms}). What is older than half of its changelog's {@code
     *     deleteRetention}, half a day by default, is built anew if the changelog was compacted meanwhile behind where it stands. The time is that
     *     for which the application runs without the partition: whatever lies there when it starts, it does not drop before. Looked at once a minute, and
     *     as often as the delay where that is shorter: state is gone at the latest so much after its time
     */
    public record State(
            BiFunction<String, MemoryBudget, ? extends StateBackend> backend,
            MemoryBudget memory,
            Duration cleanupDelay) {
        public State {
            Erased.given("state backend", backend);
            Erased.given("memory budget", memory);
            Erased.given("stateCleanupDelay", cleanupDelay);
            if (cleanupDelay.isNegative() || cleanupDelay.isZero()) {
                throw new IllegalArgumentException("stateCleanupDelay is more than zero, got " + cleanupDelay);
            }
        }
    }

    /**
     * When a transaction ends.
     *
     * @param interval the longest that a processed record, or a source's item, waits for its commit; when no input is left, none waits
     * @param records how many records a transaction holds at the most: of a source, items that it reads or records that come of them, whichever are more. It
     *     may end before, when it holds a certain part of the state's memory budget
     * @param bytes how much: when keys and values that it has read and sent, without changelogs, have come to that, it ends with that record. It bounds what
     *     is done again after a crash, and how far behind the writers those stand who read what is committed
     */
    public record Commits(Duration interval, int records, long bytes) {
        public Commits {
            Erased.given("commitInterval", interval);
            if (interval.isNegative()) {
                throw new IllegalArgumentException("commitInterval is zero or more, got " + interval);
            }
            if (records < 1) {
                throw new IllegalArgumentException("transactionRecords is at least 1, got " + records);
            }
            if (bytes < 1) {
                throw new IllegalArgumentException("transactionBytes is at least 1, got " + bytes);
            }
        }
    }

    /**
     * What happens before the application fails.
     *
     * @param count how often in a row a loop starts anew from committed state, or a timer is tried again
     * @param backoff how long it waits before the second try; doubles with every further one
     */
    public record Retries(int count, Duration backoff) {
        public Retries {
            Erased.given("retryBackoff", backoff);
            if (count < 0) {
                throw new IllegalArgumentException("retries is 0 or more, got " + count);
            }
            if (backoff.isNegative()) {
                throw new IllegalArgumentException("retryBackoff is zero or more, got " + backoff);
            }
        }
    }

    /**
     * How event time goes on.
     *
     * @param idleTimeout after how long without a record an input that has nothing left no longer holds event time back; empty for never
     */
    public record EventTime(Optional<Duration> idleTimeout) {
        public EventTime {
            idleTimeout.ifPresent(timeout -> {
                if (timeout.isNegative() || timeout.isZero()) {
                    throw new IllegalArgumentException("idleTimeout is more than zero, got " + timeout
                            + ": say withoutIdleTimeout() if no input is ever to be idle");
                }
            });
        }
    }

    /**
     * The topics that the application creates for itself: changelogs, and those of {@code repartition} and {@code groupBy}.
     *
     * @param maxRecordBytes the largest record that they take, key and value together; empty for what they have, 1 MiB where they are new
     * @param purgeInterval how often what is processed for good is deleted from those of {@code repartition}, {@code groupBy} and joins by foreign key
     */
    public record OwnTopics(OptionalInt maxRecordBytes, Duration purgeInterval) {
        public OwnTopics {
            Erased.given("repartitionPurgeInterval", purgeInterval);
            if (purgeInterval.isNegative() || purgeInterval.isZero()) {
                throw new IllegalArgumentException("repartitionPurgeInterval is more than zero, got " + purgeInterval);
            }
            // The log's own check of what somebody can want.
            maxRecordBytes.ifPresent(
                    bytes -> TopicSettings.compacted().withMaxRecordBytes(bytes).checkPractical());
        }
    }

    /**
     * How long code of the pipeline is waited for that does not return.
     *
     * @param closeTimeout how long {@link Application#close()} waits for a graceful end, before it interrupts what still runs
     * @param maxPollInterval how long a loop may be away, with one record or step, before its partitions go to others
     */
    public record Patience(Duration closeTimeout, Duration maxPollInterval) {
        public Patience {
            Erased.given("closeTimeout", closeTimeout);
            Erased.given("maxPollInterval", maxPollInterval);
            if (closeTimeout.isNegative()) {
                throw new IllegalArgumentException("closeTimeout is zero or more, got " + closeTimeout
                        + ": with zero, close() interrupts at once what still runs");
            }
            if (maxPollInterval.isNegative() || maxPollInterval.isZero()) {
                throw new IllegalArgumentException(
                        "maxPollInterval is more than zero, got " + maxPollInterval
                                + ": it is how long a record may take before the partition goes to another loop; choose a very long one if it never is to");
            }
        }
    }

    public AppSettings {
        Erased.given("world", world);
        if (loops < 1) {
            throw new IllegalArgumentException("loops is at least 1, got " + loops);
        }
    }

    /**
     * One loop, commits at least every 100 ms, 100,000 records or 64 MiB, five retries from 100 ms apart, inputs idle after 30 s, the machine's default
     * of memory, state that moved away is kept for half a day, repartition topics are purged every 30 s, a
     * loop may be away for five minutes, and {@code close()} waits for one.
     *
     * @param stateBackend opens the backend of the log with this id within this memory: {@code (logId, memory) ->
     *     RocksBackend.open(directory, logId, RocksConfig.within(memory))}
     */
    public static AppSettings of(World world, BiFunction<String, MemoryBudget, ? extends StateBackend> stateBackend) {
        return new AppSettings(
                world,
                new State(stateBackend, MemoryBudget.ofThisMachine(), Retirement.USUAL),
                1,
                new Commits(Duration.ofMillis(100), 100_000, 64L << 20),
                new Retries(5, Duration.ofMillis(100)),
                new EventTime(Optional.of(Duration.ofSeconds(30))),
                new OwnTopics(OptionalInt.empty(), Duration.ofSeconds(30)),
                new Patience(Duration.ofMinutes(1), Duration.ofMinutes(5)));
    }

    /**
     * The same with a backend whose memory is its opener's affair. One that may take more than its part of the {@linkplain #withStateMemory budget} is
     * warned of at the start.
     */
    public static AppSettings of(World world, Function<String, ? extends StateBackend> stateBackend) {
        Erased.given("state backend", stateBackend);
        return of(world, (logId, memory) -> stateBackend.apply(logId));
    }

    public AppSettings withLoops(int value) {
        return new AppSettings(world, state, value, commits, retries, eventTime, ownTopics, patience);
    }

    public AppSettings withCommitInterval(Duration value) {
        return with(new Commits(value, commits.records, commits.bytes));
    }

    public AppSettings withTransactionRecords(int value) {
        return with(new Commits(commits.interval, value, commits.bytes));
    }

    /** How many bytes of keys and values, read and sent, a transaction holds at the most, but for what its last record brings. */
    public AppSettings withTransactionBytes(long value) {
        return with(new Commits(commits.interval, commits.records, value));
    }

    public AppSettings withRetries(int count, Duration backoff) {
        return new AppSettings(
                world, state, loops, commits, new Retries(count, backoff), eventTime, ownTopics, patience);
    }

    /** What state may take, in the heap and outside it, its backend included: 16 MiB at least. */
    public AppSettings withStateMemory(MemoryBudget budget) {
        return with(new State(state.backend, budget, state.cleanupDelay));
    }

    /** How long the state of a partition is kept that moved to another instance. */
    public AppSettings withStateCleanupDelay(Duration value) {
        return with(new State(state.backend, state.memory, value));
    }

    /**
     * After how long without a record an input that has nothing left no longer holds event time back. Behind {@code repartition} and {@code groupBy} that passes on: it is waited for once, and not
     * for each topic.
     */
    public AppSettings withIdleTimeout(Duration value) {
        return new AppSettings(
                world,
                state,
                loops,
                commits,
                retries,
                new EventTime(Optional.of(Erased.given("idleTimeout", value))),
                ownTopics,
                patience);
    }

    /**
     * Event time moves by records alone: an input to which nothing comes holds it back for as long as that lasts, behind {@code repartition} and {@code groupBy} each partition of the topics
     * before them.
     */
    public AppSettings withoutIdleTimeout() {
        return new AppSettings(
                world, state, loops, commits, retries, new EventTime(Optional.empty()), ownTopics, patience);
    }

    /**
     * The largest record, key and value together, that the application's own topics take: its changelogs, and with them an entry of a store, and what
     * goes through {@code repartition} or {@code groupBy}. In force from the start on, also where the topics are there already. Whatever is
     * larger is the fault of the record that asks for it, and its error policy decides.
     */
    public AppSettings withMaxRecordBytes(int value) {
        return with(new OwnTopics(OptionalInt.of(value), ownTopics.purgeInterval));
    }

    /**
     * How often records are deleted from the application's own topics between its steps that its tasks have processed and committed (Kafka
     * Streams: {@code repartition.purge.interval.ms}). What was committed a whole interval ago goes, so that under {@code PROCESS_CRASH} a power cut, which may
     * take commits of the last seconds, does not find their input gone. A very long one never does.
     */
    public AppSettings withRepartitionPurgeInterval(Duration value) {
        return with(new OwnTopics(ownTopics.maxRecordBytes, value));
    }

    /**
     * How long {@link Application#close()} waits for a graceful end; a minute by default. What still runs then is interrupted: see {@link
     * Application#close(Duration)}.
     */
    public AppSettings withCloseTimeout(Duration value) {
        return with(new Patience(value, patience.maxPollInterval));
    }

    /**
     * How long a loop may be away from the log, because a record, a timer or an item takes long, before its partitions go to other loops and what it did since its last
     * commit is dropped (Kafka Streams: {@code max.poll.interval.ms}); five minutes by default. Between two records a loop comes back in time, whatever the
     * commit interval: it has to be longer than what one record and sixteen usual ones take. It is also how long others wait for a loop that hangs.
     */
    public AppSettings withMaxPollInterval(Duration value) {
        return with(new Patience(patience.closeTimeout, value));
    }

    private AppSettings with(Commits value) {
        return new AppSettings(world, state, loops, value, retries, eventTime, ownTopics, patience);
    }

    private AppSettings with(OwnTopics value) {
        return new AppSettings(world, state, loops, commits, retries, eventTime, value, patience);
    }

    private AppSettings with(Patience value) {
        return new AppSettings(world, state, loops, commits, retries, eventTime, ownTopics, value);
    }

    private AppSettings with(State value) {
        return new AppSettings(world, value, loops, commits, retries, eventTime, ownTopics, patience);
    }
}
