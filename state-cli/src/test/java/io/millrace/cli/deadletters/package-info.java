@NullMarked
package io.millrace.cli.deadletters;

import org.jspecify.annotations.NullMarked;
