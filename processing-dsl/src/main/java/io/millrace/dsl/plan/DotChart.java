package io.millrace.dsl.plan;

/** A directed graph in DOT. */
final class DotChart implements TopologyPrinter.Chart {
    private final StringBuilder text = new StringBuilder();
    private String indent = "    ";

    @Override
    public void begin(String application) {
        text.append("digraph ").append(quoted(application)).append(" {\n");
        line("rankdir=LR;");
        line("node [shape=box];");
    }

    @Override
    public void beginGroup(String id, String label) {
        line("subgraph cluster_" + id + " {");
        indent = "        ";
        line("label=" + quoted(label) + ";");
    }

    @Override
    public void step(String id, String label) {
        line(id + " [label=" + quoted(label) + "];");
    }

    @Override
    public void store(String id, String label) {
        line(id + " [label=" + quoted(label) + ", shape=cylinder];");
    }

    @Override
    public void topic(String id, String label) {
        line(id + " [label=" + quoted(label) + ", shape=parallelogram];");
    }

    @Override
    public void endGroup() {
        indent = "    ";
        line("}");
    }

    @Override
    public void edge(String from, String to) {
        line(from + " -> " + to + ";");
    }

    @Override
    public void tie(String step, String store) {
        line(store + " -> " + step + " [dir=none];");
    }

    @Override
    public String end() {
        return text.append("}\n").toString();
    }

    private static String quoted(String label) {
        return '"' + label.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void line(String line) {
        text.append(indent).append(line).append('\n');
    }
}
