package io.millrace.cli.command.format;

import io.millrace.serde.BytesView;

/**
 * Where a text ceases to be one value of JSON (RFC 8259), and what was expected there. A parser knows it in the words of its own API, so a text
 * that it refused is read once more. Owned by one thread.
 */
final class JsonFault {
    /** As deep as the parser goes. */
    static final int MOST_LEVELS = 1_000;

    private static final int MOST_SHOWN = 20;

    private final BytesView text;
    private int at;

    private JsonFault(BytesView text) {
        this.text = text;
    }

    /** Thrown at the place. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String why;

        Fault(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }

    /** @param otherwise what is said if nothing is wrong here: the parser has bounds of its own */
    static BadTextException of(BytesView text, String otherwise) {
        if (!Utf8.isValid(text)) {
            return new BadTextException("'" + Decimal.excerpt(text) + "' is no JSON: its bytes are no UTF-8");
        }
        JsonFault reading = new JsonFault(text);
        try {
            reading.space();
            reading.value(0);
            reading.space();
            if (reading.at < text.length()) {
                throw reading.expected("the end behind one value");
            }
            return new BadTextException("'" + Decimal.excerpt(text) + "' is refused: " + otherwise);
        } catch (Fault fault) {
            return new BadTextException("is no JSON", Utf8.characters(text, reading.at), fault.why);
        }
    }

    private void value(int depth) {
        int c = next();
        if (depth == MOST_LEVELS && (c == '{' || c == '[')) {
            throw new Fault("values are within each other 1,000 times at the most");
        }
        if (c == '{') {
            object(depth);
        } else if (c == '[') {
            array(depth);
        } else if (c == '"') {
            string();
        } else if (c == '-' || isDigit(c)) {
            number();
        } else if (!isWord("true") && !isWord("false") && !isWord("null")) {
            throw expected("a value");
        }
    }

    private void object(int depth) {
        at++;
        space();
        if (next() == '}') {
            at++;
            return;
        }
        while (true) {
            if (next() != '"') {
                throw expected("a name in double quotes");
            }
            string();
            space();
            take(':', "':' between name and value");
            space();
            value(depth + 1);
            space();
            if (next() == '}') {
                at++;
                return;
            }
            take(',', "',' or '}'");
            space();
        }
    }

    private void array(int depth) {
        at++;
        space();
        if (next() == ']') {
            at++;
            return;
        }
        while (true) {
            value(depth + 1);
            space();
            if (next() == ']') {
                at++;
                return;
            }
            take(',', "',' or ']'");
            space();
        }
    }

    private void string() {
        at++;
        while (next() != '"') {
            int c = next();
            if (c < 0) {
                throw expected("'\"' at the end of a string");
            }
            if (c < ' ') {
                throw new Fault("a control character in a string is written as \\n, \\t or \\u00NN");
            }
            at++;
            if (c == '\\') {
                escape();
            }
        }
        at++;
    }

    private void escape() {
        int c = next();
        if (c < 0 || "\"\\/bfnrtu".indexOf(c) < 0) {
            throw expected("one of \" \\ / b f n r t u behind \\");
        }
        at++;
        for (int i = 0; c == 'u' && i < 4; i++) {
            if (Character.digit(next(), 16) < 0) {
                throw expected("four hexadecimal digits behind \\u");
            }
            at++;
        }
    }

    private void number() {
        if (next() == '-') {
            at++;
        }
        int first = at;
        digits();
        if (at > first + 1 && text.getByte(first) == '0') {
            at = first;
            throw new Fault("a number does not begin with 0");
        }
        if (next() == '.') {
            at++;
            digits();
        }
        if (next() == 'e' || next() == 'E') {
            at++;
            if (next() == '+' || next() == '-') {
                at++;
            }
            digits();
        }
    }

    private void digits() {
        if (!isDigit(next())) {
            throw expected("a digit");
        }
        while (isDigit(next())) {
            at++;
        }
    }

    private boolean isWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= text.length() || text.getByte(at + i) != word.charAt(i)) {
                return false;
            }
        }
        int end = at + word.length();
        if (end < text.length() && isPartOfWord(text.getByte(end))) {
            return false;
        }
        at = end;
        return true;
    }

    private void take(char wanted, String what) {
        if (next() != wanted) {
            throw expected(what);
        }
        at++;
    }

    private void space() {
        while (next() == ' ' || next() == '\t' || next() == '\r' || next() == '\n') {
            at++;
        }
    }

    /** The byte that comes next, −1 at the end. */
    private int next() {
        return at < text.length() ? text.getByte(at) & 0xff : -1;
    }

    private Fault expected(String what) {
        return new Fault("expected " + what + ", found " + found());
    }

    /** A word, or one character. */
    private String found() {
        if (at == text.length()) {
            return "the end";
        }
        int end = at + 1;
        if (isPartOfWord(text.getByte(at))) {
            while (end < text.length() && end - at < MOST_SHOWN && isPartOfWord(text.getByte(end))) {
                end++;
            }
        }
        while (end < text.length() && (text.getByte(end) & 0xc0) == 0x80) {
            end++; // the rest of a character
        }
        BytesView shown = new BytesView().wrap(text.array(), text.arrayOffset() + at, end - at);
        return "'" + Decimal.excerpt(shown) + "'";
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isPartOfWord(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
