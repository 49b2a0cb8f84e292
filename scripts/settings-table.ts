/**
 * Writes the table of settings into the README, from the settings themselves. With `--check` it only compares, and fails
 * when the README says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Setting, settings } from '../gateway/config/settings.ts';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const BEGIN = '<!-- settings: made by scripts/settings-table.ts -->';
const END = '<!-- end of settings -->';

const rows = (Object.values(settings) as Setting<unknown>[]).map((setting) => {
  const shown = setting.default === undefined ? '–' : `\`${setting.kind.format(setting.default)}\``;
  return `| \`--${setting.flag}\` | ${shown} | ${setting.description} | ${setting.reason} |`;
});
const table = ['| setting | default | what it does | why |', '|---|---|---|---|', ...rows].join('\n');

const readme = readFileSync(README, 'utf8');
const begin = readme.indexOf(BEGIN);
const end = readme.indexOf(END);
if (begin < 0 || end < begin) throw new Error('README.md has no place for the table of settings');
const written = `${readme.slice(0, begin + BEGIN.length)}\n${table}\n${readme.slice(end)}`;

if (!process.argv.includes('--check')) {
  writeFileSync(README, written);
} else if (written !== readme) {
  console.error('The settings in README.md are not those of the code: run npm run settings-table.');
  process.exitCode = 1;
}
