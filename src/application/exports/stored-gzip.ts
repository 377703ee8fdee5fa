import { crc32 } from 'node:zlib';

/** What a block that is not compressed holds. */
const BLOCK = 65_535;
/** A member of RFC 1952 that is deflated, without a time, from no particular system. */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * A gzip member that holds bytes as they are. Members follow one another in one file, and these, unlike those that are
 * compressed, are the same whichever zlib is there.
 */
export const storedGzip = (bytes: Uint8Array): Uint8Array => {
  const blocks: Uint8Array[] = [];
  for (let from = 0; from === 0 || from < bytes.length; from += BLOCK) {
    const part = bytes.subarray(from, from + BLOCK);
    const head = Buffer.alloc(5);
    head.writeUInt8(from + BLOCK >= bytes.length ? 1 : 0, 0);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    blocks.push(head, part);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([HEAD, ...blocks, tail]);
};
