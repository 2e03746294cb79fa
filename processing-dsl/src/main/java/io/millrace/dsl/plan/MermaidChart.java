package io.millrace.dsl.plan;

/** A flow chart in Mermaid. */
final class MermaidChart implements TopologyPrinter.Chart {
    private final IndentedText text = new IndentedText();

    @Override
    public void begin(String application) {
        text.line("flowchart LR");
        text.begin();
    }

    @Override
    public void beginGroup(String id, String label) {
        text.line("subgraph " + id + "[" + label + "]");
        text.begin();
    }

    @Override
    public void step(String id, String label, String details) {
        text.line(id + "[" + quoted(details.isEmpty() ? label : label + "<br/>" + details) + "]");
    }

    @Override
    public void source(String id, String label) {
        text.line(id + "([" + quoted("source " + label) + "])");
    }

    @Override
    public void store(String id, String label) {
        text.line(id + "[(" + quoted(label) + ")]");
    }

    @Override
    public void topic(String id, String label) {
        text.line(id + "[/" + quoted(label) + "/]");
    }

    @Override
    public void endGroup() {
        text.end();
        text.line("end");
    }

    @Override
    public void edge(String from, String to) {
        text.line(from + " --> " + to);
    }

    @Override
    public void tie(String step, String store) {
        text.line(store + " --- " + step);
    }

    @Override
    public String end() {
        return text.toString();
    }

    private static String quoted(String label) {
        return '"' + label.replace("\"", "#quot;") + '"';
    }
}
