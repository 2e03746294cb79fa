package io.millrace.log.embedded.format;

/** One codec's frame around the records of a batch. Owned by one thread; may keep contexts from call to call, also native ones. */
interface BatchCodec extends AutoCloseable {
    /** The most bytes that {@link #compress} writes for so many. */
    long mostCompressed(int length);

    /**
     * Compresses a range of {@code source} to {@code target} from {@code at} on.
     *
     * @return the index behind the last byte written, or −1 if it did not fit after all
     */
    int compress(byte[] source, int from, int length, int level, byte[] target, int at);

    /**
     * Inflates a range of {@code source}, all of it.
     *
     * @param target cleared by the codec
     */
    void inflate(byte[] source, int from, int length, InflatedBytes target) throws InflateException;

    /** Lets go of native memory. Codecs that only inflated need no close. */
    @Override
    void close();
}
