"""How the page looks, in light and in dark."""

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #fff; --line: #e1e4ea; --text: #1c2330; --soft: #5b6575; --link: #0b57b7;
  --mark: #ffc53d; --on-mark: #2b1d00; --good: #137a3d; --bad: #b3261e; --escape: #9a3412; --stripe: #f8f9fb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151b; --card: #1a1f27; --line: #2d343f; --text: #e5e9f0; --soft: #9aa5b5; --link: #82b4ff;
    --mark: #e0a21b; --on-mark: #1d1400; --good: #5fd38a; --bad: #ff8a80; --escape: #ffb37c; --stripe: #1e242d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, input:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.band { background: var(--mark); color: var(--on-mark); }
.band div, main, .bar { max-width: 1560px; margin: 0 auto; padding: 0 24px; }
.band div {
  display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 16px; padding-top: 12px; padding-bottom: 12px;
}
.band h1 { margin: 0; font-size: 22px; letter-spacing: .08em; }
.bar {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px 24px;
  padding-top: 14px; padding-bottom: 4px;
}
.bar nav { display: flex; flex-wrap: wrap; gap: 4px; }
.bar a, .bar .label { padding: 5px 12px; border-radius: 6px; }
.bar .label { color: var(--soft); padding-left: 0; padding-right: 4px; }
.bar a[aria-current] { background: var(--text); color: var(--ground); }
main { padding-top: 12px; padding-bottom: 48px; display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
main > p { margin: 0; }
.hint { color: var(--soft); }
.tiles { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; }
.tiles b { display: block; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); }
.two { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 1240px) { .two { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px 10px; }
section header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 16px; }
h2 { margin: 0 0 6px; font-size: 16px; }
.wide { overflow-x: auto; margin: 0 -16px; padding: 0 16px; }
table { border-collapse: collapse; width: 100%; }
th {
  text-align: left; font-weight: 500; color: var(--soft); white-space: nowrap;
  padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line);
}
td {
  padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top;
}
.long { overflow-wrap: anywhere; display: inline-block; min-width: 9.5em; }
@media (min-width: 1240px) { .long { min-width: 15em; } .brief { white-space: nowrap; } }
th:last-child, td:last-child { padding-right: 0; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.time { color: var(--soft); font-variant-numeric: tabular-nums; }
.time span, .kind { white-space: nowrap; }
@media (min-width: 1240px) { .time { white-space: nowrap; } }
.code[title] { white-space: nowrap; }
.code { font-family: ui-monospace, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 12.5px; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.esc {
  color: var(--escape); font-family: ui-monospace, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: .9em;
}
.more, .nothing { color: var(--soft); }
.nothing { margin: 4px 0 8px; }
form { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; }
input, select, button {
  font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 6px;
  padding: 5px 10px;
}
input[type=search] { width: 22em; max-width: 100%; }
button { cursor: pointer; }
.pages { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 4px; color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(9em, max-content) minmax(0, 1fr); gap: 4px 20px; margin: 4px 0 8px; }
dt { color: var(--soft); overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--soft); max-width: 1560px; margin: 0 auto; padding: 0 24px 32px; }
"""
