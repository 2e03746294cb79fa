package io.millrace.dsl;

import java.util.concurrent.CompletionStage;

/**
 * Asks somebody else about a value. Called in the task's thread, which does nothing else meanwhile: it begins the call and returns. The stage may complete in
 * any thread; its value may be null, which is a deletion, as everywhere.
 *
 * <p>A call is made again after a crash, or when its partition moves while it is under way. What it does out there is done at least once, and exactly once
 * if whoever is called leaves out what it has done under the same {@link AsyncCall#id}.
 *
 * <p>In a {@code PipelineTest} time is virtual and runs on at once: a call that another thread answers, however soon, is past its timeout. Let the function of a test return a completed
 * stage, or be slow by {@link AsyncCall#delay}; or take the timeout away ({@link AsyncCalls#withoutTimeout}) and complete the stage in the test's thread after {@code advanceTime}.
 */
@FunctionalInterface
public interface AsyncFunction<K, V, R> {
    CompletionStage<? extends R> call(K key, V value, AsyncCall call);
}
