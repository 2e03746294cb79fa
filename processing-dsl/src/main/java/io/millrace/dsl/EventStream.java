package io.millrace.dsl;

import io.millrace.dsl.call.KeptCall;
import io.millrace.dsl.call.KeptCallSerde;
import io.millrace.dsl.deduplication.KeyAndIdSerde;
import io.millrace.dsl.deduplication.PassedSerde;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serde;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A stream of keyed records, as a stage of a pipeline under construction. Each call adds a step and gives the stage behind it; a stage may
 * be used more than once, which forks the stream.
 *
 * <p>Records keep the timestamp of the input that caused them. Functions must depend on their arguments alone. A key or value is null where
 * the topic's record lacks it (a value: a deletion); steps that keep state drop what lacks the key or value that they need, and count it.
 */
public sealed class EventStream<K, V> extends JoinableStream<K, V>
        permits SourceStream, JoinedStream, DeduplicatedStream {
    /** Behind the name of the store of what {@link #deduplicate} is to forget. */
    private static final String EXPIRY = "-expiry";

    EventStream(Pipeline.Builder builder, int step, StreamTypes<K, V> types) {
        super(builder, step, types);
    }

    // --- a record at a time

    public <V2> EventStream<K, V2> mapValues(Function<? super V, ? extends V2> function) {
        Erased.given("function", function);
        return mapValues((key, value) -> function.apply(value));
    }

    public <V2> EventStream<K, V2> mapValues(BiFunction<? super K, ? super V, ? extends V2> function) {
        int id = builder.add(next -> new StatelessStep.MapValues(next, step, Erased.function(function)));
        return new EventStream<>(builder, id, types.withOtherValues());
    }

    /**
     * A new value from a call to somebody slow, with many calls under way at once: {@code orders.mapAsync("price", (key, order, call) -> prices.ask(order.product(),
     * call.id()), 32)}. Keys, timestamps and headers stay.
     *
     * <p>A transaction waits for the calls of its records before it is committed, so a result goes on in the transaction that has its record, and nothing of an answer that
     * came to be in vain remains. Meanwhile the task goes on with further records, up to the limit; then its partitions wait. Event time behind the step is that of the record that waits longest:
     * nothing closes before it. A commit interval that is much shorter than a call takes leaves little to do at once ({@link AppSettings#withCommitInterval}).
     *
     * @param name part of the ids of the calls
     * @param concurrency how many values of a task are under way at most; more in {@link AsyncCalls}
     */
    public <V2> EventStream<K, V2> mapAsync(
            String name, AsyncFunction<? super K, ? super V, ? extends V2> function, int concurrency) {
        return mapAsync(name, function, AsyncCalls.atMost(concurrency));
    }

    /** The same with all that can be said of the calls: their order, timeout and retries, and whether they are made {@link AsyncCalls#afterCommit after the commit}, with a store of the step's name. */
    public <V2> EventStream<K, V2> mapAsync(
            String name, AsyncFunction<? super K, ? super V, ? extends V2> function, AsyncCalls calls) {
        Names.check("step", name, 100);
        Erased.given("setting of calls", calls);
        Optional<KeyValueSpec<Long, KeptCall>> kept = Optional.empty();
        if (calls.isAfterCommit()) {
            KeptCallSerde serde = new KeptCallSerde(
                    Erased.serde(types.needKeySerde(this, "mapAsync")),
                    Erased.serde(types.needValueSerde(this, "mapAsync")));
            kept = Optional.of(StoreSpec.keyValue(name, OrderedSerdes.int64(), serde));
        }
        AsyncStep async = new AsyncStep(0, step, builder.name(), name, Erased.async(function), calls, kept);
        int id = builder.add(async::withId);
        return new EventStream<>(builder, id, types.withOtherValues());
    }

    /** Any number of values from one, all with its key; for none an empty list, not null. */
    public <V2> EventStream<K, V2> flatMapValues(Function<? super V, ? extends Iterable<? extends V2>> function) {
        Erased.given("function", function);
        return flatMapValues((key, value) -> function.apply(value));
    }

    /** Any number of values from key and value, all with the key; for none an empty list, not null. */
    public <V2> EventStream<K, V2> flatMapValues(
            BiFunction<? super K, ? super V, ? extends Iterable<? extends V2>> function) {
        int id = builder.add(next -> new StatelessStep.FlatMapValues(next, step, Erased.iterables(function)));
        return new EventStream<>(builder, id, types.withOtherValues());
    }

    public EventStream<K, V> filter(BiPredicate<? super K, ? super V> predicate) {
        return same(builder.add(id -> new StatelessStep.Filter(id, step, Erased.predicate(predicate))));
    }

    public EventStream<K, V> filterNot(BiPredicate<? super K, ? super V> predicate) {
        return same(builder.add(id ->
                new StatelessStep.Filter(id, step, Erased.predicate(predicate).negate())));
    }

    /** A new key and a new value, each computed from key and value. */
    public <K2, V2> EventStream<K2, V2> map(
            BiFunction<? super K, ? super V, ? extends K2> keyFunction,
            BiFunction<? super K, ? super V, ? extends V2> valueFunction) {
        int id = builder.add(next -> new StatelessStep.MapKeyValue(
                next, step, "map", Erased.function(keyFunction), Erased.function(valueFunction)));
        return new EventStream<>(builder, id, StreamTypes.unknown());
    }

    public <K2> EventStream<K2, V> selectKey(BiFunction<? super K, ? super V, ? extends K2> keyFunction) {
        int id = builder.add(next -> new StatelessStep.MapKeyValue(
                next, step, "selectKey", Erased.function(keyFunction), Erased.function((K key, V value) -> value)));
        return new EventStream<>(builder, id, types.withOtherKeys());
    }

    /** Any number of records from one. */
    public <K2, V2> EventStream<K2, V2> flatMap(FlatMapper<? super K, ? super V, K2, V2> mapper) {
        int id = builder.add(next -> new StatelessStep.FlatMap(next, step, Erased.flatMapper(mapper)));
        return new EventStream<>(builder, id, StreamTypes.unknown());
    }

    /** Shows each record to an action, also those of a transaction that will be aborted. For logging, not for effects. */
    public EventStream<K, V> peek(BiConsumer<? super K, ? super V> action) {
        return same(builder.add(id -> new StatelessStep.Peek(id, step, Erased.consumer(action))));
    }

    /** The same as an end of the stream. */
    public void forEach(BiConsumer<? super K, ? super V> action) {
        builder.add(id -> new StatelessStep.Peek(id, step, Erased.consumer(action)));
    }

    // --- several streams

    /** Both streams as one. Order is kept per input partition; between the two there is none. */
    public EventStream<K, V> merge(EventStream<K, V> other) {
        builder.requireSame(Erased.given("stream", other).builder);
        if (step == other.step) {
            throw new PipelineException("'" + builder.labelOf(step)
                    + "' is merged with itself, which would give every record once: use flatMap to emit it twice");
        }
        int id = builder.add(next -> new StatelessStep.Merge(next, step, other.step));
        return new EventStream<>(builder, id, types.mergedWith(other.types));
    }

    /**
     * Several streams from one: each record goes to the first branch that accepts it.
     *
     * @param name for messages and pictures
     */
    public SplitStream<K, V> split(String name) {
        Names.check("step", name, 100);
        int id = builder.add(next -> new StatelessStep.Split(next, step, name, List.of(), List.of()));
        return new SplitStream<>(builder, id, types);
    }

    // --- keys and their partitions

    /** Says how keys and values are written, where a step before changed them: state and topics need to know. Adds no step. */
    public EventStream<K, V> withSerdes(Serde<K> keySerde, Serde<V> valueSerde) {
        return new EventStream<>(
                builder,
                step,
                types.with(Erased.given("key serde", keySerde), Erased.given("value serde", valueSerde)));
    }

    /** The same for values that a step before changed. */
    public EventStream<K, V> withValueSerde(Serde<V> valueSerde) {
        return new EventStream<>(builder, step, types.with(types.keySerde(), Erased.given("value serde", valueSerde)));
    }

    /**
     * Writes to a topic and reads it again, so that equal keys meet in one partition. The topic belongs to the user: its name is the
     * identity of what is under way in it.
     */
    public EventStream<K, V> repartition(Topic<K, V> topic) {
        to(topic);
        return builder.stream(topic);
    }

    /** The same into partitions that are chosen; what goes by key behind it needs equal keys in one ({@link StreamPartitioner}). */
    public EventStream<K, V> repartition(Topic<K, V> topic, StreamPartitioner<? super K, ? super V> partitioner) {
        to(topic, partitioner);
        return builder.stream(topic);
    }

    /**
     * The same through a topic of the application's own, {@code <application>-<name>-repartition}, with as many partitions as what is joined
     * with it has, else as many as the inputs.
     *
     * <p>Event time goes through it: the tasks before it say there how far they are, and behind it nothing is late that was not before, however far one partition
     * lags behind another. Not where topics are read by a pattern before it, or with different numbers of partitions by steps that keep nothing, and not where it leads back to the step before it: there it has
     * the time of its records, and what lags is late by the time of what is ahead. Nor does it go through a topic of your own ({@link #repartition(Topic)}).
     */
    public EventStream<K, V> repartition(String name) {
        return repartitioned(Repartition.named(name), target -> target);
    }

    /** The same with a number of partitions. */
    public EventStream<K, V> repartition(String name, int partitions) {
        return repartitioned(Repartition.named(name).withPartitions(partitions), target -> target);
    }

    /**
     * The same into partitions that are chosen; what goes by key behind it needs equal keys in one ({@link StreamPartitioner}).
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if it meets by key what another repartition spread by key alone
     */
    public EventStream<K, V> repartition(String name, StreamPartitioner<? super K, ? super V> partitioner) {
        return repartitioned(
                Repartition.named(name), target -> target.withPartitioner(Erased.partitioner(partitioner)));
    }

    /** The same with a number of partitions, which is what the partitioner is told. */
    public EventStream<K, V> repartition(
            String name, int partitions, StreamPartitioner<? super K, ? super V> partitioner) {
        return repartitioned(
                Repartition.named(name).withPartitions(partitions),
                target -> target.withPartitioner(Erased.partitioner(partitioner)));
    }

    private EventStream<K, V> repartitioned(Repartition repartition, UnaryOperator<SinkTarget> partitions) {
        Topic<K, V> topic = repartition.topic(
                builder.name(), types.needKeySerde(this, "repartition"), types.needValueSerde(this, "repartition"));
        builder.add(id -> new Step.Sink(id, step, partitions.apply(SinkTarget.owned(topic))));
        return builder.stream(topic);
    }

    // --- state

    /** Groups by the present key, for counts and aggregates. */
    public GroupedStream<K, V> groupByKey() {
        if (types.isRekeyed()) {
            throw new PipelineException(
                    "The key of step '" + builder.labelOf(step)
                            + "' was changed, so equal keys may lie in different partitions: call repartition(name) before groupByKey()");
        }
        return new GroupedStream<>(builder, step, types);
    }

    /**
     * Groups by another key, through a topic of the application's own.
     *
     * @param name of {@link #repartition(String)}
     */
    public <K2> GroupedStream<K2, V> groupBy(
            String name, BiFunction<? super K, ? super V, ? extends K2> keyFunction, Serde<K2> keySerde) {
        EventStream<K2, V> rekeyed = selectKey(keyFunction);
        return rekeyed.withSerdes(keySerde, rekeyed.types.needValueSerde(rekeyed, "groupBy"))
                .repartition(name)
                .groupByKey();
    }

    /**
     * The newest value of each key, in the order of the input; a record without a value deletes its key, one without a key is dropped.
     *
     * @param name the identity of the values
     */
    public Table<K, V> toTable(String name) {
        StoreSpec<?> store = StoreSpec.timestamped(
                Names.ofStore("table", name),
                types.needKeySerde(this, "toTable"),
                types.needValueSerde(this, "toTable"));
        int id = builder.add(next -> new TableStep.ToTable(next, step, Erased.table(store)));
        return new Table<>(builder, id, types);
    }

    /**
     * The same as a versioned table, which knows what its rows were (KIP-889): from a record's timestamp on until the next one of the key, this was its
     * value, in whatever order they came. A stream that is joined with it finds the row of its records' time.
     *
     * <p>A change that comes when a later one of its key is there changes the past alone: {@link Table#toStream} tells of it, a table without history that is made
     * of this one takes it as it comes, but it changes no join of tables and no group, where it is dropped and counted (KIP-914). One that is older
     * than the history is dropped here, and counted.
     *
     * @param name the identity of the values
     * @param historyRetention for how long it is known what was, in event time: counted from the task's watermark, or from the table's newest change if that is
     *     less. May be changed. The newest value of a key is kept for ever
     */
    public Table<K, V> toTable(String name, Duration historyRetention) {
        var store = Table.versions(
                name, types.needKeySerde(this, "toTable"), types.needValueSerde(this, "toTable"), historyRetention);
        int id = builder.add(next -> new VersionedStep.ToTable(next, step, store));
        return new Table<>(builder, id, types);
    }

    /**
     * The idempotent consumer: of records with one key and one id, the first passes, and those that repeat it are taken out, also after a crash. Two that
     * pass happened at least the window apart.
     *
     * <p>A record repeats one that has passed if it happened less than {@code window} after or before it, by their timestamps; what was taken out
     * lengthens nothing. Records may come out of order: the step keeps the times of those that have passed until event time, the task's watermark, is two
     * windows behind them, so it knows of each record that is up to a window behind event time whether it repeats one. One further behind that repeats
     * nothing known is late, and does not pass: {@link DeduplicatedStream#late}. State is bounded by the ids of two windows, and of what
     * comes ahead of event time. Idle input forgets, too ({@link AppSettings#withIdleTimeout}).
     *
     * <p>Ids are compared among records of one key, which meet in one partition: where those that repeat each other may have different keys, make the
     * id the key first, by {@link #selectKey} and {@link #repartition(String)}. Records without a key are dropped. An id that is null is an error of
     * the record.
     *
     * @param name the identity of what has passed, in stores {@code <name>} and {@code <name>-expiry}
     * @param idOf what a record and its repetitions have in common, such as the number of an order; a function of its arguments alone
     * @param idSerde how ids are kept
     * @param window may be changed; what a shorter one forgot stays forgotten
     */
    public <I> DeduplicatedStream<K, V> deduplicate(
            String name, BiFunction<? super K, ? super V, ? extends I> idOf, Serde<I> idSerde, Duration window) {
        Names.ofStores("deduplication", name, EXPIRY);
        WindowRule.checkLength("The window of deduplicate '" + name + "'", window);
        KeyAndIdSerde serde =
                new KeyAndIdSerde(Erased.serde(types.needKeySerde(this, "deduplicate")), Erased.serde(idSerde));
        int id = builder.add(next -> new DeduplicateStep(
                next,
                step,
                name,
                Erased.function(idOf),
                window.toMillis(),
                StoreSpec.keyValue(name, serde, new PassedSerde()),
                TimerSpec.eventTime(name + EXPIRY, serde)));
        return new DeduplicatedStream<>(builder, id, types);
    }

    /**
     * A step in plain code.
     *
     * @param name its identity in messages and pictures
     * @param stores what it keeps per key; each store's name is the identity of its content
     */
    public ProcessedStream process(
            String name, ProcessorFactory<? super K, ? super V> factory, StoreSpec<?>... stores) {
        return process(name, factory, List.of(), stores);
    }

    /** The same with global tables that it looks into, by {@link StoreAccess#get(GlobalTable)}; they are only read. */
    public ProcessedStream process(
            String name,
            ProcessorFactory<? super K, ? super V> factory,
            List<? extends GlobalTable<?, ?>> tables,
            StoreSpec<?>... stores) {
        Names.check("step", name, 100);
        StepUses uses = StepUses.of(builder, tables, Erased.stores(stores));
        int id = builder.add(next -> new ProcessStep(next, step, name, Erased.factory(factory), uses));
        return new ProcessedStream(builder, id);
    }

    /**
     * A step in plain code that keeps the key: it sees key and value, and emits values. Steps behind it may go by key without a repartition. It is for
     * results: a step that emits nothing is a {@link #process}, and so is one with timers, since a timer has a key of its own.
     *
     * @param name its identity in messages and pictures
     * @param stores what it keeps per key; each store's name is the identity of its content
     * @throws PipelineException if one of the stores is one of timers
     */
    public <R> EventStream<K, R> processValues(
            String name, ValueProcessorFactory<? super K, ? super V, R> factory, StoreSpec<?>... stores) {
        return processValues(name, factory, List.of(), stores);
    }

    /** The same with global tables that it looks into, by {@link StoreAccess#get(GlobalTable)}; they are only read. */
    public <R> EventStream<K, R> processValues(
            String name,
            ValueProcessorFactory<? super K, ? super V, R> factory,
            List<? extends GlobalTable<?, ?>> tables,
            StoreSpec<?>... stores) {
        Names.check("step", name, 100);
        StepUses uses = StepUses.of(builder, tables, Erased.stores(stores)).withoutTimers(name);
        int id = builder.add(next -> new ProcessStep(next, step, name, Erased.factoryOfValues(factory), uses));
        return new EventStream<>(builder, builder.outlet(id, KeptKeyProcessor.VALUES, false), types.withOtherValues());
    }

    // --- the end

    /**
     * Writes every record to a topic; the partition follows from the key.
     *
     * <p>It may be a topic that the pipeline reads, as for steps that go over their own results until they are done, if a step between may end a record: a
     * filter, {@code flatMap}, {@code split}, {@link #process}, an aggregate or a join. Whether all do come to an end is the program's affair.
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if every record would go round for ever: over any number of the pipeline's topics, with
     *     no step between that can end one
     */
    public void to(Topic<K, V> topic) {
        builder.add(id -> new Step.Sink(id, step, SinkTarget.of(topic)));
    }

    /** Writes every record to a topic, into the partition that is chosen for it. */
    public void to(Topic<K, V> topic, StreamPartitioner<? super K, ? super V> partitioner) {
        builder.add(
                id -> new Step.Sink(id, step, SinkTarget.of(topic).withPartitioner(Erased.partitioner(partitioner))));
    }

    /**
     * Writes every record to the topic that is chosen for it; the partition follows from the key.
     *
     * @param topics all that can be chosen; so they are there before the first record
     */
    public void to(TopicChooser<K, V> chooser, List<Topic<K, V>> topics) {
        builder.add(id -> new Step.Sink(id, step, SinkTarget.oneOf(Erased.chooser(chooser), SinkTarget.given(topics))));
    }

    /** The same into the partition that is chosen for it, of those that the chosen topic has. */
    public void to(
            TopicChooser<K, V> chooser, List<Topic<K, V>> topics, StreamPartitioner<? super K, ? super V> partitioner) {
        builder.add(id -> new Step.Sink(
                id,
                step,
                SinkTarget.oneOf(Erased.chooser(chooser), SinkTarget.given(topics))
                        .withPartitioner(Erased.partitioner(partitioner))));
    }

    /**
     * Says what the step was called before: what it keeps is gone on with, and nothing is copied. May stay in the program. Right behind the step that has a name.
     *
     * @throws PipelineException at {@link Pipeline.Builder#build} if the step keeps nothing under a name
     */
    public EventStream<K, V> renamedFrom(String formerName) {
        builder.renamedFrom(step, formerName);
        return this;
    }

    private EventStream<K, V> same(int id) {
        return new EventStream<>(builder, id, types);
    }
}
