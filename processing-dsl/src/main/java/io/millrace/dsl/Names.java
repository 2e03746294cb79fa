package io.millrace.dsl;

import java.util.regex.Pattern;

/** What may be a name: it becomes part of topic names, and so of directory names. Pure. */
final class Names {
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");

    private Names() {}

    static String check(String what, String name, int longest) {
        boolean legal = LEGAL.matcher(name).matches() && !name.equals(".") && !name.equals("..");
        if (!legal || name.length() > longest) {
            throw new IllegalArgumentException("A " + what + "'s name has 1 to " + longest
                    + " characters of a-z, A-Z, 0-9, '.', '_' and '-', got '" + name + "'");
        }
        return name;
    }
}
