package io.millrace.dsl.testing;

import io.millrace.log.Durability;

/** What goes wrong in a {@link PipelineSimulation}, at moments that its seeds choose. */
public enum Fault {
    /** The process is killed, between two of its calls or in a storage call, also while it recovers from the kill before. */
    KILL,
    /**
     * The power fails. Of what was not forced to the disk anything may be gone, torn or of zeros. Scenarios with power failures have a log with {@link
     * Durability#POWER_LOSS}, and lose the power wherever others kill the process.
     */
    POWER_LOSS,
    /** The process dies and its local state with it: what was committed is restored from the changelogs. */
    LOST_STATE,
    /** Instances join and leave, and partitions move between them. */
    REBALANCE,
    /** An instance stands still until the others have taken its partitions over, and then goes on where it was. */
    ZOMBIE,
    /** Somebody sets the clock, ahead or back. What measures durations does not see it. */
    CLOCK_JUMP,
    /** A write fails, with a part of it done. The process is started again. */
    WRITE_ERROR,
    /** A force fails. The process is started again. */
    FORCE_ERROR,
    /** The disk is full for a while. */
    DISK_FULL
}
