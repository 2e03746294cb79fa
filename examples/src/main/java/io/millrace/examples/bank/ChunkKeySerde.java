package io.millrace.examples.bank;

import io.millrace.examples.bank.RecentOrders.ChunkKey;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;

/** Where a chunk of order ids rests, as bytes: account i64, slot i8, big-endian. */
final class ChunkKeySerde implements Serde<ChunkKey> {
    private static final int SIZE = 9;

    @Override
    public void write(ChunkKey key, BytesWriter out) {
        out.putLong(key.account());
        out.putByte(key.slot());
    }

    @Override
    public ChunkKey read(BytesView in) {
        Sizes.check("chunk's key", in, SIZE);
        int slot = in.getByte(8);
        if (slot < 0 || slot >= RecentOrders.RING) {
            throw new SerdeException("A chunk's slot is 0 to " + (RecentOrders.RING - 1) + ", got " + slot);
        }
        return new ChunkKey(in.getLong(0), slot);
    }

    @Override
    public String name() {
        return "bank-chunk-key-1";
    }
}
