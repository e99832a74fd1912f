// Reads a mail as it came over the wire, as far as this product writes it: one text part, headers in UTF-8. RFC 2045, 2047.

export type ReadMail = { readonly subject: string; readonly text: string };

type Part = { readonly headers: ReadonlyMap<string, string>; readonly body: string };

function partOf(raw: string): Part {
  const end = raw.search(/\r?\n\r?\n/);
  const head = end === -1 ? raw : raw.slice(0, end);
  // A line that begins with a space belongs to the one before.
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { headers: new Map(headers), body: end === -1 ? '' : raw.slice(end).replace(/^(?:\r?\n){2}/, '') };
}

function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function decoded({ headers, body }: Part): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'quoted-printable') return fromQuotedPrintable(body);
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return body;
}

/** The plain text of the mail, in whichever part it stands; undefined where it has none. */
function textIn(part: Part): string | undefined {
  const type = part.headers.get('content-type') ?? 'text/plain';
  if (/^text\/plain/i.test(type)) return decoded(part);
  const [, boundary] = /^multipart\/.*boundary="?([^";]+)"?/i.exec(type) ?? [];
  if (boundary === undefined) return undefined;
  for (const each of part.body.split(`--${boundary}`).slice(1, -1)) {
    const text = textIn(partOf(each.replace(/^\r?\n/, '')));
    if (text !== undefined) return text;
  }
  return undefined;
}

function headerText(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_whole, how: string, text: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : fromQuotedPrintable(text.replaceAll('_', ' ')),
    );
}

export function readMail(raw: string): ReadMail {
  const part = partOf(raw);
  const text = (textIn(part) ?? '').replaceAll('\r\n', '\n').trim();
  return { subject: headerText(part.headers.get('subject') ?? ''), text };
}
