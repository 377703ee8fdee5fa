/**
 * Counts how often each of millions of hashes came, in a few bytes for each: a statement has up to two million lines, and
 * most of them come once. It goes by the first 64 bits, so that two different lines count as one in a statement of full
 * length with a chance of one in ten million.
 */
export class Occurrences {
  private size = 0;
  private high = new Uint32Array(1 << 10);
  private low = new Uint32Array(1 << 10);
  private counts = new Uint32Array(1 << 10);

  /** @returns 1 for the first time. */
  count(hash: Uint8Array): number {
    if (this.size * 2 >= this.counts.length) this.grow();
    const view = new DataView(hash.buffer, hash.byteOffset, 8);
    const slot = this.slotOf(view.getUint32(0), view.getUint32(4));
    if (this.counts[slot] === 0) this.size += 1;
    return (this.counts[slot] = (this.counts[slot] ?? 0) + 1);
  }

  private slotOf(high: number, low: number): number {
    const mask = this.counts.length - 1;
    let slot = low & mask;
    while (this.counts[slot] !== 0 && (this.high[slot] !== high || this.low[slot] !== low)) slot = (slot + 1) & mask;
    this.high[slot] = high;
    this.low[slot] = low;
    return slot;
  }

  private grow(): void {
    const { high, low, counts } = this;
    const length = counts.length * 2;
    this.high = new Uint32Array(length);
    this.low = new Uint32Array(length);
    this.counts = new Uint32Array(length);
    for (const [slot, count] of counts.entries())
      if (count > 0) this.counts[this.slotOf(high[slot] ?? 0, low[slot] ?? 0)] = count;
  }
}
