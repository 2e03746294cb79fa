package io.millrace.examples.bank;

import io.millrace.serde.BytesView;
import io.millrace.serde.SerdeException;

/** The check that every fixed format begins with. */
final class Sizes {
    private Sizes() {}

    static void check(String what, BytesView in, int size) {
        if (in.length() != size) {
            throw new SerdeException("The bytes of a " + what + " are " + size + ", got " + in.length());
        }
    }
}
