package io.millrace.dsl.plan;

/** A flow chart in Mermaid. */
final class MermaidChart implements TopologyPrinter.Chart {
    private final StringBuilder text = new StringBuilder();
    private String indent = "    ";

    @Override
    public void begin(String application) {
        text.append("flowchart LR\n");
    }

    @Override
    public void beginGroup(String id, String label) {
        line("subgraph " + id + "[" + label + "]");
        indent = "        ";
    }

    @Override
    public void step(String id, String label) {
        line(id + "[" + quoted(label) + "]");
    }

    @Override
    public void store(String id, String label) {
        line(id + "[(" + quoted(label) + ")]");
    }

    @Override
    public void topic(String id, String label) {
        line(id + "[/" + quoted(label) + "/]");
    }

    @Override
    public void endGroup() {
        indent = "    ";
        line("end");
    }

    @Override
    public void edge(String from, String to) {
        line(from + " --> " + to);
    }

    @Override
    public void tie(String step, String store) {
        line(store + " --- " + step);
    }

    @Override
    public String end() {
        return text.toString();
    }

    private static String quoted(String label) {
        return '"' + label.replace("\"", "#quot;") + '"';
    }

    private void line(String line) {
        text.append(indent).append(line).append('\n');
    }
}
