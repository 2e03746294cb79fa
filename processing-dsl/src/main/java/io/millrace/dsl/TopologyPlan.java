package io.millrace.dsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the start of a program would do with what the version of it before keeps in a log: {@link Pipeline#plan}. Printed, it is a line for each thing, and below
 * what is refused the code that would allow it.
 *
 * @param isFirst whether the application was never started on the log
 * @param entries one for each thing that is kept before or after
 */
public record TopologyPlan(String application, boolean isFirst, List<Entry> entries) {
    private static final int WIDTH = 8;

    /** What becomes of something that is kept. */
    public enum Verdict {
        /** It goes on as it is. */
        KEEP,
        /** It is new, and begins empty. */
        ADD,
        /** It goes on under another name; nothing is copied. */
        RENAME,
        /** It is deleted. */
        DROP,
        /** The program does not start. */
        REFUSE
    }

    /**
     * One thing that is kept.
     *
     * @param what its name after, if it has one then
     * @param text a sentence without its end
     * @param remedies what to write so that it is not refused, each with when; else none
     */
    public record Entry(Verdict verdict, Kept what, String text, List<String> remedies) {
        public Entry {
            remedies = List.copyOf(remedies);
        }
    }

    public TopologyPlan {
        entries = List.copyOf(entries);
    }

    /** Those that are refused; empty if the program starts. */
    public List<Entry> refusals() {
        return of(Verdict.REFUSE);
    }

    /** Those of one verdict. */
    public List<Entry> of(Verdict verdict) {
        return entries.stream().filter(entry -> entry.verdict == verdict).toList();
    }

    public boolean isRefused() {
        return !refusals().isEmpty();
    }

    /** @throws PipelineException if something is refused, with what to write instead */
    public void check() {
        if (!isRefused()) {
            return;
        }
        StringBuilder message = new StringBuilder("What '" + application + "' keeps would not go on as it was:");
        refusals().forEach(refusal -> appendRefusal(message, refusal));
        message.append(
                "\nNothing was changed: the version before can be started again. This one under another application's name begins anew");
        throw new PipelineException(message.toString());
    }

    private static void appendRefusal(StringBuilder message, Entry refusal) {
        message.append("\n  ").append(refusal.text());
        refusal.remedies().forEach(remedy -> message.append("\n    ").append(remedy));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Application ").append(application);
        text.append(isFirst ? ": started for the first time" : "");
        text.append(isRefused() ? ": would be refused\n" : "\n");
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort((first, second) -> first.verdict.compareTo(second.verdict));
        for (Entry entry : sorted) {
            String verdict = entry.verdict.name().toLowerCase(Locale.ROOT);
            text.append("  ").append(verdict).append(" ".repeat(WIDTH - verdict.length()));
            text.append(entry.text()).append('\n');
            entry.remedies()
                    .forEach(
                            remedy -> text.append("            ").append(remedy).append('\n'));
        }
        return text.toString();
    }
}
