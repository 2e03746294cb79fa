package io.millrace.proof.pipelines;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is left when all was processed of tables whose changes come by topics of the application's own: it follows from the rows that their inputs have then,
 * whatever came first. Sums of nothing are left out.
 */
record LastRows(PipelinePlan plan, int partitions, Reference reference) {
    Map<String, Long> of(Node node) {
        Map<String, Long> last = new TreeMap<>();
        Map<String, Long> left = rows(node, 0);
        if (node.kind() == Kind.TABLE_GROUP) {
            left.values().forEach(value -> last.merge(UserCode.group(value), value, Long::sum));
        } else {
            Map<String, Long> right = rows(node, 1);
            left.forEach((key, value) -> {
                Long other = right.get(UserCode.otherKey(key, value));
                if (other != null) {
                    last.put(key, UserCode.join(value, other));
                }
            });
        }
        last.values().removeIf(value -> value == 0);
        return last;
    }

    private Map<String, Long> rows(Node node, int input) {
        Map<String, Long> rows = new TreeMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            reference
                    .tables()
                    .rows(plan.node(node.input(input)), partition)
                    .forEach((key, row) -> rows.put(key, row.value()));
        }
        return rows;
    }
}
