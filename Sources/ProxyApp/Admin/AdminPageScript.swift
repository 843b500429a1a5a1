/// The admin page's script, second part: reading `/status` and showing what changed.
enum AdminPageScript {
    static let text = #"""
        const EVERY_MS = 2000, ROOM = 150;
        const STATUS = { 200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found",
          304: "Not Modified", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 407: "Login Required", 408: "Request Timeout",
          413: "Content Too Large", 414: "URI Too Long", 417: "Expectation Failed", 429: "Too Many Requests", 431: "Fields Too Large",
          500: "Internal Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Unavailable", 504: "Gateway Timeout",
          505: "Version Not Supported", 508: "Loop Detected",
          101: "Switching Protocols", none: "No response" };

        const tiles = {
          requests: new Tile("Requests per second"), tunnels: new Tile("Open tunnels"),
          toClient: new Tile("To clients, per second"), toOrigin: new Tile("To origins, per second"),
          clients: new Tile("Client connections"), waiting: new Tile("Waiting for a socket"),
          memory: new Tile("Memory"), descriptors: new Tile("Descriptors"),
        };
        const history = new Map(Object.keys(tiles).map((key) => [key, []]));
        let last = null, answeredAt = null;

        function note(key, value) {
          const values = history.get(key);
          values.push(value);
          if (values.length > ROOM) values.shift();
          tiles[key].draw(values, ROOM);
        }

        function show(now) {
          const seconds = last === null ? 0 : now.uptime_s - last.uptime_s;
          if (seconds < 0) {
            // Another process: its counters have nothing to do with the ones before.
            for (const values of history.values()) values.length = 0;
            last = null;
          }
          const toClient = now.bytes.to_client + now.bytes.tunnel_to_client;
          const toOrigin = now.bytes.to_origin + now.bytes.tunnel_to_origin;
          if (last !== null && seconds > 0) {
            const perSecond = (value, before) => Math.max(0, value - before) / seconds;
            const requests = perSecond(now.requests.total, last.requests.total);
            const down = perSecond(toClient, last.bytes.to_client + last.bytes.tunnel_to_client);
            const up = perSecond(toOrigin, last.bytes.to_origin + last.bytes.tunnel_to_origin);
            tiles.requests.show(rate(requests), whole(now.requests.active) + " active, " + joined(count(now.requests.total)) + " in all");
            tiles.toClient.show(bytes(down), joined(bytes(toClient)) + " in all");
            tiles.toOrigin.show(bytes(up), joined(bytes(toOrigin)) + " in all");
            note("requests", requests); note("toClient", down); note("toOrigin", up);
          } else {
            tiles.requests.show(["\u2013", ""], whole(now.requests.active) + " active, " + joined(count(now.requests.total)) + " in all");
            tiles.toClient.show(["\u2013", ""], joined(bytes(toClient)) + " in all");
            tiles.toOrigin.show(["\u2013", ""], joined(bytes(toOrigin)) + " in all");
          }
          const connections = now.connections, limit = connections.client_limit;
          tiles.tunnels.show(count(now.tunnels.open), whole(now.tunnels.half_closed) + " half closed, " + joined(count(now.tunnels.total)) + " in all");
          tiles.clients.show(count(connections.client_open), "of " + whole(limit) + ", " + whole(connections.client_idle) + " idle", limit > 0 ? connections.client_open / limit : 0);
          tiles.waiting.show(count(now.pool.requests), whole(now.pool.sockets) + " in use, " + whole(now.pool.free_sockets) + " free");
          tiles.memory.show(bytes(now.memory.rss_bytes), whole(now.memory.blocks_in_use) + " blocks, " + whole(now.memory.pipes_in_use) + " pipes");
          tiles.descriptors.show(count(now.descriptors.open), "of " + whole(now.descriptors.limit), now.descriptors.open / Math.max(1, now.descriptors.limit));
          note("tunnels", now.tunnels.open); note("clients", connections.client_open); note("waiting", now.pool.requests);
          note("memory", now.memory.rss_bytes); note("descriptors", now.descriptors.open);
          showTables(now);
          last = now;
        }

