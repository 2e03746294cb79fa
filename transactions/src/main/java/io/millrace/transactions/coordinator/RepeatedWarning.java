package io.millrace.transactions.coordinator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Says once what is tried again and again without success, and again only when it is something else. Owned by one thread at a time. */
final class RepeatedWarning {
    private final Logger log;
    private @Nullable String last;

    RepeatedWarning(Logger log) {
        this.log = log;
    }

    /** @return true if it was said */
    boolean warn(String message) {
        if (message.equals(last)) {
            return false;
        }
        last = message;
        log.warn("{}; tried again until it succeeds", message);
        return true;
    }

    /** It succeeded. */
    void over() {
        last = null;
    }
}
