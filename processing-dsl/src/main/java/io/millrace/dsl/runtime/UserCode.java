package io.millrace.dsl.runtime;

import java.util.List;
import java.util.Optional;

/** Which function of the user a thread is in. Pure. */
final class UserCode {
    private static final String API = "io.millrace.dsl.";
    private static final String OPERATORS = API + "operator.";

    private UserCode() {}

    /**
     * The frame that was called by a step, or by the one who reads a source: the user's own, whatever that has called since.
     *
     * @param stack innermost first
     */
    static Optional<StackTraceElement> of(List<StackTraceElement> stack) {
        for (int frame = 1; frame < stack.size(); frame++) {
            if (isCaller(stack.get(frame).getClassName())) {
                return Optional.of(stack.get(frame - 1));
            }
        }
        return Optional.empty();
    }

    private static boolean isCaller(String name) {
        return name.startsWith(OPERATORS)
                || name.equals(SourceFeed.class.getName())
                || (name.startsWith(API) && name.indexOf('.', API.length()) < 0);
    }
}
