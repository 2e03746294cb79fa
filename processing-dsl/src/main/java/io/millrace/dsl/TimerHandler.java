package io.millrace.dsl;

/**
 * What a step does when one of its timers is due. The timer is no longer set; setting it again for later is how something recurs. As a {@link
 * Processor}, it must be a function of its arguments and the stores.
 *
 * <p>One that throws is tried again from what is committed, as often as {@link AppSettings.Retries} says, and then the application ends: a
 * timer cannot be passed over as a record can, since nothing would come in its place.
 */
@FunctionalInterface
public interface TimerHandler<K> {
    /**
     * @param time that the timer was set to; the timestamp of what is emitted
     * @param context without a record: its offset and partition cannot be asked for, and it has no headers
     */
    void fire(K key, long time, ProcessContext context);
}
