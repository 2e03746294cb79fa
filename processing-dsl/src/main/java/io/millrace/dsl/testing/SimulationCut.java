package io.millrace.dsl.testing;

import io.millrace.dsl.Topic;
import io.millrace.log.TopicPartition;
import io.millrace.state.StoreSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What can be seen from outside at one moment of a {@link PipelineSimulation}: what is committed, and nothing else. Between two of these moments the pipeline
 * made at least one step, perhaps in the middle of a transaction. For an invariant; not to be kept beyond it. One thread.
 */
public final class SimulationCut {
    private final PipelineTest test;
    private final String group;
    private final Map<Topic<?, ?>, List<TestRecord<?, ?>>> records;
    private final Map<Topic<?, ?>, TestOutputTopic<?, ?>> readers;
    private boolean isSettled;
    private boolean isStateKnown;

    SimulationCut(PipelineTest test, String group) {
        this.test = test;
        this.group = group;
        this.records = new HashMap<>();
        this.readers = new HashMap<>();
    }

    /**
     * Turns to another moment.
     *
     * @param stateKnown false while an instance may answer that was replaced
     */
    SimulationCut at(boolean settled, boolean stateKnown) {
        isSettled = settled;
        isStateKnown = stateKnown;
        return this;
    }

    /** All committed records of a topic, an input or an output, since its beginning: partition after partition, each in its order. */
    @SuppressWarnings("unchecked") // the records of a topic have its types
    public <K, V> List<TestRecord<K, V>> records(Topic<K, V> topic) {
        List<TestRecord<?, ?>> known = records.computeIfAbsent(topic, missing -> new ArrayList<>());
        known.addAll(readers.computeIfAbsent(topic, test::output).readAll());
        List<TestRecord<K, V>> all = new ArrayList<>();
        known.stream()
                .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                .forEach(record -> all.add((TestRecord<K, V>) record));
        return List.copyOf(all);
    }

    /** Those of them that the pipeline has consumed: records before its committed offsets. Output and state stand for exactly these. */
    public <K, V> List<TestRecord<K, V>> consumed(Topic<K, V> topic) {
        Map<TopicPartition, Long> committed = test.log().admin().committedOffsets(group);
        return records(topic).stream()
                .filter(record -> record.offset()
                        < committed.getOrDefault(new TopicPartition(topic.name(), record.partition()), 0L))
                .toList();
    }

    /** A store over all its partitions, as {@link PipelineTest#state(StoreSpec)} gives it. */
    public <S> S state(StoreSpec<S> store) {
        checkState(store.name());
        return test.state(store);
    }

    /** Everything in the store with this name, as {@link PipelineTest#state(String)} gives it. */
    public Map<Object, Object> state(String store) {
        checkState(store);
        return test.state(store);
    }

    private void checkState(String store) {
        if (!isStateKnown) {
            throw new StateNotHeldException("Whoever has store '" + store + "' may have been replaced");
        }
    }

    /** True if everything that was sent is processed and committed: what a pipeline owes in the end, it owes now. */
    public boolean isSettled() {
        return isSettled;
    }

    /** The virtual time. */
    public Instant now() {
        return test.now();
    }
}
