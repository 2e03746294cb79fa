package io.millrace.dsl.operator;

/**
 * Which {@link Error}s are the fault of the record that is processed, so that its error policy decides, and which are the machine's, so that the application
 * ends, whatever a policy says. Pure.
 *
 * <p>Of the record are failed assertions, errors that code throws itself ({@code TODO()} in Kotlin), and a stack that is too small for it, as for a text that is
 * nested too deeply. Of the machine are what Reactor, RxJava and Scala call fatal: no memory, a virtual machine that fails, a program that is not whole. With
 * such a one any record would fail, and to pass over this one would pass over all.
 */
public final class ErrorRule {
    private static final String OURS = "io.millrace.";
    /** Of ours: what keeps something over records, which a stack that ends in its midst may leave half done. */
    private static final String[] KEEPING = {"state.", "log.", "transactions.", "dsl.runtime.", "dsl.operator."};

    private ErrorRule() {}

    public static boolean isOfRecord(Error error) {
        if (error instanceof StackOverflowError) {
            return !endedInOurs(error.getStackTrace());
        }
        return !(error instanceof VirtualMachineError
                || error instanceof LinkageError
                || error instanceof ThreadDeath
                || error instanceof java.util.ServiceConfigurationError);
    }

    /** Whether the first frame that is not the platform's is one of those that keep something; also if nothing is known. */
    private static boolean endedInOurs(StackTraceElement[] trace) {
        for (StackTraceElement frame : trace) {
            String name = frame.getClassName();
            if (name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.")) {
                continue;
            }
            return name.startsWith(OURS) && isKeeping(name);
        }
        return true;
    }

    private static boolean isKeeping(String name) {
        for (String part : KEEPING) {
            if (name.startsWith(part, OURS.length())) {
                return true;
            }
        }
        return false;
    }
}
