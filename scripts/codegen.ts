/**
 * Makes `protocol/messages/generated/` from the `.proto` files with protobufjs' own generator.
 *
 *   npm run codegen              writes the files
 *   npm run codegen -- --check   writes nothing; one sentence and exit code 1 when they differ from what would be made
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const messagesDir = join(root, 'protocol/messages');
const outputDir = join(messagesDir, 'generated');
const sources = ['agent.proto', 'tailnet.proto'];

const staticModule = [
  ...['--target', 'static-module', '--wrap', 'esm', '--root', 'tidegate'],
  // Only what a wire needs: messages go out by encode, come in by decode.
  ...['--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'],
  // 64-bit fields are counters, seconds and region numbers, all far below 2^53: plain numbers.
  '--force-number',
];

const notice =
  '// Made by scripts/codegen.ts from the .proto files beside this folder. Do not edit: run `npm run codegen`.\n';

function runTool(tool: 'pbjs' | 'pbts', args: string[]): string {
  return execFileSync(process.execPath, [join(root, 'node_modules/protobufjs-cli/bin', tool), ...args], {
    cwd: messagesDir,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

function replaceAll(text: string, pattern: RegExp, replacement: string): string {
  if (text.search(pattern) === -1) throw new Error(`codegen: the generator's output no longer matches ${pattern}`);
  return text.replace(pattern, replacement);
}

/**
 * `--force-number` changes only the types: at run time a 64-bit field is still read as a Long, and so is the default of
 * one that is absent. Both are turned into numbers here, so that code and types agree.
 */
function readInt64AsNumber(code: string): string {
  let result = replaceAll(code, /\$util\.Long \? \$util\.Long\.from(?:Bits|Number)\([^)]*\) : 0/g, '0');
  result = replaceAll(result, /reader\.(u?int64)\(\)/g, '$$toNumber(reader.$1())');
  return replaceAll(
    result,
    /^const \$root = /m,
    'const $$toNumber = (value) => typeof value === "number" ? value : value.toNumber();\nconst $$root = ',
  );
}

/**
 * A text field that is not UTF-8 is read with U+FFFD for what is not text. The generator's strict reading would fail the
 * whole call for it, and agents end their connection over a failed call.
 */
function readTextTolerantly(code: string): string {
  return replaceAll(code, /reader\.stringVerify\(\)/g, 'reader.string()');
}

/**
 * A message has at most so many fields, those of its submessages included: 4 MiB can hold two million empty ones, which
 * would keep the process for seconds and a hundred times the memory. 1 MiB of one-character log lines, the most that a
 * Coder agent sends in a call, has 300,000.
 */
const maxFields = 400_000;

function boundFields(code: string): string {
  const bounded = [
    `const $maxFields = ${maxFields};`,
    'const $boundedReader = (bytes) => {',
    ' const reader = $Reader.create(bytes);',
    ' if (bytes.length <= $maxFields) return reader;',
    ' let left = $maxFields;',
    ' const tag = reader.tag;',
    ' reader.tag = () => {',
    "  if (left-- === 0) throw $RangeError('more than ' + $maxFields + ' fields');",
    '  return tag.call(reader);',
    ' };',
    ' return reader;',
    '};',
  ].join('\n');
  const result = replaceAll(code, /reader = \$Reader\.create\(reader\);/g, 'reader = $$boundedReader(reader);');
  return replaceAll(result, /^const \$root = /m, `${bounded.replaceAll('$', '$$$$')}\nconst $$root = `);
}

const stripIndentation = (code: string) =>
  code.replace(/^(?: {4})+/gm, (indentation) => ' '.repeat(indentation.length / 4));

function generate(): Map<string, string> {
  const workDir = mkdtempSync(join(tmpdir(), 'tidegate-codegen-'));
  try {
    // The types are read from the comments of a second copy; the shipped one goes without.
    const commented = join(workDir, 'messages.js');
    runTool('pbjs', [...staticModule, '--out', commented, ...sources]);
    const types = runTool('pbts', ['--no-comments', commented]);
    const code = runTool('pbjs', [...staticModule, '--no-comments', ...sources]);
    return new Map([
      ['messages.js', notice + stripIndentation(boundFields(readTextTolerantly(readInt64AsNumber(code))))],
      ['messages.d.ts', notice + stripIndentation(replaceAll(types, /^import Long = require\("long"\);\n/m, ''))],
    ]);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const files = generate();
if (process.argv.includes('--check')) {
  const stale = [...files].filter(([name, text]) => readOrEmpty(join(outputDir, name)) !== text).map(([name]) => name);
  if (stale.length > 0) {
    console.error(
      `protocol/messages/generated is not what the .proto files give (${stale.join(', ')}): run "npm run codegen" and commit the result.`,
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(outputDir, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(outputDir, name), text);
}
