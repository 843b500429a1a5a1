/// The admin page's script: the table of what failed of late. Data only ever becomes text or a number.
enum AdminPageFailures {
    static let text = #"""
        function clock(text) {
          const time = new Date(text), days = (Date.now() - time) / 86400000;
          return days < 0.9 ? time.toTimeString().slice(0, 8)
            : time.toLocaleDateString("en", { day: "numeric", month: "short" }) + " " + time.toTimeString().slice(0, 5);
        }
        function took(ms) { return ms < 1000 ? ms.toFixed(ms < 10 ? 1 : 0) + " ms" : (ms / 1000).toFixed(1) + " s"; }
        function showFailures(now) {
          byId("recentNote").textContent = now.recent_failures_omitted > 0
            ? whole(now.recent_failures_omitted) + " more were too many to list" : "";
          fill("recent", now.recent_failures.map((row) => [
            clock(row.time), row.client, (row.method + " " + row.destination).trim() || "\u2013",
            row.status === 0 ? "\u2013" : String(row.status),
            reason(row.reason, row.detail || (Object.hasOwn(FAILURES, row.reason) ? FAILURES[row.reason] : "")),
            took(row.duration_ms), row.count, row.request]), "None.");
        }

        """#
}
