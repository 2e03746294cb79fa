package io.millrace.proof.pipelines;

import io.millrace.proof.pipelines.Scenario.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A pipeline as a list of steps, each with its inputs before it: what the random steps mean once what they need has been put between them. */
record PipelinePlan(List<Node> nodes, Policy policy) {
    PipelinePlan {
        nodes = List.copyOf(nodes);
    }

    static PipelinePlan of(int sources, Policy policy, List<Op<Kind>> steps) {
        Planning planning = new Planning();
        for (int i = 0; i < sources; i++) {
            planning.add(Kind.SOURCE, List.of(), 0, false);
        }
        // Topics that nobody can look into would move event time where nobody sees it.
        boolean isTimeHidden = steps.stream().anyMatch(step -> step.what() == Kind.FOREIGN_KEY_JOIN);
        steps.stream()
                .filter(step -> !isTimeHidden || !step.what().goesByTime())
                .forEach(step -> planning.add(step, policy));
        return new PipelinePlan(planning.complete(), policy);
    }

    /** Those that read from a topic of the log which is the test's or the application's. */
    List<Node> heads() {
        return nodes.stream().filter(Node::isHead).toList();
    }

    Node node(int id) {
        return nodes.get(id);
    }

    /** The steps that take what this one sends, in the order of writing; one that takes it twice is there twice. */
    List<Node> consumers(Node of) {
        List<Node> found = new ArrayList<>();
        for (Node node : nodes) {
            for (int input : node.inputs()) {
                if (input == of.id()) {
                    found.add(node);
                }
            }
        }
        return found;
    }

    /** Some topic between two tasks has records that come with time, and not with other records. */
    boolean hasTimedTopics() {
        return nodes.stream()
                .anyMatch(node ->
                        node.kind() == Kind.REPARTITION && node(node.input(0)).isTimed());
    }

    /** True if those who write a topic between two steps say there how far they are: one that leads back to them would wait for what it says itself. */
    boolean isTold(Node head) {
        return head.kind() == Kind.REPARTITION
                && !leads(tasks(), head.id(), node(head.input(0)).id(), new HashSet<>());
    }

    private boolean leads(int[] tasks, int from, int to, Set<Integer> seen) {
        return tasks[from] == tasks[to]
                || (seen.add(tasks[from])
                        && heads().stream()
                                .filter(head -> head.kind() == Kind.REPARTITION && tasks[head.input(0)] == tasks[from])
                                .anyMatch(head -> leads(tasks, head.id(), to, seen)));
    }

    boolean hasToldTopics() {
        return heads().stream().anyMatch(this::isTold);
    }

    /** Whether one change of a row may reach both sides of a join of tables: one has its rows from the other, or both from a third. */
    boolean meetsItself(Node join) {
        Node left = node(join.input(0));
        Node right = node(join.input(1));
        return isMadeOf(right, kept(left)) || isMadeOf(left, kept(right));
    }

    /** The table that is read when a row of this one is looked up. */
    private Node kept(Node table) {
        return table.kind() == Kind.TABLE_FILTER || table.kind() == Kind.TABLE_MAP ? kept(node(table.input(0))) : table;
    }

    /** Within one task: it is this one, or one behind it. */
    private boolean isMadeOf(Node node, Node origin) {
        return node.id() == origin.id()
                || (!node.isHead() && node.inputs().stream().anyMatch(input -> isMadeOf(node(input), origin)));
    }

    /** For each step, a number that those have in common which are in one task. */
    int[] tasks() {
        int[] task = new int[nodes.size()];
        for (Node node : nodes) {
            task[node.id()] = node.id();
        }
        for (Node node : nodes) {
            // The sides of a join by foreign key meet by way of topics.
            boolean isApart = node.kind() == Kind.REPARTITION || node.kind() == Kind.FOREIGN_KEY_JOIN;
            for (int input : isApart ? List.<Integer>of() : node.inputs()) {
                int joined = task[node.id()];
                int into = task[input];
                for (int i = 0; i < task.length; i++) {
                    task[i] = task[i] == joined ? into : task[i];
                }
            }
        }
        return task;
    }

    @Override
    public String toString() {
        return "on error " + policy + "\n"
                + nodes.stream().map(node -> "  " + node).collect(Collectors.joining("\n"));
    }

    /** Puts what is needed before each step: repartitions and tables. */
    private static final class Planning {
        private final List<Node> nodes = new ArrayList<>();
        private final Map<Integer, Integer> repartitions = new HashMap<>();
        private final Map<Integer, Integer> tables = new HashMap<>();

        int add(Kind kind, List<Integer> inputs, int a, boolean hasSink) {
            boolean isHead = kind == Kind.SOURCE || kind == Kind.REPARTITION;
            boolean isKeyed = isHead
                    || (!kind.changesKey()
                            && inputs.stream()
                                    .allMatch(input -> nodes.get(input).isKeyed()));
            boolean isTimed = !isHead
                    && (kind.actsAtTimes()
                            || inputs.stream()
                                    .anyMatch(input -> nodes.get(input).isTimed()));
            nodes.add(new Node(nodes.size(), kind, inputs, a, isKeyed, isTimed, hasSink));
            return nodes.size() - 1;
        }

        void add(Op<Kind> step, Policy policy) {
            Kind kind = step.what();
            if (kind == Kind.SOURCE
                    || (kind == Kind.THROW && policy == Policy.STOP)
                    || (kind == Kind.THROW_ONCE && !policy.isRetried())) {
                return;
            }
            List<Integer> inputs = new ArrayList<>();
            for (int i = 0; i < kind.inputs(); i++) {
                inputs.add(input(kind, i, i == 0 ? step.a() : step.b()));
            }
            if (inputs.size() == 2 && inputs.get(0).equals(inputs.get(1)) && !mayMeetItself(kind)) {
                return;
            }
            add(kind, inputs, step.c(), !kind.isEnd() && step.d() % 2 == 0);
        }

        private static boolean mayMeetItself(Kind kind) {
            return kind == Kind.FOREIGN_KEY_JOIN;
        }

        private int input(Kind kind, int number, int pick) {
            List<Node> open =
                    nodes.stream().filter(node -> !node.kind().isEnd()).toList();
            // The newest first, so that small numbers make long pipelines.
            Node chosen = open.get(open.size() - 1 - pick % open.size());
            int input = chosen.id();
            // A record that fails in what a timer tells ends the application: a timer cannot be passed over.
            boolean isPut = kind.needsKeyed() && !chosen.isKeyed();
            boolean isCalled = (kind.needsKeyed() || kind.mayThrow()) && chosen.isTimed();
            if (isPut || isCalled) {
                input = repartitions.computeIfAbsent(input, of -> add(Kind.REPARTITION, List.of(of), 0, false));
            }
            if (kind.needsTable(number) && !nodes.get(input).kind().isTable()) {
                input = tables.computeIfAbsent(input, of -> add(Kind.TO_TABLE, List.of(of), 0, false));
            }
            return input;
        }

        /** What nobody takes is written, so that every step has an effect. */
        List<Node> complete() {
            List<Node> complete = new ArrayList<>();
            for (Node node : nodes) {
                boolean isTaken =
                        nodes.stream().anyMatch(other -> other.inputs().contains(node.id()));
                complete.add(isTaken || node.kind().isEnd() ? node : node.withSink());
            }
            return complete;
        }
    }
}
