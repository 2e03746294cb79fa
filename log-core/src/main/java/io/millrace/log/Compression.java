package io.millrace.log;

/**
 * How a topic's batches are compressed: by producers, each batch as a whole. Readers go by what each batch says, so a topic may hold batches
 * of several codecs, and what it holds already stays as it is when the setting changes.
 *
 * @param codec the method
 * @param level effort: more of it makes smaller batches and takes longer; within the codec's bounds
 */
public record Compression(Codec codec, int level) {
    /** No compression. */
    public static final Compression NONE = of(Codec.NONE);
    /** For readers that know nothing else: several times as slow as ZSTD. */
    public static final Compression GZIP = of(Codec.GZIP);
    /** Fast, larger than LZ4 most of the time; for readers that expect it. */
    public static final Compression SNAPPY = of(Codec.SNAPPY);
    /** The fastest one. */
    public static final Compression LZ4 = of(Codec.LZ4);
    /** The smallest one, at a moderate cost. */
    public static final Compression ZSTD = of(Codec.ZSTD);

    /** A method of compression. In the order of the format's numbers. */
    public enum Codec {
        NONE(0, 0, 0),
        GZIP(1, 9, 6),
        SNAPPY(0, 0, 0),
        /** The default level stands for its fast method, any other for its slow one with that effort: as for Kafka's producers. */
        LZ4(1, 17, 9),
        ZSTD(-7, 22, 3);

        private final int leastLevel;
        private final int mostLevel;
        private final int defaultLevel;

        Codec(int leastLevel, int mostLevel, int defaultLevel) {
            this.leastLevel = leastLevel;
            this.mostLevel = mostLevel;
            this.defaultLevel = defaultLevel;
        }

        public int leastLevel() {
            return leastLevel;
        }

        public int mostLevel() {
            return mostLevel;
        }

        public int defaultLevel() {
            return defaultLevel;
        }
    }

    public Compression {
        if (level < codec.leastLevel || level > codec.mostLevel) {
            throw new IllegalArgumentException(
                    "The level of " + codec + " is " + codec.leastLevel + " to " + codec.mostLevel + ", got " + level);
        }
    }

    /** With the codec's default level. */
    public static Compression of(Codec codec) {
        return new Compression(codec, codec.defaultLevel);
    }

    public Compression withLevel(int value) {
        return new Compression(codec, value);
    }
}
