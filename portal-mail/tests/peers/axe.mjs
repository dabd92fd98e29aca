// Looks at pages in a browser: axe has its say, nothing may be fetched, nothing may be wider than a phone, and text may be twice its size.
//
//     node axe.mjs FOLDER BROWSER STATES < pages.json
//
// FOLDER holds axe-core and playwright-core. Pages are [{ name, language, html }]; STATES are such as "light-320,dark-800".
// Prints { looks, noticed: [{ page, state, rule, where, why }] }: a look is one page in one state.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

const [folder, executablePath, wanted] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ADDRESS = "https://message.invalid/";

const states = wanted.split(",").map((state) => {
  const [colorScheme, width] = state.split("-");
  return { state, colorScheme, width: Number(width) };
});
const left = JSON.parse(readFileSync(0, "utf8"));
const noticed = [];
let looks = 0;

// Some 300 looks take less than a minute. A browser that hangs is not waited for.
const hung = setTimeout(() => {
  console.error("axe.mjs: the browser has not answered for ten minutes");
  process.exit(1);
}, 600_000);

// Whatever the page asks for is not there, and is asked of nobody. Root, whom CI may be, has no sandbox; only our own pages are opened.
const args = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath, args });
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lookAtWhatIsLeft));
await browser.close();
clearTimeout(hung);
process.stdout.write(JSON.stringify({ looks, noticed }));

async function lookAtWhatIsLeft() {
  // A page's own policy would keep a request from being seen.
  const context = await browser.newContext({ bypassCSP: true, serviceWorkers: "block" });
  const tab = await context.newPage();
  let page;
  let state = "loading";
  const notice = (rule, where, why) => noticed.push({ page: page.name, state, rule, where, why });
  await context.route("**", async (route) => {
    const request = route.request();
    if (request.url() === ADDRESS && !page) {
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: "<!DOCTYPE html><title>Nothing yet</title>" });
    }
    notice("fetches", request.url(), "a page asks nobody for anything");
    return route.abort();
  });
  // Reading axe takes as long as using it, and it stays where one page takes the place of another.
  await tab.goto(ADDRESS);
  await tab.evaluate(axe);
  while ((page = left.shift())) {
    state = "loading";
    await become(states[0]);
    await tab.setContent(page.html, { waitUntil: "load" });
    for (const next of states) {
      state = next.state;
      if (next !== states[0]) {
        await become(next);
      }
      noticeAll(await tab.evaluate(looked, { tags: TAGS, language: page.language }));
      looks += 1;
    }
    state = "doubled-640";
    await tab.setViewportSize({ width: 640, height: 800 });
    noticeAll(await tab.evaluate(doubled));
  }
  await context.close();

  function noticeAll(found) {
    found.forEach(({ rule, where, why }) => notice(rule, where, why));
  }

  async function become({ colorScheme, width }) {
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width, height: 800 });
  }
}

// In the page, as it is.
async function looked({ tags, language }) {
  const runOnly = { type: "tag", values: tags };
  const { violations, incomplete } = await globalThis.axe.run(document, { runOnly, resultTypes: ["violations", "incomplete"] });
  const told = (mark) => ({ id, nodes }) =>
    nodes.map((node) => ({ rule: id + mark, where: node.target.join(" "), why: node.failureSummary ?? "" }));
  // What axe is not sure of is for us to be sure of.
  const found = violations.flatMap(told("")).concat(incomplete.flatMap(told("?")));
  const root = document.documentElement;
  if (root.lang !== language) {
    found.push({ rule: "lang", where: "html", why: `says ${root.lang}, and is for a reader of ${language}` });
  }
  if (root.scrollWidth > innerWidth) {
    found.push({ rule: "reflow", where: "html", why: `${root.scrollWidth} px wide where there are ${innerWidth}` });
  }
  // A paper is to be printed, and says that it is light; whatever says otherwise has a dark ground by night.
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
  const light = getComputedStyle(root).colorScheme === "light";
  if (matchMedia("(prefers-color-scheme: dark)").matches && !light && red + green + blue > 3 * 96) {
    found.push({ rule: "dark-mode", where: "body", why: "says that it can be dark, and is not" });
  }
  return found;
}

// In the page. Text twice its size, and nothing else: its lines neither cover each other, nor are cut off, nor make a page too wide that was not.
function doubled() {
  const rule = "resize-text";
  const found = [];
  const root = document.documentElement;
  const was = root.scrollWidth;
  const all = [...document.body.querySelectorAll("*")];
  const sizes = all.map((element) => parseFloat(getComputedStyle(element).fontSize));
  all.forEach((element, n) => element.style.setProperty("font-size", `${sizes[n] * 2}px`, "important"));
  if (was <= innerWidth && root.scrollWidth > innerWidth) {
    found.push({ rule, where: "html", why: `${root.scrollWidth} px wide where there are ${innerWidth}` });
  }
  const isCut = (e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
  const cut = all.filter((e) => getComputedStyle(e).overflow !== "visible" && isCut(e));
  cut.forEach((element) => found.push({ rule, where: element.tagName, why: "cuts off what is in it" }));
  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const said = texts.currentNode.data.trim();
    if (said) {
      for (const { left, right, top, bottom } of range.getClientRects()) lines.push({ said, left, right, top, bottom });
    }
  }
  const covers = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  lines.forEach((line, n) => {
    if (lines.slice(n + 1).some((other) => covers(line, other))) found.push({ rule, where: line.said, why: "is covered by the next line" });
  });
  return found;
}
