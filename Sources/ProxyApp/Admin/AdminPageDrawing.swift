/// The admin page's script, first part: numbers as words, and what is drawn. Data only ever becomes text or a number.
enum AdminPageDrawing {
    static let text = #"""
        const byId = (id) => document.getElementById(id);

        // Numbers as [value, unit].
        function count(n) {
          if (n < 10000) return [whole(Math.round(n)), ""];
          if (n < 1e6) return [(n / 1e3).toFixed(n < 1e5 ? 1 : 0), "k"];
          return n < 1e9 ? [(n / 1e6).toFixed(2), "M"] : [(n / 1e9).toFixed(2), "G"];
        }
        function rate(n) { return n > 0 && n < 99.95 ? [n.toFixed(1), ""] : count(n); }
        function bytes(n) {
          const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
          let at = 0;
          while (n >= 1000 && at < units.length - 1) { n /= 1024; at += 1; }
          return [at === 0 || n >= 100 ? String(Math.round(n)) : n.toFixed(n < 10 ? 2 : 1), units[at]];
        }
        const joined = (pair) => pair[1] === "" ? pair[0] : pair[0] + " " + pair[1];
        const whole = (n) => n.toLocaleString("en").replaceAll(",", "\u202f");
        const percent = (part, all) => all === 0 ? "\u2013" : (100 * part / all).toFixed(part === all ? 0 : 1) + " %";
        function span(seconds) {
          const d = Math.floor(seconds / 86400), h = Math.floor(seconds / 3600) % 24;
          const m = Math.floor(seconds / 60) % 60, s = Math.floor(seconds) % 60;
          if (d > 0) return d + " d " + h + " h";
          if (h > 0) return h + " h " + m + " min";
          return m > 0 ? m + " min " + s + " s" : s + " s";
        }

        function element(name, text, className) {
          const made = document.createElement(name);
          if (text !== undefined) made.textContent = text;
          if (className) made.className = className;
          return made;
        }
        function shape(name, attributes) {
          const made = document.createElementNS("http://www.w3.org/2000/svg", name);
          for (const key in attributes) made.setAttribute(key, attributes[key]);
          return made;
        }

        class Tile {
          constructor(title) {
            const box = element("div", undefined, "tile");
            this.box = box;
            this.value = element("p", "\u2013", "value");
            this.more = element("p", "", "more");
            this.area = shape("path", { class: "area" });
            this.line = shape("path", { class: "line" });
            const chart = shape("svg", { viewBox: "0 0 100 34", preserveAspectRatio: "none", "aria-hidden": "true" });
            chart.append(this.area, this.line);
            box.append(element("h2", title), this.value, this.more, chart);
            byId("tiles").append(box);
          }
          show(pair, more, fill) {
            this.value.textContent = pair[0];
            if (pair[1] !== "") this.value.append(element("span", pair[1]));
            this.more.textContent = more;
            this.box.className = "tile" + (fill >= 0.98 ? " full" : fill >= 0.85 ? " near" : "");
          }
          // `values` from the oldest to now, `room` of them when the chart is full. The scale starts at 0.
          draw(values, room) {
            if (values.length < 2) { this.line.setAttribute("d", ""); this.area.setAttribute("d", ""); return; }
            const top = Math.max(...values) || 1;
            const x = (at) => (100 - (values.length - 1 - at) * 100 / (room - 1)).toFixed(2);
            const y = (value) => (32 - 28 * value / top).toFixed(2);
            const path = values.map((value, at) => x(at) + " " + y(value)).join(" L");
            this.line.setAttribute("d", "M" + path);
            this.area.setAttribute("d", "M" + x(0) + " 34 L" + path + " L100 34 Z");
          }
        }

        // Replaces a table's rows. A cell is a number, a text, or an element.
        function fill(id, rows, nothing, hot) {
          const body = byId(id).tBodies[0];
          const made = rows.map((row) => {
            const line = element("tr");
            row.forEach((cell, at) => {
              const box = element("td");
              if (cell instanceof Node) box.append(cell);
              else if (typeof cell === "number") {
                box.textContent = whole(cell);
                if (cell === 0) box.className = "zero";
                else if (at === hot) box.className = "hot";
              } else box.textContent = cell;
              if (at === 0 && typeof cell === "string") box.title = cell;
              line.append(box);
            });
            return line;
          });
          if (made.length === 0) {
            const line = element("tr"), box = element("td", nothing, "empty");
            box.colSpan = byId(id).tHead.rows[0].cells.length;
            line.append(box);
            made.push(line);
          }
          body.replaceChildren(...made);
        }
        function reason(word, sentence) {
          const box = document.createDocumentFragment();
          box.append(element("b", word));
          if (sentence) box.append(element("span", sentence));
          return box;
        }
        function share(status, part, all) {
          const chart = shape("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true",
            class: "c" + (/^[45]/.test(status) ? status[0] : status === "none" ? "0" : "2") });
          chart.append(shape("rect", { height: 6, width: all === 0 ? 0 : Math.max(0.8, 100 * part / all) }));
          return chart;
        }

        """#
}