        function showTables(now) {
          const pool = now.pool, counters = pool.counters, resolver = now.resolver;
          byId("originsNote").textContent = pool.origins_omitted > 0
            ? "the busiest " + pool.origins.length + " of " + whole(pool.origins_total) : pool.origins_total > 0 ? whole(pool.origins_total) : "";
          fill("origins", pool.origins.map((row) => [row.name, row.sockets, row.free_sockets, row.dialling, row.requests]), "None yet.", 4);
          const falling = (table) => Object.entries(table).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
          fill("statuses", falling(now.requests.by_status).map(([status, part]) => {
            const name = document.createDocumentFragment();
            name.append(element("b", status === "none" ? "\u2013" : status), element("span", STATUS[status] || ""));
            return [name, share(status, part, now.requests.total), part];
          }), "No request yet.");
          const words = (table, meanings) => falling(table).filter((row) => row[1] > 0).map(([word, n]) => [reason(word, Object.hasOwn(meanings, word) ? meanings[word] : ""), n]);
          fill("failures", words(now.requests.failures, FAILURES), "None.");
          showFailures(now);
          fill("ends", words(now.tunnels.by_end, ENDS), "None yet.");
          const served = counters.reused + counters.served_from_queue;
          const asked = resolver.hits + resolver.negative_hits + resolver.coalesced + resolver.misses;
          fill("facts", [
            [reason("Sockets reused", "Requests that went out without a dial of their own."), percent(served, served + counters.dialled)],
            [reason("Failed dials", whole(counters.dialled) + " succeeded."), counters.dials_failed],
            [reason("Sockets moved", "Taken over by one loop from another."), counters.received],
            [reason("Requests sent again", "Their free socket had gone stale."), now.requests.retried],
            [reason("Names from the cache", whole(resolver.entries) + " names held, " + whole(resolver.in_flight) + " look-ups under way."), percent(resolver.hits + resolver.negative_hits, asked)],
            [reason("Failed look-ups", whole(resolver.timeouts) + " of them for want of time."), resolver.failures],
            [reason("Accept pauses", "Accepting stopped because the system gave no descriptor or memory."), now.connections.accept_pauses],
            [reason("Log lines lost", "The access log's file could not keep up."), now.log.lost_lines],
          ]);
          fill("loops", now.loops.map((row) => [String(row.index), row.client_connections, row.client_idle, row.requests_active,
            row.tunnels_open, row.pool_sockets, row.pool_free_sockets, row.pool_requests, row.requests_total, row.client_accepted]), "None.");
        }

        function state(className, word, title) {
          byId("state").className = className;
          byId("word").textContent = word;
          document.title = title;
        }
        // The token is kept for as long as the tab is open, and sent to nobody but this listener.
        byId("token").addEventListener("change", (event) => sessionStorage.setItem("token", event.target.value.trim()));
        function authorization() {
          const token = sessionStorage.getItem("token");
          return token ? { Authorization: "Bearer " + token } : {};
        }
        async function read() {
          const control = new AbortController();
          const timer = setTimeout(() => control.abort(), 5000);
          try {
            const answer = await fetch("/status", { signal: control.signal, cache: "no-store", headers: authorization() });
            byId("ask").hidden = answer.status !== 401;
            if (answer.status === 401) return state("locked", "running, figures locked", "proxyd");
            if (!answer.ok) throw new Error("status " + answer.status);
            const now = await answer.json();
            show(now);
            answeredAt = new Date();
            byId("version").textContent = now.version;
            byId("uptime").textContent = "up " + span(now.uptime_s);
            if (now.draining) state("draining", "draining: no new clients", "draining \u00b7 proxyd");
            else state("running", "running", "proxyd");
            byId("main").hidden = false;
            byId("main").classList.remove("stale");
          } catch {
            const since = answeredAt === null ? "" : " since " + answeredAt.toTimeString().slice(0, 8);
            state("silent", "no answer" + since, "no answer \u00b7 proxyd");
            byId("main").classList.add("stale");
          } finally {
            clearTimeout(timer);
            setTimeout(read, EVERY_MS);
          }
        }
        byId("state").hidden = byId("foot").hidden = false;
        read();

        """#
}
