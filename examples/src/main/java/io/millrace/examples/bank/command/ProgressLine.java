package io.millrace.examples.bank.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One line of progress that fits its width: first the bar gives way, then what matters least. Owned by one thread, used once. */
final class ProgressLine {
    private static final int BAR_CELLS = 20;
    private static final int FEWEST_CELLS = 5;
    private static final String GAP = "  ";

    private final double fraction;
    private final List<Part> parts = new ArrayList<>();

    /** @param rank the highest goes first when there is no room */
    private record Part(String text, int rank) {}

    ProgressLine(double fraction) {
        this.fraction = fraction;
    }

    ProgressLine add(String text, int rank) {
        parts.add(new Part(text, rank));
        return this;
    }

    /** @return at most {@code width} characters */
    String fit(int width) {
        List<Part> kept = new ArrayList<>(parts);
        while (true) {
            String line = line(kept, width);
            if (line.length() <= width) {
                return line;
            }
            if (kept.isEmpty()) {
                return line.substring(0, Math.max(0, width));
            }
            Part least = kept.get(0);
            for (Part part : kept) {
                least = part.rank >= least.rank ? part : least;
            }
            kept.remove(least);
        }
    }

    private String line(List<Part> kept, int width) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%3d%%", (int) (fraction * 100)));
        int rest = kept.stream()
                .mapToInt(part -> GAP.length() + part.text.length())
                .sum();
        int room = width - line.length() - rest - " []".length();
        int cells = Math.min(BAR_CELLS, room);
        if (cells >= FEWEST_CELLS) {
            int full = (int) Math.round(fraction * cells);
            line.append(" [")
                    .append("#".repeat(full))
                    .append("-".repeat(cells - full))
                    .append(']');
        }
        kept.forEach(part -> line.append(GAP).append(part.text));
        return line.toString();
    }
}
