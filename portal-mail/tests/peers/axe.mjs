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

// Whatever the page asks for is not there, and is asked of nobody. Root, whom CI may be, has no sandbox; only our own pages are opened.
const args = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath, args });
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lookAtWhatIsLeft));
await browser.close();
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
    const language = await tab.evaluate(() => document.documentElement.lang);
    if (language !== page.language) {
      notice("lang", "html", `says ${language}, and is for a reader of ${page.language}`);
    }
    for (const next of states) {
      state = next.state;
      await become(next);
      for (const { rule, where, why } of await tab.evaluate(complaints, TAGS)) {
        notice(rule, where, why);
      }
      await overflow("reflow");
      if (next.colorScheme === "dark" && (await tab.evaluate(glares))) {
        notice("dark-mode", "body", "says that it can be dark, and is not");
      }
      looks += 1;
    }
    state = "doubled-640";
    await tab.setViewportSize({ width: 640, height: 800 });
    const tooWide = await overflow();
    for (const { where, why } of await tab.evaluate(doubled)) {
      notice("resize-text", where, why);
    }
    if (!tooWide) {
      await overflow("resize-text");
    }
  }
  await context.close();

  async function become({ colorScheme, width }) {
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize({ width, height: 800 });
  }

  async function overflow(rule) {
    const { wide, room } = await tab.evaluate(() => ({ wide: document.documentElement.scrollWidth, room: innerWidth }));
    if (wide > room && rule) {
      notice(rule, "html", `${wide} px wide where there are ${room}`);
    }
    return wide > room;
  }
}

// In the page. What axe is not sure of counts for contrast, where the rest of it is advice to look.
async function complaints(tags) {
  const runOnly = { type: "tag", values: tags };
  const { violations, incomplete } = await globalThis.axe.run(document, { runOnly, resultTypes: ["violations", "incomplete"] });
  const told = (sure) => ({ id, nodes }) =>
    nodes.map((node) => ({ rule: sure ? id : `${id}?`, where: node.target.join(" "), why: node.failureSummary ?? "" }));
  return violations.flatMap(told(true)).concat(incomplete.flatMap(told(false)));
}

// In the page. A paper is to be printed, and says that it is light; whatever says otherwise has a dark ground.
function glares() {
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
  return getComputedStyle(document.documentElement).colorScheme !== "light" && red + green + blue > 3 * 96;
}

// In the page. Text twice its size, and nothing else: its lines neither cover each other nor are cut off.
function doubled() {
  const all = [...document.body.querySelectorAll("*")];
  const sizes = all.map((element) => parseFloat(getComputedStyle(element).fontSize));
  all.forEach((element, n) => element.style.setProperty("font-size", `${sizes[n] * 2}px`, "important"));
  const found = [];
  const cut = all.filter((e) => getComputedStyle(e).overflow !== "visible" && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1));
  cut.forEach((element) => found.push({ where: element.tagName, why: "cuts off what is in it" }));
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
    if (lines.slice(n + 1).some((other) => covers(line, other))) found.push({ where: line.said, why: "is covered by the next line" });
  });
  return found;
}
