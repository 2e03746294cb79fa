package io.millrace.dsl.runtime;

/** A loop that runs code of the user, as it is seen by whoever ends the application. Called from any thread. */
interface UserLoop {
    Whereabouts whereabouts();

    /**
     * Given up, because that code does not return: takes the loop's places at the log, and leaves them. Its open transaction is aborted, whatever it does later is
     * refused, and its partitions go to others at once.
     *
     * @throws io.millrace.log.LogException if the log cannot do so; then others wait for the loop's timeouts
     */
    void fence();
}
