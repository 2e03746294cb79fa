package io.millrace.dsl;

import io.millrace.state.StoreSpec;
import java.util.List;

/**
 * Keeps all of a topic in every instance. It is in no sub-topology: no record goes from it to another step, it is looked into.
 *
 * @param errorPolicy of records that cannot be read: stop or skip
 */
public record GlobalTableStep(int id, Topic<?, ?> topic, GlobalTableSpec<Object, Object> store, ErrorPolicy errorPolicy)
        implements Step {
    static GlobalTableStep of(int id, Topic<?, ?> topic, String name) {
        return new GlobalTableStep(
                id,
                topic,
                new GlobalTableSpec<>(
                        name, topic.name(), Erased.serde(topic.keySerde()), Erased.serde(topic.valueSerde())),
                ErrorPolicy.stop());
    }

    GlobalTableStep with(ErrorPolicy policy) {
        return new GlobalTableStep(id, topic, store, policy);
    }

    @Override
    public List<Integer> inputs() {
        return List.of();
    }

    @Override
    public String label() {
        return "global table " + store.name() + " of " + topic.name();
    }

    @Override
    public List<StoreSpec<?>> stores() {
        return List.of(store);
    }

    /** Every instance has all of it. */
    @Override
    public boolean meetsByKey() {
        return false;
    }

    @Override
    public <R> R accept(Step.Visitor<R> visitor) {
        return visitor.globalTable(this);
    }
}
