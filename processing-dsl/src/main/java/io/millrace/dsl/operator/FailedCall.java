package io.millrace.dsl.operator;

import io.millrace.dsl.call.CallOrigin;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call of a step whose last attempt failed, or whose answer failed in the steps behind.
 *
 * @param step its name
 * @param record which it is about; null if the value comes of a timer or of a window that closed
 * @param isCall whether it is the call itself that failed
 * @param kept what may be done about one that is made after the commit; null if the transaction waits for it
 */
public record FailedCall(
        String step,
        CallOrigin.@Nullable Place record,
        Throwable error,
        boolean isCall,
        @Nullable Kept kept) {
    /** A call that waits in a store. */
    public interface Kept {
        /** Of those of its step, as they came; the same in the next life of the task. */
        long number();

        /** Makes it again. */
        void tryAgainAfter(Duration rest);

        /** Gives it up, in the open transaction. */
        void forget();
    }
}
