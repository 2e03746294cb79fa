package io.millrace.dsl;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** What must hold of the tables of every pipeline. Pure; each error says what to write instead. */
final class TableRule {
    private TableRule() {}

    /**
     * A join of tables learns what its result was before from the other side as it is now. Where one change reaches both sides, that is already
     * the other side as it will be, so only who keeps the result knows what it was: who adds and subtracts has to go by that.
     */
    static void check(List<Step> steps) {
        for (Step step : steps) {
            checkRows(step, steps);
            if (step instanceof LookupStep.JoinAfterGrace join) {
                checkHistory(join, steps);
            }
            if (step instanceof TableStep.Join join) {
                checkKept(join, join.left(), join.right(), steps);
                checkKept(join, join.right(), join.left(), steps);
            }
            if (step instanceof TableStep.Join join && join.meetsItself()) {
                for (Step consumer : steps) {
                    if (consumer.inputs().contains(join.id()) && consumer.usesBefore()) {
                        throw new PipelineException("One change may reach both sides of '" + join.label() + "' before '"
                                + consumer.label()
                                + "', which would then be told of values that never were: call materialize(name, serde) on the"
                                + " join's result, between the two");
                    }
                }
            }
        }
    }

    /** Windows that are told of when they close leave their store then, so there is nothing to look up. */
    private static void checkRows(Step step, List<Step> steps) {
        for (int table : tablesLookedInto(step)) {
            for (int stored : storesBehind(steps.get(table), steps)) {
                if (steps.get(stored) instanceof WindowStep windows && windows.isFinal()) {
                    throw new PipelineException("'" + step.label() + "' looks for rows of '" + windows.label()
                            + "', which has none once it has told of a window, because of emitFinal(): call"
                            + " materialize(name) on its result, between the two");
                }
            }
        }
    }

    /** A window that is gone would be met as one that never was, by what the other side still tells of the same time. */
    private static void checkKept(TableStep.Join join, int table, int other, List<Step> steps) {
        for (int stored : storesBehind(steps.get(table), steps)) {
            for (int telling : storesBehind(steps.get(other), steps)) {
                if (steps.get(stored) instanceof WindowStep kept
                        && steps.get(telling) instanceof WindowStep open
                        && kept.keptMillis() < open.openMillis()) {
                    throw new PipelineException("'" + join.label() + "' looks for windows of '" + kept.label()
                            + "', which are gone " + Duration.ofMillis(kept.keptMillis())
                            + " after their start, while '"
                            + open.label() + "' tells of its own for " + Duration.ofMillis(open.openMillis())
                            + ": keep them as long with withRetention(" + Duration.ofMillis(open.openMillis())
                            + "), or give both the same grace");
                }
            }
        }
    }

    /** What a record waits for is the row that its key had, so the table has to know that when the waiting is over. */
    private static void checkHistory(LookupStep.JoinAfterGrace join, List<Step> steps) {
        Step table = steps.get(join.join().table());
        OptionalLong history = VersionedStep.historyMillis(table, steps::get);
        if (history.isEmpty()) {
            throw new PipelineException(
                    "'" + join.label() + "' has a grace, but '" + table.label()
                            + "' does not know what its rows were: keep it as a versioned table, by table(topic, name, historyRetention),"
                            + " toTable(name, historyRetention) or materialize(name, historyRetention), or join it without a grace");
        }
        if (join.graceMillis() > history.getAsLong()) {
            throw new PipelineException("The grace of '" + join.label() + "' is "
                    + Duration.ofMillis(join.graceMillis()) + ", but '" + table.label() + "' knows of "
                    + Duration.ofMillis(history.getAsLong())
                    + " alone: lengthen its historyRetention to the grace at least, or shorten the grace");
        }
    }

    private static List<Integer> tablesLookedInto(Step step) {
        if (step instanceof TableStep.Join join) {
            return List.of(join.left(), join.right());
        }
        if (step instanceof ForeignKeyStep.AnswerAll answers) {
            return List.of(answers.table());
        }
        if (step instanceof ForeignKeyStep.Resolve resolved) {
            return List.of(resolved.table());
        }
        if (step instanceof LookupStep.JoinAfterGrace join) {
            return List.of(join.join().table());
        }
        return step instanceof LookupStep.JoinTable join ? List.of(join.table()) : List.of();
    }

    /** Whether one change of a row may reach both sides. */
    static boolean mayMeetItself(TableStep.Join join, List<Step> steps) {
        return sees(join.left(), join.right(), steps) || sees(join.right(), join.left(), steps);
    }

    /** Whether looking up a row of {@code table} reads a store that {@code other} gets its changes from. */
    private static boolean sees(int table, int other, List<Step> steps) {
        Set<Integer> before = new HashSet<>();
        before.add(other);
        PipelineRule.upstream(steps.get(other), steps).forEach(step -> before.add(step.id()));
        return storesBehind(steps.get(table), steps).stream().anyMatch(before::contains);
    }

    /** The steps whose stores are read when a row of this table is looked up. */
    private static Set<Integer> storesBehind(Step table, List<Step> steps) {
        Set<Integer> found = new HashSet<>();
        if (!table.stores().isEmpty()) {
            found.add(table.id());
        } else {
            table.inputs().forEach(input -> found.addAll(storesBehind(steps.get(input), steps)));
        }
        return found;
    }
}
