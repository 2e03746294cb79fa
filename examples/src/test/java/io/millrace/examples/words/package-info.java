@NullMarked
package io.millrace.examples.words;

import org.jspecify.annotations.NullMarked;
