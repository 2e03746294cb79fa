package io.millrace.dsl.comparison;

import io.millrace.dsl.Topic;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random input: few keys, so that records meet; out of order; now and then without a key or a value. */
public final class Inputs {
    private static final int LONGEST = 24;

    private Inputs() {}

    /** Records with keys of k0 to k3. */
    public static <V> Arbitrary<Fed> records(Topic<String, V> topic, Arbitrary<V> values) {
        return records(topic, Arbitraries.of("k0", "k1", "k2", "k3"), values);
    }

    /** Records with these keys and values, each of them missing now and then. */
    public static <K, V> Arbitrary<Fed> records(Topic<K, V> topic, Arbitrary<K> keys, Arbitrary<V> values) {
        return Combinators.combine(
                        keys.injectNull(0.05),
                        values.injectNull(0.2),
                        Arbitraries.longs().between(0, 1000))
                .as((key, value, timestamp) -> Fed.of(topic, key, value, timestamp));
    }

    /** Inputs of one or several topics, mixed. */
    public static Arbitrary<List<Fed>> lists(List<Arbitrary<Fed>> topics) {
        return Arbitraries.oneOf(topics).list().ofMinSize(1).ofMaxSize(LONGEST);
    }

    /** Inputs of one topic. */
    public static Arbitrary<List<Fed>> lists(Arbitrary<Fed> topic) {
        return lists(List.of(topic));
    }
}
