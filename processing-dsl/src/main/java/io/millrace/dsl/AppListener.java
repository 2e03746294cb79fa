package io.millrace.dsl;

/**
 * Told how an application goes, by the thread that makes the change, one call at a time and in order. That thread runs records: a listener returns at
 * once, and hands longer work to a thread of its own. It may call {@link Application#stop}, and never {@link Application#close}, which waits for that thread and
 * refuses to. What it throws is logged, and nothing else: also an {@link AssertionError} or the lack of a class; only no memory, or a virtual machine that fails, is what it is anywhere.
 */
public interface AppListener {
    /** The application goes over to another state. The first call of a listener tells the present one, with {@code before} the same. */
    void stateChanged(AppStatus.State before, AppStatus.State now);

    /** Another hundredth of what there is to replay is done, or another task began or ended to. Where no changelog has anything to replay, nothing is told. */
    default void restoring(AppStatus.Restoring progress) {}

    /**
     * A store is restored on a partition. Each restore is told from its begin to its end, however short: {@link StoreRestore.Phase#BEGUN}, then each
     * part that was read, then {@link StoreRestore.Phase#ENDED} or {@link StoreRestore.Phase#SUSPENDED}. What is read of a global table after it was
     * loaded is no restore.
     */
    default void storeRestoring(StoreRestore restore) {}
}
