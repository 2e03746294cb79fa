package io.millrace.dsl;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold of the global tables of every pipeline. Pure; each error says what to write instead. */
final class GlobalTableRule {
    private GlobalTableRule() {}

    static void check(List<Step> steps) {
        Set<String> owned = new HashSet<>();
        for (Step step : steps) {
            if (step instanceof Step.Sink sink && sink.target().isOwned()) {
                sink.target().topics().forEach(topic -> owned.add(topic.name()));
            }
        }
        Map<String, String> names = new HashMap<>();
        for (Step step : steps) {
            if (step instanceof GlobalTableStep table) {
                String topic = table.topic().name();
                if (owned.contains(topic)) {
                    throw new PipelineException("'" + table.label()
                            + "' is of a topic between two steps, which is no record of what is true: write the stream"
                            + " to a compacted topic of its own with to(topic), and make the table of that");
                }
                String before = names.putIfAbsent(topic, table.store().name());
                if (before != null) {
                    throw new PipelineException("Topic '" + topic + "' is two global tables, '" + before + "' and '"
                            + table.store().name()
                            + "', and every instance would keep all of it twice: use one GlobalTable in all joins");
                }
            }
        }
    }
}
