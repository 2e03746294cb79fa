package io.millrace.dsl.operator;

/** Both sides of a join of tables. */
record TableJoinInlets(Operator left, Operator right) implements Inlets {
    @Override
    public Operator inlet(int input) {
        return input == 0 ? left : right;
    }
}
