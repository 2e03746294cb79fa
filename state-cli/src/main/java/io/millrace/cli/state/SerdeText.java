package io.millrace.cli.state;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** A serde's identity as a cell of a table. Pure. */
final class SerdeText {
    private static final int MOST_CHARACTERS = 40;

    /** What stands before the first class that it writes, and that class's simple name. */
    private static final Pattern KRYO =
            Pattern.compile("^(.*?kryo\\d+)[^:]*: (?:open |final )?(?:[\\w$]+[.$])*(\\w+).*$");

    private SerdeText() {}

    /** Itself if it is short; else what a person knows it by, and a number that differs where it does: {@code kryo5 Order #1f2e3d4c}. */
    static String brief(String identity) {
        if (identity.length() <= MOST_CHARACTERS) {
            return identity;
        }
        Matcher kryo = KRYO.matcher(identity);
        String start =
                kryo.matches() ? kryo.group(1) + " " + kryo.group(2) : identity.substring(0, MOST_CHARACTERS) + "…";
        CRC32 sum = new CRC32();
        sum.update(identity.getBytes(StandardCharsets.UTF_8));
        return start + String.format(Locale.ROOT, " #%08x", sum.getValue());
    }
}
