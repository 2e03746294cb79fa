package io.millrace.cli.log;

import io.millrace.cli.command.JsonOption;
import io.millrace.cli.command.Output;
import io.millrace.cli.command.Table;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.recovery.RepairPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What is wrong with a log, damage by damage. Owned by one thread. */
final class DamageReport {
    private final List<Damage> damages = new ArrayList<>();

    void add(List<Damage> found) {
        damages.addAll(found);
    }

    void add(RepairPlan plan) {
        damages.addAll(plan.damages());
    }

    boolean isEmpty() {
        return damages.isEmpty();
    }

    int size() {
        return damages.size();
    }

    void print(JsonOption json, Output out) {
        if (damages.isEmpty()) {
            return;
        }
        Table table = new Table("FILE", "POSITION", "OFFSET", "DAMAGE");
        for (Damage damage : damages) {
            table.row()
                    .text(damage.file())
                    .number(orNone(damage.position()))
                    .number(orNone(damage.offset()))
                    .text(damage.what());
        }
        json.print(table, out);
    }

    private static OptionalLong orNone(long value) {
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
