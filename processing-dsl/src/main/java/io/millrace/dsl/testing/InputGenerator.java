package io.millrace.dsl.testing;

import java.util.random.RandomGenerator;

/**
 * Makes the records of an input for a {@link PipelineSimulation}. Few keys and small numbers find more than many: what is wrong with a pipeline shows where
 * records meet.
 */
@FunctionalInterface
public interface InputGenerator<K, V> {
    /**
     * The next record. Everything in it is made of these two, so that a scenario gives the same records each time.
     *
     * @param random of this record alone
     * @param number how many records this scenario has made for this topic before
     */
    InputRecord<K, V> next(RandomGenerator random, int number);
}
