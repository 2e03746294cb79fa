package io.millrace.dsl;

import io.millrace.serde.Serde;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a stream's keys and values. Immutable.
 *
 * @param isRekeyed true if the key was changed since the records' partition was chosen, so that equal keys may lie in different ones
 */
record StreamTypes<K, V>(
        @Nullable Serde<K> keySerde, @Nullable Serde<V> valueSerde, boolean isRekeyed) {
    static <K, V> StreamTypes<K, V> of(Topic<K, V> topic) {
        Erased.given("topic", topic);
        return new StreamTypes<>(topic.keySerde(), topic.valueSerde(), false);
    }

    /** After a step that changed both. */
    static <K, V> StreamTypes<K, V> unknown() {
        return new StreamTypes<>(null, null, true);
    }

    <V2> StreamTypes<K, V2> withOtherValues() {
        return new StreamTypes<>(keySerde, null, isRekeyed);
    }

    StreamTypes<K, V> withSerde(Serde<V> values) {
        return with(keySerde, values);
    }

    <K2> StreamTypes<K2, V> withOtherKeys() {
        return new StreamTypes<>(null, valueSerde, true);
    }

    StreamTypes<K, V> with(@Nullable Serde<K> key, @Nullable Serde<V> value) {
        return new StreamTypes<>(key, value, isRekeyed);
    }

    StreamTypes<K, V> mergedWith(StreamTypes<K, V> other) {
        return new StreamTypes<>(
                keySerde == null ? other.keySerde : keySerde,
                valueSerde == null ? other.valueSerde : valueSerde,
                isRekeyed || other.isRekeyed);
    }

    Serde<K> needKeySerde(Object stage, String method) {
        if (keySerde == null) {
            throw new PipelineException("How the keys of " + stage
                    + " are written is not known, because a step changed them: call withSerdes(key, value) before "
                    + method
                    + "(...)");
        }
        return keySerde;
    }

    Serde<V> needValueSerde(Object stage, String method) {
        if (valueSerde == null) {
            throw new PipelineException("How the values of " + stage
                    + " are written is not known, because a step changed them: call withValueSerde(serde) before "
                    + method
                    + "(...)");
        }
        return valueSerde;
    }
}
