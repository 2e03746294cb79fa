package io.millrace.dsl.foreignkey;

import io.millrace.serde.SerdeException;

/** What a row of the left table asks for. */
public enum Instruction {
    /** It refers to this key no longer, and asks another one for an answer. */
    UNSUBSCRIBE(0),
    /** It refers to no key any longer, and is told so. */
    UNSUBSCRIBE_AND_ANSWER(1),
    /** It refers to this key from now on, or still does with another value, and is answered in any case: what it was told before may have gone meanwhile. */
    SUBSCRIBE(2);

    private final int code;

    Instruction(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    public boolean subscribes() {
        return this == SUBSCRIBE;
    }

    /** Earlier versions also wrote 3: an answer was wanted where there was something to tell. */
    static Instruction of(int code) {
        return switch (code) {
            case 0 -> UNSUBSCRIBE;
            case 1 -> UNSUBSCRIBE_AND_ANSWER;
            case 2, 3 -> SUBSCRIBE;
            default -> throw new SerdeException("An instruction is 0 to 3, got " + code);
        };
    }
}
