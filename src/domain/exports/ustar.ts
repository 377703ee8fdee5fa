/**
 * A tar archive as POSIX.1-1988 (ustar) has it, in whole blocks: a header, the file, and zeros up to the next block. What
 * differs from machine to machine (owner, device, links) is not told, so that the same files are the same bytes.
 */
const BLOCK = 512;
/** What eleven octal digits hold. */
const LARGEST = 8 ** 11 - 1;

/** `path`: at most a hundred ASCII characters. */
export const tarHeader = (path: string, size: number, at: Date): Uint8Array => {
  if (!/^[!-~]{1,100}$/.test(path)) throw new RangeError('a path in an archive is of up to 100 printable characters');
  if (!Number.isSafeInteger(size) || size < 0 || size > LARGEST)
    throw new RangeError('a file in an archive has at most 8 GiB');
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(Math.floor(at.getTime() / 1000), 11), 136);
  // The sum of all bytes of the header, itself as spaces.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
};

/** What follows a file of this size. */
export const tarPadding = (size: number): Uint8Array => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** What follows the last file. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK);
