@NullMarked
package io.millrace.cli.state;

import org.jspecify.annotations.NullMarked;
