package io.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time per operation, over all threads of the process and with what the system does for them: what a record costs, also on a
 * machine that others use too. {@code -prof io.millrace.benchmarks.CpuProfiler}. Its second figure is that of the benchmark's own threads alone:
 * what the caller pays, without what is done for it in the background.
 */
public class CpuProfiler implements InternalProfiler {
    /** In the name of each thread in which JMH calls a benchmark. */
    private static final String CALLER = "jmh-worker";

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long before;
    private long callersBefore;

    @Override
    public String getDescription() {
        return "Processor time per operation, all threads";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        callersBefore = callersNanos();
        before = system.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double nanos = system.getProcessCpuTime() - before;
        double callersNanos = callersNanos() - callersBefore;
        long operations = result.getMetadata().getAllOps();
        return List.of(perOperation("cpu", nanos, operations), perOperation("cpu.caller", callersNanos, operations));
    }

    private static ScalarResult perOperation(String name, double nanos, long operations) {
        double value = operations == 0 ? Double.NaN : nanos / operations;
        return new ScalarResult(name, value, "ns/op", AggregationPolicy.AVG);
    }

    private long callersNanos() {
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().contains(CALLER)) {
                nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }
}
