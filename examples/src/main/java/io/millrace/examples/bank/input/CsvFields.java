package io.millrace.examples.bank.input;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import org.jspecify.annotations.Nullable;

/** Splits one line into fields, without spaces around them and without quotes. Owned by one thread; allocates nothing for a good line. */
final class CsvFields {
    private final int[] starts;
    private final int[] ends;
    /** Fields that had to be unescaped lie here; their array is this one. */
    private final BytesWriter unescaped = new BytesWriter();

    private final boolean[] isUnescaped;
    private byte[] line = new byte[0];
    private int count;

    CsvFields(int expected) {
        // Further fields are only counted.
        starts = new int[expected];
        ends = new int[expected];
        isUnescaped = new boolean[expected];
    }

    /** @return what is wrong with the line, or null */
    @Nullable String split(byte[] array, int offset, int end) {
        line = array;
        count = 0;
        unescaped.clear();
        int at = offset;
        while (true) {
            at = skipSpaces(at, end);
            int next = at < end && array[at] == '"' ? quoted(at + 1, end) : plain(at, end);
            if (next < 0) {
                return next == UNCLOSED ? "a quote is not closed" : "a quote stands where none can";
            }
            if (next == end) {
                return null;
            }
            at = next + 1;
        }
    }

    int count() {
        return count;
    }

    /** Moves {@code view} onto a field; valid until the next split. */
    BytesView get(int index, BytesView view) {
        byte[] array = isUnescaped[index] ? unescaped.array() : line;
        return view.wrap(array, starts[index], ends[index] - starts[index]);
    }

    private static final int UNCLOSED = -1;
    private static final int MISPLACED = -2;

    /** @return where the comma behind the field stands, or the line's end */
    private int plain(int start, int end) {
        int at = start;
        while (at < end && line[at] != ',') {
            if (line[at] == '"') {
                return MISPLACED;
            }
            at++;
        }
        int last = at;
        while (last > start && isSpace(line[last - 1])) {
            last--;
        }
        add(start, last, false);
        return at;
    }

    private int quoted(int start, int end) {
        int from = unescaped.length();
        int at = start;
        while (true) {
            if (at == end) {
                return UNCLOSED;
            }
            if (line[at] == '"') {
                if (at + 1 == end || line[at + 1] != '"') {
                    break;
                }
                at++; // two quotes stand for one
            }
            unescaped.putByte(line[at++]);
        }
        add(from, unescaped.length(), true);
        at = skipSpaces(at + 1, end);
        return at == end || line[at] == ',' ? at : MISPLACED;
    }

    private void add(int start, int end, boolean fromUnescaped) {
        if (count < starts.length) {
            starts[count] = start;
            ends[count] = end;
            isUnescaped[count] = fromUnescaped;
        }
        count++;
    }

    private int skipSpaces(int from, int end) {
        int at = from;
        while (at < end && isSpace(line[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }
}
