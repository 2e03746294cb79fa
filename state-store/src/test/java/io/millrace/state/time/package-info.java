/** Stores of time against models, their bytes, and what they do on every backend. */
package io.millrace.state.time;
