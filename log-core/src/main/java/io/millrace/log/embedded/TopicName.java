package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import java.util.Locale;

/** Which names a topic may have: they become names of directories, on file systems that tell case apart and on those that do not. Pure. */
public final class TopicName {
    static final String INTERNAL_PREFIX = "__";
    private static final int LONGEST = 249;

    private TopicName() {}

    /** @throws LogException with STOP if no topic can be created that is called so and has so many partitions, whatever the log holds */
    public static void checkNew(String name, int partitions) {
        checkUser(name);
        TopicCatalogue.checkPartitions(name, partitions);
    }

    /** @throws LogException if a user may not call a topic so */
    static void checkUser(String name) {
        checkCharacters(name);
        if (isInternal(name)) {
            throw new LogException(
                    Disposition.STOP,
                    "Topic names that begin with " + INTERNAL_PREFIX + " are reserved, got '" + name
                            + "': choose another");
        }
    }

    /** @throws LogException if the engine may not call a topic so */
    static void checkInternal(String name) {
        checkCharacters(name);
        if (!isInternal(name)) {
            throw new IllegalArgumentException("An internal topic begins with " + INTERNAL_PREFIX + ", got " + name);
        }
    }

    /** @throws LogException with STOP if the engine alone writes this topic */
    static void checkWritable(String name) {
        if (isInternal(name)) {
            throw new LogException(
                    Disposition.STOP,
                    "A record for " + name + " was not taken: it is an internal topic, which the log alone writes."
                            + " Choose a topic of your own");
        }
    }

    static boolean isInternal(String name) {
        return name.startsWith(INTERNAL_PREFIX);
    }

    /** Two topics must differ in this. */
    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** True if a topic, internal or not, may be called so. */
    static boolean isValid(String name) {
        try {
            checkCharacters(name);
            return true;
        } catch (LogException invalid) {
            return false;
        }
    }

    private static void checkCharacters(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new LogException(
                    Disposition.STOP, "A topic's name has 1 to " + LONGEST + " characters, got " + name.length());
        }
        if (name.equals(".") || name.equals("..")) {
            throw new LogException(Disposition.STOP, "A topic is not called '" + name + "'");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean legal = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!legal) {
                throw new LogException(
                        Disposition.STOP,
                        "A topic's name consists of letters a-z and A-Z, digits, '.', '_' and '-'; '" + name
                                + "' does not");
            }
        }
    }
}
