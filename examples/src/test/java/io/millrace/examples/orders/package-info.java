@NullMarked
package io.millrace.examples.orders;

import org.jspecify.annotations.NullMarked;
