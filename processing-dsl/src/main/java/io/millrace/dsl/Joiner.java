package io.millrace.dsl;

import java.util.function.BiFunction;

/**
 * Makes one value of two that meet, and of the key that they meet by (KIP-149). A function of its arguments alone; it must not change the key.
 *
 * @param <K> of the key: that of the left record, also in joins with global tables and by foreign key
 */
@FunctionalInterface
public interface Joiner<K, V1, V2, R> {
    /**
     * @param left null in an outer join, where there is none
     * @param right null in a left or outer join, where there is none
     */
    R join(K key, V1 left, V2 right);

    /** One that looks at the values alone. */
    static <K, V1, V2, R> Joiner<K, V1, V2, R> ofValues(BiFunction<? super V1, ? super V2, ? extends R> joiner) {
        Erased.given("joiner", joiner);
        return (key, left, right) -> joiner.apply(left, right);
    }
}
