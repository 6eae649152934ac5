package io.shm.examples.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table at the end: what clients got, what was done to workers, and what is left. */
final class Report {
    private final Arguments arguments;
    private final List<String> lines = new ArrayList<>();
    private Supervisor supervisor;
    private Results results;
    private Trouble trouble;
    private Books books;

    Report(Arguments arguments) {
        this.arguments = arguments;
    }

    void supervisor(Supervisor ofWorkers) {
        supervisor = ofWorkers;
    }

    /** Without it nobody knows what clients got. */
    void results(Results ofLoad) {
        results = ofLoad;
    }

    void trouble(Trouble ofLoad) {
        trouble = ofLoad;
    }

    void books(Books atTheEnd) {
        books = atTheEnd;
    }

    /** Whether every request had one answer or one clear error, and nothing is left. */
    boolean isGood() {
        return books.isEmpty() && supervisor.failed() == 0 && (results == null || results.isClear());
    }

    List<String> lines() {
        lines.clear();
        if (results != null) {
            requests();
        }
        section("workers");
        if (trouble != null) {
            line("kill -9", trouble.kills(), "");
            line("stopped", trouble.stops(), "for longer than the deadline");
        }
        line("found killed", supervisor.killed(), "");
        line("restarted", supervisor.restarts(), "");
        line("failed", supervisor.failed(), "ended by themselves");
        line("blocks freed", books.reclaimed(), "that killed workers had");
        section("left in the region when everybody had left it");
        line("blocks", books.blocks(), "");
        line("bytes", books.bytes(), "");
        line("processes", books.processes(), "");
        line("leaks", books.leaks(), "");
        line("faults", books.faults(), "");
        line("broken rules", books.brokenRules(), "");
        return List.copyOf(lines);
    }

    private void requests() {
        section(String.format(
                Locale.ROOT,
                "requests of %d clients in %.1f seconds, deadline %,d ms, seed %d",
                arguments.clients(),
                results.seconds(),
                arguments.deadline(),
                arguments.seed()));
        line("requests", results.requests(), "");
        for (Outcome outcome : Outcome.values()) {
            String status = outcome == Outcome.ANSWERED ? "200, each with the right text" : outcome.status() + "";
            line(outcome.text(), results.of(outcome.text()), status);
        }
        line(Results.WRONG, results.of(Results.WRONG), "");
        line(Results.NONE, results.of(Results.NONE), "");
        lines.add(String.format(
                Locale.ROOT,
                "  %-14s  p50 %s, p90 %s, p99 %s, p99.9 %s, most %s",
                "answer after",
                ms(0.5),
                ms(0.9),
                ms(0.99),
                ms(0.999),
                ms(1)));
    }

    private String ms(double share) {
        return String.format(Locale.ROOT, "%.1f ms", results.latencyNs(share) / 1e6);
    }

    private void section(String title) {
        lines.add(title);
    }

    private void line(String what, long count, String remark) {
        lines.add(String.format(Locale.ROOT, "  %-14s%,10d  %s", what, count, remark)
                .stripTrailing());
    }
}
