package io.millrace.dsl.testing;

import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The test that called, for the command that repeats it. */
record Caller(String className, String method) {
    private static final List<String> TEST_FRAMEWORKS = List.of("org.junit.", "net.jqwik.", "org.testng.");

    /** The innermost method that a test framework has called; empty if none has. */
    static Optional<Caller> find() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(Caller::isTest).findFirst())
                .map(frame -> new Caller(frame.getDeclaringClass().getSimpleName(), frame.getMethodName()));
    }

    private static boolean isTest(StackFrame frame) {
        return Arrays.stream(frame.getDeclaringClass().getDeclaredMethods())
                .filter(method -> method.getName().equals(frame.getMethodName()))
                .flatMap(method -> Arrays.stream(method.getAnnotations()))
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(name -> TEST_FRAMEWORKS.stream().anyMatch(name::startsWith));
    }

    /** What Surefire's {@code -Dtest} takes. */
    String test() {
        return className + "#" + method;
    }
}
