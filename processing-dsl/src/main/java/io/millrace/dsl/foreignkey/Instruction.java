package io.millrace.dsl.foreignkey;

import io.millrace.serde.SerdeException;

/** What a row of the left table asks for. */
public enum Instruction {
    /** It refers to this key no longer, and asks another one for an answer. */
    UNSUBSCRIBE(0),
    /** It refers to no key any longer, and is told so. */
    UNSUBSCRIBE_AND_ANSWER(1),
    /** It refers to this key from now on; there may have been a result that has to go. */
    SUBSCRIBE(2),
    /** The same where there was no result, or one of the same key: without a row there is nothing to tell. */
    SUBSCRIBE_ANSWER_IF_FOUND(3);

    private final int code;

    Instruction(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    public boolean subscribes() {
        return this == SUBSCRIBE || this == SUBSCRIBE_ANSWER_IF_FOUND;
    }

    static Instruction of(int code) {
        for (Instruction instruction : values()) {
            if (instruction.code == code) {
                return instruction;
            }
        }
        throw new SerdeException("An instruction is 0 to 3, got " + code);
    }
}
