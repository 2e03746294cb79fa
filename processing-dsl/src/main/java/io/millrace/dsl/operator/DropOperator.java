package io.millrace.dsl.operator;

/** The end of a stream that nobody goes on with. */
enum DropOperator implements Operator {
    INSTANCE;

    @Override
    public void accept(Object key, Object value, RecordContext context) {
        // Nothing comes of it.
    }
}
