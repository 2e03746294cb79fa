package io.millrace.dsl.plan;

/** Lines, each as far to the right as it stands in groups. */
final class IndentedText {
    private static final String STEP = "    ";

    private final StringBuilder text = new StringBuilder();
    private String indent = "";

    void line(String line) {
        text.append(indent).append(line).append('\n');
    }

    /** What comes now belongs to the line before. */
    void begin() {
        indent += STEP;
    }

    void end() {
        indent = indent.substring(STEP.length());
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
