package io.millrace.proof.pipelines;

/**
 * A step of a random pipeline, or something that happens to it: what it is, and numbers that say more. They are taken modulo what there is, so that
 * any numbers mean something.
 */
record Op<E extends Enum<E>>(E what, int a, int b, int c, int d) {
    static <E extends Enum<E>> Op<E> parse(Class<E> kinds, String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("An operation has five parts, got '" + text + "'");
        }
        return new Op<>(
                Enum.valueOf(kinds, parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]),
                Integer.parseInt(parts[4]));
    }

    @Override
    public String toString() {
        return what + ":" + a + ":" + b + ":" + c + ":" + d;
    }
}
