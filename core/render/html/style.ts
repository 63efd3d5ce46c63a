/** The look of a report: light and dark, on paper as well. */
export const css = `
:root { color-scheme: light dark; --ink: #1c2330; --quiet: #5b6473; --line: #d9dee7; --page: #fff; --tint: #f5f7fa;
  --good: #137a45; --bad: #c0271b; --wait: #8a5a00; --taken: #44618f; --accent: #2457c5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf1; --quiet: #a1abbc; --line: #343c4a; --page: #12161d; --tint: #1b212b;
    --good: #4cc388; --bad: #ff7b6e; --wait: #e5b154; --taken: #8fb0e6; --accent: #87a9f5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header { border-left: .4rem solid var(--verdict); padding: .2rem 0 .2rem 1rem; }
.passed { --verdict: var(--good); } .failed { --verdict: var(--bad); }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.25; } h1 strong { color: var(--verdict); }
h2 { margin: 2.4rem 0 .8rem; font-size: 1.2rem; } h3 { margin: 1.4rem 0 .4rem; font-size: 1rem; }
p { margin: .3rem 0; } .quiet, caption, dt { color: var(--quiet); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .8rem 1.5rem; margin: 1.4rem 0 0; }
dl.facts dt { font-size: .82rem; } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .86em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; padding-bottom: .3rem; font-size: .86rem; }
th, td { text-align: left; vertical-align: top; padding: .38rem .7rem .38rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { white-space: nowrap; font-size: .82rem; color: var(--quiet); font-weight: 600; } tbody th { font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); } .taken { color: var(--taken); }
.trouble { border: 1px solid var(--line); border-left: .3rem solid var(--bad); border-radius: .4rem; padding: .2rem 1rem .8rem; margin: 1rem 0; }
.trouble.flaky { border-left-color: var(--wait); } .mend { font-weight: 600; }
.time { white-space: nowrap; } svg { display: block; width: 100%; height: auto; margin-bottom: 1rem; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .quiet { fill: var(--quiet); } svg .grid { stroke: var(--line); } svg .bar.passed { fill: var(--good); }
svg .bar.failed, svg .bar.timedOut { fill: var(--bad); } svg .bar.cancelled, svg .bar.skipped { fill: var(--quiet); }
svg .bar.taken { fill: none; stroke: var(--taken); stroke-width: 2; } svg .bar.flaky { fill: var(--wait); }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; } svg .dot { fill: var(--accent); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; } figure { margin: 0; }
figcaption { font-size: .86rem; color: var(--quiet); } footer { margin-top: 3rem; font-size: .82rem; color: var(--quiet); }
details summary { cursor: pointer; margin: .4rem 0; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } .trouble, tr, figure { break-inside: avoid; } details > * { display: block; } }
`;
