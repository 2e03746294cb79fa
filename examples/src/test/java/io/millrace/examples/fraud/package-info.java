@NullMarked
package io.millrace.examples.fraud;

import org.jspecify.annotations.NullMarked;
