package io.millrace.examples.bank.input;

import io.millrace.dsl.RecordSource;
import io.millrace.examples.bank.InputLine;
import org.jspecify.annotations.Nullable;

/** Generated orders; a position is the index of an order. Owned by one thread. */
public final class GeneratedSource implements RecordSource<InputLine> {
    private final OrderGenerator generator;
    private final long orders;
    private long position;

    public GeneratedSource(OrderGenerator generator) {
        this.generator = generator;
        orders = generator.settings().orders();
    }

    @Override
    public void seek(long to) {
        if (to < 0 || to > orders) {
            throw new IllegalArgumentException("There are " + orders + " orders, so none can be read from " + to);
        }
        position = to;
    }

    @Override
    public @Nullable InputLine next() {
        return position < orders ? generator.order(position++) : null;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public boolean isFinished() {
        return position == orders;
    }

    @Override
    public long size() {
        return orders;
    }

    @Override
    public void close() {}
}
