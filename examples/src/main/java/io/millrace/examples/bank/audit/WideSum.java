package io.millrace.examples.bank.audit;

import java.math.BigInteger;

/** A sum of any number of 64-bit numbers, exact. Owned by one thread. */
final class WideSum {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    private long low;
    /** How often {@link #low} wrapped around, signed. */
    private long wraps;

    void add(long number) {
        long sum = low + number;
        // Overflow is when both operands have a sign that the sum has not.
        if (((low ^ sum) & (number ^ sum)) < 0) {
            wraps += number < 0 ? -1 : 1;
        }
        low = sum;
    }

    BigInteger toBigInteger() {
        return BigInteger.valueOf(low).add(TWO_TO_64.multiply(BigInteger.valueOf(wraps)));
    }
}
