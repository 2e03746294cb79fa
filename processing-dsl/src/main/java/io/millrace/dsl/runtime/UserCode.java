package io.millrace.dsl.runtime;

import java.util.List;
import java.util.Optional;

/** Which function of the user a thread is in. Pure. */
final class UserCode {
    private static final String API = "io.millrace.dsl.";
    /** What a lambda is called through. */
    private static final String GENERATED = "$$Lambda";

    private static final String OPERATORS = API + "operator.";

    private UserCode() {}

    /**
     * The frame that was called by a step, or by the one who reads a source: the user's own, whatever that has called since.
     *
     * @param stack innermost first
     */
    static Optional<String> of(List<StackTraceElement> stack) {
        for (int caller = 1; caller < stack.size(); caller++) {
            if (isCaller(stack.get(caller).getClassName())) {
                int frame = caller - 1;
                while (frame > 0 && stack.get(frame).getClassName().contains(GENERATED)) {
                    frame--;
                }
                return Optional.of(told(stack.get(frame)));
            }
        }
        return Optional.empty();
    }

    private static String told(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    private static boolean isCaller(String name) {
        return name.startsWith(OPERATORS)
                || name.equals(SourceFeed.class.getName())
                || (name.startsWith(API) && name.indexOf('.', API.length()) < 0);
    }
}
