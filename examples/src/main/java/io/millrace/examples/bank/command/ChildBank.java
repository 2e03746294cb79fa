package io.millrace.examples.bank.command;

import io.millrace.cli.command.StopSignal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * The side of chaos that is killed: runs the pipeline and tells its parent how it goes, on standard output. Goes on running when nothing is
 * left to do, so that it can be killed then too, until its parent says so or is gone.
 */
final class ChildBank implements RunObserver {
    static final String OPENING = "@opening";
    static final String OPENED = "@opened ";
    static final String PROGRESS = "@progress ";
    static final String DRAINED = "@drained";
    static final String FINISH = "finish";

    private static final long PATIENCE_MILLIS = 20_000;

    private final PrintStream toParent;
    private final StopSignal stop;
    private final CountDownLatch end = new CountDownLatch(1);

    private ChildBank(PrintStream toParent, StopSignal stop) {
        this.toParent = toParent;
        this.stop = stop;
    }

    static boolean run(BankSetup setup, StopSignal stop, InputStream fromParent, PrintStream toParent) {
        ChildBank child = new ChildBank(toParent, stop);
        stop.onRequest(child.end::countDown);
        Thread listener = new Thread(() -> child.listen(fromParent), "parent");
        listener.setDaemon(true);
        listener.start();
        return BankRun.run(setup, stop, child);
    }

    @Override
    public void opening() {
        tell(OPENING);
    }

    @Override
    public void opened(List<Long> processedOrders) {
        tell(OPENED + processedOrders.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    static List<Long> decodeOffsets(String text) {
        return Arrays.stream(text.split(" ")).map(Long::valueOf).toList();
    }

    @Override
    public void progress(Progress progress) {
        tell(PROGRESS + progress.encode());
    }

    @Override
    public void drained() {
        tell(DRAINED);
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String line) {
        toParent.println(line);
        toParent.flush();
    }

    private void listen(InputStream fromParent) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(fromParent, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.equals(FINISH)) {
                    end.countDown();
                    return;
                }
            }
        } catch (IOException e) {
            // The same as an end: the parent cannot be heard any more.
            stop.request();
        }
        stop.request();
        try {
            Thread.sleep(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Nobody is left to end a child that does not end by itself.
        Runtime.getRuntime().halt(1);
    }
}
