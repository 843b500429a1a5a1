/// The style of the error page, and the policy that lets it be applied.
enum ErrorPageStyle {
    /// Content-Security-Policy of the page. The hash is that of `text`: a test computes it anew.
    static let policy: StaticString =
        "default-src 'none'; style-src 'sha256-ZnXt60zLHZQwSOTo82ZjsgnPw+/xF4wpswiG3ZNAJec='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    static let text: StaticString = """

        :root {
          --paper: #f5f6f3; --panel: #fcfcfa; --ink: #1c2422; --quiet: #5f6b67; --line: #dadfd9; --good: #126b62; --bad: #b3261e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #121716; --panel: #181e1d; --ink: #e3e9e6; --quiet: #93a19c; --line: #2a3331; --good: #62c3b3; --bad: #f0877f;
          }
        }
        * { box-sizing: border-box; margin: 0; }
        body {
          background: var(--paper); color: var(--ink); padding: clamp(1rem, 6vh, 4.5rem) 1rem 1rem;
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%;
        }
        main {
          max-width: 38rem; margin: 0 auto; padding: 1.75rem 2rem 1.5rem; background: var(--panel);
          border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere;
        }
        .status { color: var(--quiet); } .status b { color: var(--bad); }
        h1 { font-size: 1.3rem; line-height: 1.35; font-weight: 650; margin: .35rem 0 1.5rem; }
        h2 { font-size: 1rem; font-weight: 650; margin-top: 1.1rem; }
        ol { display: flex; list-style: none; padding: 0; margin-bottom: 1.5rem; }
        li {
          flex: 1; position: relative; padding-top: 1.4rem; text-align: center; font-size: .85rem; color: var(--quiet);
        }
        li::before {
          content: ""; position: absolute; top: .2rem; left: 50%; width: .9rem; height: .9rem; margin-left: -.45rem;
          border-radius: 50%; border: 2px solid var(--line); background: var(--panel); z-index: 1;
        }
        li + li::after {
          content: ""; position: absolute; top: calc(.65rem - 1px); right: 50%; width: 100%; border-top: 2px solid var(--line);
        }
        li.met::before { background: var(--good); border-color: var(--good); }
        li.met + li::after { border-color: var(--good); }
        li.end { color: var(--bad); font-weight: 600; }
        li.end::before { background: var(--bad); border-color: var(--bad); }
        dl {
          display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin-top: 1.5rem; padding-top: 1rem;
          border-top: 1px solid var(--line); font-size: .85rem;
        }
        dt { color: var(--quiet); }
        dd { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        @media (max-width: 30rem) { main { padding: 1.25rem 1.1rem 1rem; } h1 { font-size: 1.15rem; } }

        """
}
