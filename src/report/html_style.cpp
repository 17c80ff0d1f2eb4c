#include "report/html_style.h"

namespace inquest {

// Colours keep a contrast of 4.5:1 or more (WCAG AA) in both schemes.
const std::string_view kHtmlStyle = R"css(
:root{color-scheme:light dark;
--page:#f5f6f8;--card:#fff;--ink:#1b1f26;--soft:#525a67;--line:#dde1e7;--code:#f0f2f5;
--bad:#b3202a;--bad-back:#fdebec;--good:#17693a;--good-back:#e4f5ea;--care:#7a4d00;--care-back:#fff3d9;
--info:#1c5fb0;--mark:#ffe69c;--mark-ink:#3d2c00}
@media (prefers-color-scheme:dark){:root{
--page:#12151a;--card:#1a1e25;--ink:#e7eaef;--soft:#a3acba;--line:#313844;--code:#222832;
--bad:#ff8e94;--bad-back:#40191d;--good:#7ddca0;--good-back:#153322;--care:#f3c26b;--care-back:#3a2c10;
--info:#86b9ff;--mark:#6b5410;--mark-ink:#fff3cf}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:64rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.25rem;display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline;color:var(--soft)}
header b{color:var(--ink);letter-spacing:.02em;font-size:1.05rem}
footer{padding-top:.5rem;padding-bottom:2rem;color:var(--soft);font-size:.875rem}
h1,h2,h3{line-height:1.25;margin:0}
h1{font-size:clamp(1.25rem,1rem + 1.6vw,1.75rem)}
h2{font-size:1.15rem;margin:0 0 .75rem}
p{margin:.5rem 0;max-width:48rem}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em}
a{color:var(--info)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem;margin:1rem 0}
.verdict{border-top:4px solid var(--info)}
.verdict.fatal,.verdict.error{border-top-color:var(--bad)}
.verdict.warning{border-top-color:var(--care)}
.title{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin-bottom:1rem}
.part{margin:2.25rem 0 0;color:var(--soft);font-size:.875rem;font-weight:600;text-transform:uppercase;
letter-spacing:.06em}
.chip{display:inline-block;font-size:.8125rem;line-height:1.4;font-weight:600;padding:.1rem .6rem;border-radius:.8rem;
background:var(--code);color:var(--soft)}
.aside{flex-basis:100%;font-size:.9375rem}
.chip.bad{background:var(--bad-back);color:var(--bad)}
.chip.good{background:var(--good-back);color:var(--good)}
.chip.caution{background:var(--care-back);color:var(--care)}
dl{margin:.5rem 0;display:grid;grid-template-columns:minmax(6.5rem,max-content) minmax(0,1fr);gap:.4rem 1.25rem}
dt{color:var(--soft)}
.mono dt{font-family:system-ui,sans-serif;font-size:1rem}
dd{margin:0;min-width:0}
.answer dd{display:flex;flex-wrap:wrap;gap:.35rem .75rem;align-items:center}
.answer dd>span:first-child,.answer dd>pre{flex:0 1 auto;min-width:0}
pre{margin:.5rem 0;padding:.65rem .8rem;background:var(--code);border-radius:6px;overflow-x:auto;line-height:1.5}
pre.command{user-select:all;-webkit-user-select:all;margin:.1rem 0;border-left:3px solid var(--info);cursor:copy;
max-width:100%;white-space:pre-wrap}
.answer pre.command{padding:.35rem .7rem}
ul,ol{margin:.5rem 0;padding-left:1.25rem}
mark{background:var(--mark);color:var(--mark-ink);padding:.05em .15em;border-radius:3px;font-weight:600}
.scroll{overflow-x:auto;margin:.6rem 0}
.scroll:focus-visible,pre:focus-visible,summary:focus-visible{outline:2px solid var(--info);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--line);
overflow-wrap:normal;min-width:6rem}
th{color:var(--soft);font-weight:600;font-size:.8125rem}
td{overflow-wrap:anywhere}
tr.bad td{color:var(--bad)}
.regs{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(14.5rem,1fr));
gap:.1rem 1.25rem;color:var(--soft)}
.regs b{display:inline-block;min-width:3.5em;font-weight:600;color:var(--ink)}
.told{width:auto}.told td{min-width:0;padding-right:1.5rem}.told td:first-child{font-weight:700}
.trace{list-style:none;padding:0;margin:.5rem 0;border-left:2px solid var(--line)}
.trace li{padding:.12rem .75rem;display:flex;flex-wrap:wrap;gap:0 .9rem;align-items:baseline}
.trace li.guilty{background:var(--bad-back);border-left:3px solid var(--bad);margin-left:-2px;font-weight:600}
.trace li.guess{opacity:.72;font-style:italic}
.trace li.more{color:var(--soft)}
.trace small{color:var(--soft);font-size:.8125rem}
.trace .guilty small{color:var(--bad)}
.log{counter-reset:none}
.log td{border:0;padding:.08rem .9rem .08rem 0;min-width:0}
.log td:first-child{color:var(--soft);text-align:right;user-select:none;width:1%;white-space:nowrap}
.lanes{table-layout:fixed;border-spacing:0}
.lanes th{color:var(--ink);font-size:.875rem;padding:.35rem .6rem;border-bottom:2px solid var(--info)}
.lanes td{border:0;padding:.35rem .6rem .35rem 1.35rem;position:relative;min-width:0}
.lanes td::before{content:"";position:absolute;left:.55rem;top:0;bottom:0;width:2px;background:var(--line)}
.lanes td.step::after{content:"";position:absolute;left:calc(.55rem - 4px);top:.8rem;width:10px;height:10px;
border-radius:50%;background:var(--info);border:2px solid var(--card)}
.action{margin:.75rem 0}
summary{cursor:pointer;font-weight:600;font-size:1.15rem;line-height:1.25}
details[open]>summary{margin-bottom:.75rem}
.index{columns:2 20rem;column-gap:3rem;padding-left:2rem;margin:0;font-size:.9375rem}
.quiet{color:var(--soft)}
.caution{color:var(--care)}
@media (max-width:32rem){body{font-size:15px}.card{padding:.9rem .9rem;border-radius:8px}
header,main,footer{padding-left:.6rem;padding-right:.6rem}
dl{grid-template-columns:1fr;gap:.05rem}dt{margin-top:.45rem;font-size:.8125rem}
.trace li{padding:.12rem .5rem}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#f3f3f3;
--bad:#9c1520;--bad-back:#fff;--good:#0f5a2e;--good-back:#fff;--care:#6b4300;--care-back:#fff;--info:#123f7a;
--mark:#eee;--mark-ink:#000}
html{font-size:10.5pt}body{font-size:1rem}header,main,footer{max-width:none;padding-left:0;padding-right:0}
.card{border:0;border-top:1px solid var(--line);border-radius:0;padding:.6rem 0;margin:.6rem 0}
.chip{border:1px solid currentColor}pre,.scroll{overflow:visible}pre{white-space:pre-wrap}
h1,h2,h3,summary{break-after:avoid}tr,li,pre,.verdict{break-inside:avoid}
details::details-content{content-visibility:visible;display:block}a{color:inherit}
.index{display:none}}
)css";

}  // namespace inquest
