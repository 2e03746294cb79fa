package io.millrace.proof.pipelines;

import java.util.List;

/**
 * A step of a pipeline whose inputs are known.
 *
 * @param a what the step's own functions and lengths depend on
 * @param isKeyed equal keys are in one partition of what comes out
 * @param isTimed it, or a step before it in the task, tells when time passes: the order of what comes out is not that of the input
 * @param hasSink what comes out is written to a topic
 */
record Node(int id, Kind kind, List<Integer> inputs, int a, boolean isKeyed, boolean isTimed, boolean hasSink) {
    Node {
        inputs = List.copyOf(inputs);
    }

    int input(int number) {
        return inputs.get(number);
    }

    String topic() {
        return "out-" + id;
    }

    String store() {
        return "s" + id;
    }

    /** True if its records come from a topic. */
    boolean isHead() {
        return kind == Kind.SOURCE || kind == Kind.REPARTITION;
    }

    Node withSink() {
        return new Node(id, kind, inputs, a, isKeyed, isTimed, true);
    }

    @Override
    public String toString() {
        return id + ": " + kind + inputs + (a == 0 ? "" : " a=" + a) + (hasSink ? " -> " + topic() : "");
    }
}
