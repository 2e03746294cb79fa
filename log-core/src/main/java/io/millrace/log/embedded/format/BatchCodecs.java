package io.millrace.log.embedded.format;

import io.millrace.log.Compression.Codec;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.SnappyError;

/** The codecs that one owner used so far. Owned by one thread. */
final class BatchCodecs implements AutoCloseable {
    private final @Nullable BatchCodec[] codecs = new BatchCodec[Codec.values().length];

    /** @throws LogException with STOP if this machine has no library for it */
    BatchCodec get(Codec codec) {
        BatchCodec known = codecs[codec.ordinal()];
        if (known == null) {
            known = create(codec);
            codecs[codec.ordinal()] = known;
        }
        return known;
    }

    private static BatchCodec create(Codec codec) {
        return switch (codec) {
            case NONE -> throw new IllegalArgumentException("No codec");
            case GZIP -> new GzipCodec();
            case SNAPPY -> new SnappyCodec();
            case LZ4 -> new Lz4Codec();
            case ZSTD -> new ZstdCodec();
        };
    }

    /** What to say when a codec's native library does not load: on a platform that it does not know, or without a place to unpack it. */
    static LogException missingLibrary(Codec codec, Throwable cause) {
        return new LogException(
                Disposition.STOP,
                "The library for " + codec + " cannot be used on this machine (" + cause.getMessage()
                        + "). It unpacks itself into java.io.tmpdir, which must allow executables; or choose GZIP",
                cause);
    }

    static boolean isMissingLibrary(Throwable error) {
        return error instanceof LinkageError || error instanceof SnappyError;
    }

    @Override
    public void close() {
        for (BatchCodec codec : codecs) {
            if (codec != null) {
                codec.close();
            }
        }
    }
}
