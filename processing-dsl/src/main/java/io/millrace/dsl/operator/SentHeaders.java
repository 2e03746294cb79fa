package io.millrace.dsl.operator;

import io.millrace.dsl.DeadLetterHeaders;
import io.millrace.log.Header;
import java.util.ArrayList;
import java.util.List;

/** The headers that what comes of a record goes on with: its own, without what Millrace says of that record alone, or of no record. Stateless. */
final class SentHeaders {
    private SentHeaders() {}

    /**
     * Without how often a record was put back from the dead letters: what comes of it never was, and would be counted on if it fails one day. A dead letter that is
     * passed on stays the letter that it is, with all that it says. And without what makes a mark of a watermark: what somebody has copied out of a topic between two steps
     * is a record like others where it is read as one. Nothing is allocated where there is nothing to leave out.
     */
    static List<Header> of(List<Header> own) {
        if (own.isEmpty()) {
            return own;
        }
        boolean isReplayed = has(own, DeadLetterHeaders.REPLAYS) && !has(own, DeadLetterHeaders.ERROR_MESSAGE);
        boolean isMarked = has(own, WatermarkFormat.HEADER);
        if (!isReplayed && !isMarked) {
            return own;
        }
        List<Header> sent = new ArrayList<>(own.size());
        for (Header header : own) {
            boolean isLeftOut = header.name().equals(WatermarkFormat.HEADER)
                    || (isReplayed && header.name().equals(DeadLetterHeaders.REPLAYS));
            if (!isLeftOut) {
                sent.add(header);
            }
        }
        return sent;
    }

    private static boolean has(List<Header> headers, String name) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.get(i).name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
