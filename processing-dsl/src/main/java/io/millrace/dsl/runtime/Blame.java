package io.millrace.dsl.runtime;

import io.millrace.dsl.operator.ErrorRule;
import io.millrace.log.LogException;
import io.millrace.platform.StorageException;
import io.millrace.state.StateException;

/** Whose fault it is that something threw. Pure. */
final class Blame {
    private Blame() {}

    /** Whether it is that of what is processed, a record, an item or a timer, and not the machinery's: then its policy decides. */
    static boolean isOfRecord(Throwable thrown) {
        if (thrown instanceof Error error) {
            return ErrorRule.isOfRecord(error);
        }
        if (thrown instanceof StateException state) {
            return state.kind() == StateException.Kind.RECORD_TOO_LARGE;
        }
        return !(thrown instanceof LogException || thrown instanceof StorageException);
    }

    /**
     * Whether it is that of a listener alone, which is told and decides nothing: also if a class is missing that only the listener needs. Not if there is no memory,
     * the virtual machine fails, or its stack ended in what keeps something.
     */
    static boolean isOfListener(Throwable thrown) {
        return !(thrown instanceof VirtualMachineError error)
                || (error instanceof StackOverflowError && ErrorRule.isOfRecord(error));
    }
}
