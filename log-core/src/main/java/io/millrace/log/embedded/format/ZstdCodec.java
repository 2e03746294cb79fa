package io.millrace.log.embedded.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import org.jspecify.annotations.Nullable;

/**
 * Zstandard frames (RFC 8878). One is written, with its content's size; any number is read, with sizes or without.
 *
 * <p>Frames are inflated at once instead of as a stream: the bytes go straight to where they are read, and the window that a frame's header
 * asks for, up to 2 GiB in a hostile one, is never allocated.
 */
final class ZstdCodec implements BatchCodec {
    /** A declared size is believed up to this ratio; what says more has to show it. */
    private static final int BELIEVED_RATIO = 32;

    private @Nullable ZstdCompressCtx context;
    private int contextLevel;

    @Override
    public long mostCompressed(int length) {
        return Zstd.compressBound(length);
    }

    @Override
    public int compress(byte[] source, int from, int length, int level, byte[] target, int at) {
        return at + context(level).compressByteArray(target, at, target.length - at, source, from, length);
    }

    private ZstdCompressCtx context(int level) {
        ZstdCompressCtx present = context;
        if (present == null) {
            present = new ZstdCompressCtx();
            context = present;
            present.setLevel(level);
            contextLevel = level;
        } else if (contextLevel != level) {
            present.setLevel(level);
            contextLevel = level;
        }
        return present;
    }

    @Override
    public void inflate(byte[] source, int from, int length, InflatedBytes target) throws InflateException {
        if (length == 0) {
            throw InflateException.damaged("there is no zstd frame");
        }
        long declared = Zstd.getFrameContentSize(source, from, length);
        boolean believed = declared > 0 && declared <= length * (long) BELIEVED_RATIO;
        target.clear((int) Math.min(believed ? declared : length * 4L, target.limit()));
        while (true) {
            try {
                target.added((int) Zstd.decompressByteArray(target.array(), 0, target.room(), source, from, length));
                return;
            } catch (ZstdException e) {
                if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
                    throw InflateException.damaged("zstd says: " + e.getMessage());
                }
            }
            target.grow();
        }
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
            context = null;
        }
    }
}
