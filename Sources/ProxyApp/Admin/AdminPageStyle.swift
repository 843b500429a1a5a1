/// The style of the admin page.
enum AdminPageStyle {
    static let text = """
        :root {
          --paper: #f5f6f3; --panel: #fcfcfa; --ink: #1c2422; --quiet: #5f6b67; --line: #dadfd9;
          --accent: #126b62; --wash: #126b6218; --warm: #9a5b00; --alarm: #b3261e; --track: #e6e9e4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #121716; --panel: #181e1d; --ink: #e3e9e6; --quiet: #93a19c; --line: #2a3331;
            --accent: #62c3b3; --wash: #62c3b31c; --warm: #e0a64a; --alarm: #f0877f; --track: #26302d;
          }
        }
        * { box-sizing: border-box; margin: 0; }
        [hidden] { display: none !important; }
        body {
          background: var(--paper); color: var(--ink); max-width: 76rem; margin: 0 auto; padding: 1.25rem 1.5rem 2rem;
          font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
          font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
        }
        a { color: var(--accent); }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding-bottom: 1rem; }
        h1 { font-size: 1.35rem; font-weight: 650; letter-spacing: -.01em; }
        h1 small, h2 small { font-size: .85rem; font-weight: 400; color: var(--quiet); letter-spacing: 0; }
        #state { display: flex; align-items: center; gap: .5rem; font-weight: 550; }
        #state i { width: .6rem; height: .6rem; border-radius: 50%; background: var(--quiet); }
        #state.running i { background: var(--accent); }
        #state.draining { color: var(--warm); } #state.draining i { background: var(--warm); }
        #state.silent { color: var(--alarm); } #state.silent i { background: var(--alarm); }
        #uptime { color: var(--quiet); margin-left: auto; }
        .note { border-left: 3px solid var(--warm); padding: .5rem .9rem; margin: 0 0 1rem; max-width: 44rem; }
        main { transition: opacity .3s; }
        main.stale { opacity: .45; }
        #tiles, .panel { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
        #tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; background: var(--line); overflow: hidden; }
        .tile { background: var(--panel); padding: .8rem 1rem 0; display: flex; flex-direction: column; min-width: 0; }
        .tile h2 { font-size: .8rem; font-weight: 500; color: var(--quiet); white-space: nowrap; }
        .tile .value { font-size: 1.75rem; font-weight: 600; letter-spacing: -.02em; line-height: 1.25; white-space: nowrap; }
        .tile .value span { font-size: .9rem; font-weight: 450; color: var(--quiet); letter-spacing: 0; margin-left: .3rem; }
        .tile .more { font-size: .8rem; color: var(--quiet); min-height: 1.45em; margin-bottom: .45rem; white-space: nowrap; overflow: hidden;
          text-overflow: ellipsis; }
        .tile svg { display: block; width: calc(100% + 2rem); height: 34px; margin: auto -1rem 0; overflow: hidden; }
        .tile .line { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        .tile .area { fill: var(--wash); }
        .tile.near .value { color: var(--warm); } .tile.full .value { color: var(--alarm); }
        .panel { padding: .9rem 1rem .7rem; margin-top: 1rem; min-width: 0; }
        .panel h2 { font-size: .95rem; font-weight: 600; margin-bottom: .35rem; }
        .columns { columns: 2; column-gap: 1rem; }
        .columns .panel { break-inside: avoid; display: inline-block; width: 100%; vertical-align: top; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: right; padding: .32rem 0 .32rem 1rem; font-weight: 400; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        thead th { color: var(--quiet); font-size: .8rem; }
        tbody tr { border-top: 1px solid var(--line); }
        .unseen { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
        .unseen + tbody tr:first-child { border-top: 0; }
        td.zero { color: var(--quiet); opacity: .65; }
        td.hot { color: var(--warm); font-weight: 600; }
        #origins :is(th, td):not(:first-child) { padding-left: 1.75rem; }
        #origins th:first-child { width: 100%; }
        #origins td:first-child { max-width: 32rem; overflow: hidden; text-overflow: ellipsis; }
        .reasons td:first-child { white-space: normal; overflow-wrap: anywhere; }
        .reasons td, .reasons th { vertical-align: baseline; }
        .reasons b { font-weight: 550; display: block; }
        .reasons span { color: var(--quiet); font-size: .86rem; }
        #statuses td:nth-child(2) { width: 55%; }
        #statuses b { font-weight: 600; margin-right: .5rem; } #statuses span { color: var(--quiet); }
        #statuses svg { display: block; width: 100%; height: 6px; border-radius: 3px; background: var(--track); }
        #statuses rect { fill: var(--accent); } #statuses .c4 rect { fill: var(--warm); }
        #statuses .c5 rect, #statuses .c0 rect { fill: var(--alarm); }
        #recent :is(th, td):not(:nth-child(6), :nth-child(7)) { text-align: left; }
        #recent :is(th, td) { vertical-align: baseline; }
        #recent td:nth-child(3) { max-width: 20rem; overflow: hidden; text-overflow: ellipsis; }
        #recent td:nth-child(5) { white-space: normal; min-width: 14rem; }
        #recent b { font-weight: 550; display: block; } #recent td:nth-child(5) span { color: var(--quiet); font-size: .86rem; }
        #recent td:nth-child(8) { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86rem; }
        td.empty { color: var(--quiet); text-align: left; padding: .32rem 0; }
        footer { color: var(--quiet); font-size: .85rem; margin-top: 1.25rem; }
        @media (max-width: 60rem) { .columns { columns: 1; } }
        @media (max-width: 44rem) {
          body { padding: 1rem .75rem 1.5rem; }
          #tiles { grid-template-columns: 1fr 1fr; }
          .tile { padding: .65rem .75rem 0; } .tile .value { font-size: 1.4rem; }
          .tile .more { white-space: normal; margin-bottom: .3rem; }
          .tile svg { width: calc(100% + 1.5rem); margin: auto -.75rem 0; height: 26px; }
          #uptime { margin-left: 0; width: 100%; }
          .panel { padding: .8rem .75rem .6rem; }
          th, td { padding-left: .7rem; }
          #origins :is(th, td):not(:first-child) { padding-left: .7rem; }
          #origins td:first-child { max-width: 0; }
          #origins :is(th, td):nth-child(4) { display: none; }
          #statuses td:nth-child(2) { width: 35%; }
        }
        @media (prefers-reduced-motion: reduce) { main { transition: none; } }

        """
}
