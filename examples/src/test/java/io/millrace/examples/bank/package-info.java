@NullMarked
package io.millrace.examples.bank;

import org.jspecify.annotations.NullMarked;
