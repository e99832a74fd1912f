// `latchkey qr`: the address for people who cannot reach the chat, and a code that a phone reads: in the terminal, and as a poster.
import { writeFileSync } from 'node:fs';
import { encode } from 'uqr';
import { copy } from '../bot/copy/language.ts';
import { companyOf, type Policy } from '../config/policy/policy-file.ts';
import { escapedHtml as escaped } from '../text/html.ts';
import type { Printed } from './manifest-slack.ts';

export interface QrOrder {
  /** Where the poster goes. */
  readonly svg?: string;
}

/** Undefined: it was asked for something else. */
export function qrOrder(words: readonly string[]): QrOrder | undefined {
  const [option, file, ...more] = words;
  if (option === undefined) return {};
  return option === '--svg' && file !== undefined && file !== '' && more.length === 0 ? { svg: file } : undefined;
}

export function printQr({ svg }: QrOrder, publicUrl: string, policy: Policy): Printed {
  if (!policy.web.enabled)
    return {
      out: '',
      err: 'latchkey qr: the pages under /recover are off, so the code would lead nowhere. Set `web: { enabled: true }` in the policy.\n',
      code: 1,
    };
  const address = `${publicUrl}/recover`;
  if (svg !== undefined) writeFileSync(svg, poster(address, companyOf(policy, publicUrl)));
  const written = svg === undefined ? '' : `The poster is in ${svg}.\n`;
  return { out: `${terminalCode(address)}\n${address}\n${written}`, err: '', code: 0 };
}

/** `M`: readable with up to 15 % of it dirty or torn. The border is that of the standard: four modules. */
const modulesOf = (address: string): readonly (readonly boolean[])[] => encode(address, { ecc: 'M', border: 4 }).data;

/** Black on white by its own colours, so that phones read it on light and on dark terminals. */
export function terminalCode(address: string): string {
  const modules = modulesOf(address);
  const isDark = (row: number, column: number): boolean => modules[row]?.[column] ?? false;
  const half = (row: number, column: number): string => {
    if (isDark(row, column)) return isDark(row + 1, column) ? '█' : '▀';
    return isDark(row + 1, column) ? '▄' : ' ';
  };
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const text = modules.map((_, column) => half(row, column)).join('');
    lines.push(`\u001B[38;5;16;48;5;231m${text}\u001B[0m`);
  }
  return lines.join('\n');
}

/** So that a line fits between the margins: letters are about half as wide as they are high. */
const fitting = (size: number, words: string): number => Math.min(size, 320 / words.length);

/** A4, in millimetres. */
export function poster(address: string, company: string): string {
  const { heading, what, how, care } = copy.recovery.poster;
  const modules = modulesOf(address);
  const sizeMm = 120;
  const moduleMm = sizeMm / modules.length;
  const dark = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  const text = (y: number, size: number, words: string, weight = 400): string =>
    `<text x="105" y="${y}" font-size="${fitting(size, words)}" font-weight="${weight}" text-anchor="middle">${escaped(words)}</text>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297" role="img" aria-label="${escaped(`${heading} ${address}`)}">
<rect width="210" height="297" fill="#ffffff"/>
<g fill="#111111" font-family="system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif">
${text(36, 9, company)}
${text(62, 20, heading, 700)}
${text(78, 8, what)}
<path transform="translate(45 92) scale(${moduleMm})" shape-rendering="crispEdges" d="${dark.join('')}"/>
${text(226, 8, how)}
${text(242, 9, address, 700)}
${text(270, 6, care)}
</g>
</svg>
`;
}
