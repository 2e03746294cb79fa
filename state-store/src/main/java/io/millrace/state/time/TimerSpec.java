package io.millrace.state.time;

import io.millrace.serde.Serde;
import io.millrace.state.StoreLayer;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;

/** Declares a store of {@link Timers}. Two steps that wait for different things have a store each. */
public record TimerSpec<K>(String name, Clock clock, Serde<K> keySerde) implements StoreSpec<Timers<K>> {
    private static final int FORMAT = 1;

    /** By what timers are due. */
    public enum Clock {
        /** By the timestamps of the records: the same input gives the same result, today and when it is processed again in a year. */
        EVENT_TIME("event time"),
        /** By the clock of the machine that has the partition. */
        WALL_CLOCK("wall clock");

        private final String text;

        Clock(String text) {
            this.text = text;
        }
    }

    public TimerSpec {
        StoreSpec.checkName(name);
        StoreSpec.checkGiven("clock of store '" + name + "'", clock);
        StoreSpec.checkGiven("key serde of store '" + name + "'", keySerde);
    }

    /** Timers that are due when the event time of their task has come so far. */
    public static <K> TimerSpec<K> eventTime(String name, Serde<K> keySerde) {
        return new TimerSpec<>(name, Clock.EVENT_TIME, keySerde);
    }

    /** Timers that are due when the clock says so. */
    public static <K> TimerSpec<K> wallClock(String name, Serde<K> keySerde) {
        return new TimerSpec<>(name, Clock.WALL_CLOCK, keySerde);
    }

    @Override
    public StoreManifest manifest() {
        return StoreManifest.of("timers", FORMAT).with("key", keySerde.name()).with("clock", clock.text);
    }

    @Override
    public Timers<K> open(StoreLayer layer) {
        return new TimeFirstTimers<>(layer, this);
    }
}
