package io.millrace.state.time;

import io.millrace.state.StoreLayer;

/** What times were put into one store of one partition, whether or not it goes by them. Owned by the partition's thread. */
final class PutTimes {
    private final StreamClock clock;
    private final boolean isTimeTold;
    private final Additions additions;

    /** @param isTimeTold whether the clock goes by what it is told alone, so that what is put may be ahead of it */
    PutTimes(StoreLayer layer, StreamClock clock, boolean isTimeTold) {
        this.clock = clock;
        this.isTimeTold = isTimeTold;
        this.additions = new Additions(layer);
    }

    /** Takes note of a time before its entry is put. */
    void note(long time) {
        if (isTimeTold) {
            additions.note(time);
        } else {
            clock.advanceTo(time);
        }
    }

    /** A time that no entry is later than. Both count, since what the store went by may have been the other one when an entry was put. */
    long greatest() {
        return Math.max(clock.streamTime(), additions.greatestTime());
    }
}
