package io.millrace.log.embedded.recovery;

/**
 * Something in a data directory that is not as it was written, and that a person has to decide about.
 *
 * @param file its path below the data directory; of a directory if that is what is missing
 * @param position of the first byte that is wrong, −1 if the file is wrong as a whole
 * @param offset that is expected there, −1 if it is not about one
 * @param what is wrong
 * @param remedy what a repair does about it, and at what price
 */
public record Damage(String file, long position, long offset, String what, String remedy) {
    /** Of a file as a whole. */
    public static Damage of(String file, String what, String remedy) {
        return new Damage(file, -1, -1, what, remedy);
    }

    @Override
    public String toString() {
        String place = position < 0 ? "" : " at position " + position;
        String expected = offset < 0 ? "" : ", where offset " + offset + " is expected";
        return file + place + expected + ": " + what;
    }
}
