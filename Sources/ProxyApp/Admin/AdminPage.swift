import Foundation

/// The page for people: one HTML document that needs nothing but `/status`.
///
/// Its markup is fixed; everything that comes from data is put in by its script as text, never as markup.
enum AdminPage {
    /// The whole document, with `nonce` on its style and script.
    static func html(nonce: String) -> String {
        opening + "<style nonce=\"\(nonce)\">\n" + AdminPageStyle.text + "</style>\n" + body
            + "<script nonce=\"\(nonce)\">\n"
            + meanings + AdminPageDrawing.text + AdminPageFailures.text + AdminPageScript.text
            + "</script>\n</body>\n</html>\n"
    }

    /// The words' meanings as a script's object. They are constants of ours without any markup in them.
    private static let meanings: String = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        func object(_ meanings: [FailureToken.Meaning]) -> String {
            let words = Dictionary(meanings.map { ($0.token, $0.sentence) }) { first, _ in first }
            return (try? encoder.encode(words)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        }
        return "\"use strict\";\nconst FAILURES = \(object(FailureToken.sentences));\n"
            + "const ENDS = \(object(FailureToken.tunnelEnds));\n"
    }()

    private static let opening = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>proxyd</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect \
        width='16' height='16' rx='3' fill='%23126b62'/%3E%3Cpath d='M2 10h3l2-5 2 7 2-4h3' fill='none' stroke='%23fff' \
        stroke-width='1.4'/%3E%3C/svg%3E">

        """

    private static let body = """
        </head>
        <body>
        <header>
        <h1>proxyd <small id="version"></small></h1>
        <p id="state" role="status" hidden><i></i><span id="word">connecting</span></p>
        <p id="uptime"></p>
        </header>
        <noscript><p class="note">This page reads its figures with JavaScript, which is off. The same figures are at
        <a href="/status">/status</a> as JSON and at <a href="/metrics">/metrics</a> for Prometheus.</p></noscript>
        <p id="ask" class="note" hidden><label>The figures need the token of <code>admin_token_file</code>:
        <input id="token" type="password" autocomplete="off" spellcheck="false"></label></p>
        <main id="main" hidden>
        <section id="tiles" aria-label="Key figures"></section>
        <section class="panel wide"><h2>Origins <small id="originsNote"></small></h2>
        <div class="scroll"><table id="origins"><thead><tr><th scope="col">Origin<th scope="col">In use\
        <th scope="col">Free<th scope="col">Dialling<th scope="col">Waiting</tr></thead><tbody></tbody></table></div></section>
        <div class="columns">
        <section class="panel"><h2>Results</h2>
        <table id="statuses"><thead class="unseen"><tr><th scope="col">Status<th scope="col">Share\
        <th scope="col">Requests</tr></thead><tbody></tbody></table></section>
        <section class="panel"><h2>Failures</h2>
        <table id="failures" class="reasons"><thead class="unseen"><tr><th scope="col">Reason\
        <th scope="col">Requests</tr></thead><tbody></tbody></table></section>
        <section class="panel"><h2>Tunnels ended</h2>
        <table id="ends" class="reasons"><thead class="unseen"><tr><th scope="col">Reason\
        <th scope="col">Tunnels</tr></thead><tbody></tbody></table></section>
        <section class="panel"><h2>Reuse and names</h2>
        <table id="facts" class="reasons"><thead class="unseen"><tr><th scope="col">Figure\
        <th scope="col">Value</tr></thead><tbody></tbody></table></section>
        </div>
        <section class="panel wide"><h2>Recent failures and denials <small id="recentNote"></small></h2>
        <div class="scroll"><table id="recent"><thead><tr><th scope="col">Time<th scope="col">Client<th scope="col">Request\
        <th scope="col">Status<th scope="col">Reason<th scope="col">Took<th scope="col">Times<th scope="col">Number</tr></thead>\
        <tbody></tbody></table></div></section>
        <section class="panel wide"><h2>Loops</h2>
        <div class="scroll"><table id="loops"><thead><tr><th scope="col">Loop<th scope="col">Clients<th scope="col">Idle\
        <th scope="col">Active<th scope="col">Tunnels<th scope="col">Sockets<th scope="col">Free<th scope="col">Waiting\
        <th scope="col">Requests<th scope="col">Accepted</tr></thead><tbody></tbody></table></div></section>
        </main>
        <footer id="foot" hidden>Read every two seconds from <a href="/status">/status</a>; the charts show the last five minutes, on scales that
        begin at 0. For Prometheus: <a href="/metrics">/metrics</a>.</footer>

        """
}
