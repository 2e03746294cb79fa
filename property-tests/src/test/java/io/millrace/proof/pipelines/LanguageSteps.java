package io.millrace.proof.pipelines;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Step;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The steps of the language by the names of their classes, such as {@code TableStep.Reduce}. */
final class LanguageSteps {
    private LanguageSteps() {}

    /** All that there are. */
    static Set<String> all() {
        Set<String> leaves = new TreeSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(List.of(Step.class));
        while (!open.isEmpty()) {
            Class<?> next = open.pop();
            if (next.isSealed()) {
                open.addAll(Arrays.asList(next.getPermittedSubclasses()));
            } else {
                leaves.add(name(next));
            }
        }
        return leaves;
    }

    static Set<String> of(Pipeline pipeline) {
        return pipeline.steps().stream().map(step -> name(step.getClass())).collect(Collectors.toSet());
    }

    private static String name(Class<?> step) {
        return Arrays.stream(step.getName()
                        .substring(step.getPackageName().length() + 1)
                        .split("\\$"))
                .collect(Collectors.joining("."));
    }
}
