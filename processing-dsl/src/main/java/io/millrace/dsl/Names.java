package io.millrace.dsl;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be a name: it becomes part of topic names, and so of directory names. Pure. */
final class Names {
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");

    private Names() {}

    /** @throws PipelineException if it is missing, or cannot be the name of this */
    static String check(String what, @Nullable String name, int longest) {
        if (name == null) {
            throw refused(what, longest, "no name");
        }
        boolean legal = LEGAL.matcher(name).matches() && !name.equals(".") && !name.equals("..");
        if (!legal || name.length() > longest) {
            throw refused(what, longest, "'" + name + "'");
        }
        return name;
    }

    /** The name of what is kept: a state store has no longer one. */
    static String ofStore(String what, @Nullable String name) {
        return check(what, name, 100);
    }

    /**
     * The same of what is kept in several stores.
     *
     * @param suffix the longest of what their names have behind it
     */
    static String ofStores(String what, @Nullable String name, String suffix) {
        return check(what, name, 100 - suffix.length());
    }

    /** The thing behind the article that begins a sentence. */
    static String withArticle(String what) {
        return ("aeio".indexOf(what.charAt(0)) >= 0 ? "An " : "A ") + what;
    }

    private static PipelineException refused(String what, int longest, String given) {
        return new PipelineException(withArticle(what) + "'s name has 1 to " + longest
                + " characters of a-z, A-Z, 0-9, '.', '_' and '-', got " + given);
    }
}
