package io.millrace.dsl.plan;

/** A directed graph in DOT. */
final class DotChart implements TopologyPrinter.Chart {
    private final IndentedText text = new IndentedText();

    @Override
    public void begin(String application) {
        text.line("digraph " + quoted(application) + " {");
        text.begin();
        text.line("rankdir=LR;");
        text.line("node [shape=box];");
    }

    @Override
    public void beginGroup(String id, String label) {
        text.line("subgraph cluster_" + id + " {");
        text.begin();
        text.line("label=" + quoted(label) + ";");
    }

    @Override
    public void step(String id, String label, String details) {
        String below = details.isEmpty() ? "" : "\\n" + escaped(details);
        text.line(id + " [label=\"" + escaped(label) + below + "\"];");
    }

    @Override
    public void source(String id, String label) {
        text.line(id + " [label=" + quoted("source " + label) + ", shape=oval];");
    }

    @Override
    public void store(String id, String label) {
        text.line(id + " [label=" + quoted(label) + ", shape=cylinder];");
    }

    @Override
    public void topic(String id, String label) {
        text.line(id + " [label=" + quoted(label) + ", shape=parallelogram];");
    }

    @Override
    public void endGroup() {
        text.end();
        text.line("}");
    }

    @Override
    public void edge(String from, String to) {
        text.line(from + " -> " + to + ";");
    }

    @Override
    public void tie(String step, String store) {
        text.line(store + " -> " + step + " [dir=none];");
    }

    @Override
    public String end() {
        text.end();
        text.line("}");
        return text.toString();
    }

    private static String quoted(String label) {
        return '"' + escaped(label) + '"';
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
