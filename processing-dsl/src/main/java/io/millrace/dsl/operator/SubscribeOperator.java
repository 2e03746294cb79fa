package io.millrace.dsl.operator;

import io.millrace.dsl.ForeignKeyStep;
import io.millrace.dsl.JoinKind;
import io.millrace.dsl.foreignkey.Instruction;
import io.millrace.dsl.foreignkey.Subscription;
import io.millrace.dsl.foreignkey.ValueHash;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Sends a row's subscription to the key that it refers to, and takes back the one before. */
final class SubscribeOperator implements TableOperator {
    private final BiFunction<Object, Object, Object> foreignKey;
    private final boolean isLeft;
    private final Serde<Object> foreignKeySerde;
    private final ValueHasher hasher;
    private final int partition;
    private final Operator next;
    private final BytesWriter first = new BytesWriter();
    private final BytesWriter second = new BytesWriter();

    SubscribeOperator(ForeignKeyStep.Subscribe step, int partition, Operator next) {
        this.foreignKey = step.foreignKey();
        this.isLeft = step.kind() == JoinKind.LEFT;
        this.foreignKeySerde = step.foreignKeySerde();
        this.hasher = new ValueHasher(step.valueSerde());
        this.partition = partition;
        this.next = next;
    }

    @Override
    public void change(Object key, @Nullable Object before, @Nullable Object after, RecordContext context) {
        if (before == null && after == null) {
            return;
        }
        Object from = before == null ? null : foreignKey.apply(key, before);
        Object to = after == null ? null : foreignKey.apply(key, after);
        ValueHash hash = hasher.hash(after);
        // Of a left join also without a key: the row has a result all the same, or is to have none.
        boolean asks = to != null || isLeft;
        if (from != null && !isSame(from, to)) {
            send(from, asks ? Instruction.UNSUBSCRIBE : Instruction.UNSUBSCRIBE_AND_ANSWER, hash, key, context);
        }
        if (asks) {
            send(to, Instruction.SUBSCRIBE, hash, key, context);
        } else if (after != null) {
            context.countDropped();
        }
    }

    /** What is joined is what the rows are now. */
    @Override
    public void changePast(Object key, @Nullable Object after, RecordContext context) {
        context.countDropped();
    }

    private void send(
            @Nullable Object to, Instruction instruction, @Nullable ValueHash hash, Object key, RecordContext context) {
        next.accept(to, new Subscription(instruction, hash, key, partition), context);
    }

    /** Whether both are one key to the topic. */
    private boolean isSame(Object from, @Nullable Object to) {
        if (to == null) {
            return false;
        }
        foreignKeySerde.write(from, first.clear());
        foreignKeySerde.write(to, second.clear());
        return first.viewInto(new BytesView()).equals(second.viewInto(new BytesView()));
    }
}
