// Just enough of LDAP's encoding to cut a stream into messages and to see what each is about.

/** Tags of RFC 4511. */
export const operations = {
  ...{ bindRequest: 0x60, bindResponse: 0x61, searchRequest: 0x63, searchEntry: 0x64, searchDone: 0x65 },
  ...{ modifyRequest: 0x66, modifyResponse: 0x67 },
} as const;
export type Operation = keyof typeof operations;

export interface WireMessage {
  readonly operation: Operation | undefined;
  readonly bytes: Buffer;
}

/** Calls `take` for each whole message of the stream. */
export function createFraming(take: (message: WireMessage) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let size = sizeOf(rest, 0); size !== undefined && size <= rest.length; size = sizeOf(rest, 0)) {
      const bytes = rest.subarray(0, size);
      rest = rest.subarray(size);
      take({ operation: operationOf(bytes), bytes });
    }
  };
}

/** Of the element at `start`, with its tag and its length; undefined while too little of it is there. */
function sizeOf(bytes: Buffer, start: number): number | undefined {
  const first = bytes[start + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first - 0x80;
  if (bytes.length < start + 2 + count) return undefined;
  return 2 + count + bytes.readUIntBE(start + 2, count);
}

function operationOf(bytes: Buffer): Operation | undefined {
  const first = bytes[1] ?? 0;
  const start = first < 0x80 ? 2 : 2 + (first - 0x80);
  const tag = bytes[start + (sizeOf(bytes, start) ?? 0)];
  return Object.entries(operations).find((each): each is [Operation, number] => each[1] === tag)?.[0];
}
