package io.millrace.dsl;

import io.millrace.log.Header;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One attempt of a call of {@code mapAsync}, as its function is told of it. May be kept, and used from any thread, but for {@link #delay}. */
public interface AsyncCall {
    /**
     * What the call is, the same at every attempt, after every crash and in every instance, so that whoever is called can tell a repetition:
     * {@code application/step/topic-partition@offset}, of the record of the log that the value comes of; where several values of one record reach the step, all but the first have the path to
     * them behind it, such as {@code #2}. A renamed application or step has other ids, and so has a topic that was deleted and made anew, which has the same again.
     *
     * @throws IllegalStateException if the value comes of a timer or of a window that closed, and so of no record
     */
    String id();

    /** How often this call is tried, from 1; begins anew when the record is processed again. */
    int attempt();

    /** Of the value, milliseconds since the epoch. */
    long timestamp();

    /** Those of the record, or that a step before chose; immutable. */
    List<Header> headers();

    /**
     * A stage that completes so much later by the application's clock, in the task's thread: to wait before asking somebody again, and to be slow in a test, where the clock is virtual.
     * Only while the function runs, or a stage behind one that this returned.
     */
    CompletionStage<Void> delay(Duration time);
}
