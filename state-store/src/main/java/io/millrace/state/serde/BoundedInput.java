package io.millrace.state.serde;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;

/** Refuses to make an array that the remaining bytes cannot fill, so that a damaged length ends in an error and not in a full heap. */
final class BoundedInput extends Input {
    @Override
    public byte[] readBytes(int length) {
        return super.readBytes(checked(length, Byte.BYTES));
    }

    @Override
    public boolean[] readBooleans(int length) {
        return super.readBooleans(checked(length, Byte.BYTES));
    }

    @Override
    public short[] readShorts(int length) {
        return super.readShorts(checked(length, Short.BYTES));
    }

    @Override
    public char[] readChars(int length) {
        return super.readChars(checked(length, Character.BYTES));
    }

    @Override
    public int[] readInts(int length) {
        return super.readInts(checked(length, Integer.BYTES));
    }

    @Override
    public int[] readInts(int length, boolean optimizePositive) {
        return super.readInts(checked(length, Byte.BYTES), optimizePositive);
    }

    @Override
    public long[] readLongs(int length) {
        return super.readLongs(checked(length, Long.BYTES));
    }

    @Override
    public long[] readLongs(int length, boolean optimizePositive) {
        return super.readLongs(checked(length, Byte.BYTES), optimizePositive);
    }

    @Override
    public float[] readFloats(int length) {
        return super.readFloats(checked(length, Float.BYTES));
    }

    @Override
    public double[] readDoubles(int length) {
        return super.readDoubles(checked(length, Double.BYTES));
    }

    private int checked(int length, int smallestElementBytes) {
        if (length < 0 || length > (limit - position) / smallestElementBytes) {
            throw new KryoException(
                    "an array of " + length + " elements is declared where " + (limit - position) + " bytes are left");
        }
        return length;
    }
}
