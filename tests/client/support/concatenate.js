// How the server makes one script of the modules: imports and `export ` go, comments and indentation go. It works line by line, so it
// relies on a few rules about how the modules are written; `rulesBroken` names what does not keep them.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The runtime's modules as the server lists them, in the order in which they are served; the components' come before the last. */
function runtimeModules() {
  const server = readFileSync(join(root, "dash-runtime/src/server/assets.rs"), "utf8");
  const listed = [...server.matchAll(/include_str!\("\.\.\/\.\.\/client\/(\w+\.js)"\)/g)].map(
    ([, name]) => name,
  );
  const present = readdirSync(join(root, "dash-runtime/client")).filter((name) => name.endsWith(".js"));
  assert.deepEqual([...listed].sort(), present.sort(), "assets.rs lists every module once");
  assert.equal(listed.at(-1), "main.js");
  return listed.map((name) => `dash-runtime/client/${name}`);
}

export function sources() {
  const runtime = runtimeModules();
  const components = readdirSync(join(root, "dash-components/src"), { recursive: true })
    .map((path) => `dash-components/src/${path}`)
    .filter((path) => path.endsWith(".js"))
    .sort();
  const paths = [...runtime.slice(0, -1), ...components, ...runtime.slice(-1)];
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

export function concatenate(files) {
  return files
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => !/^import .*;$/.test(line))
    .map((line) => line.replace(/^export /, "").trim())
    .filter((line) => line !== "" && !/^(\/\/|\/\*|\*)/.test(line))
    .join("\n");
}

/** Names declared at the top level. */
export function topLevelNames(text) {
  const names = text.matchAll(/^(?:export )?(?:async )?(?:class|const|let|var|function\*?) +([\w$]+)/gm);
  return [...names].map(([, name]) => name);
}

/** @returns {string[]} one line for each place that concatenation would break */
export function rulesBroken({ path, text }) {
  const broken = [];
  let comment = false;
  for (const [index, line] of text.split("\n").entries()) {
    const fault = faultOf(line, comment);
    if (fault) broken.push(`${path}:${index + 1}: ${fault}: ${line}`);
    if (comment || /^\s*\/\*/.test(line)) comment = !line.trimEnd().endsWith("*/");
  }
  return broken;
}

function faultOf(line, comment) {
  const start = line.trimStart();
  if (comment) return start.startsWith("*") ? null : "a line of a comment starts with *";
  if (start.startsWith("*")) return "a line of code does not start with *";
  if (/^\/\*.*\*\/./.test(start)) return "no code behind a comment at the start of a line";
  if ((line.match(/`/g)?.length ?? 0) % 2 !== 0) return "no template over several lines";
  if (/^import\b/.test(line) && !/^import \{ [^}]+ \} from "\.[^"]+";$/.test(line))
    return "one import, one line, names";
  if (/^export\b/.test(line) && !/^export (async )?(class|const|let|function)/.test(line))
    return "only declarations";
  if (/^(const|let|var) [{[]/.test(line)) return "no patterns at the top level";
  if (/^[^\s/}\])]/.test(line) && !isDeclaration(line)) return "no effects at the top level";
  return null;
}

function isDeclaration(line) {
  const declaration = /^(import|export|class|const|let|function|async function)\b/;
  return declaration.test(line) || /^define\("dd-[a-z-]+", \w+\);$/.test(line) || line === "startPage();";
}
