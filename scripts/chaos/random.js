/**
 * Chance that can be repeated: every stream is made of the seed and a name, so that what one part of the run draws does
 * not depend on how fast another part is.
 */
export class Random {
  constructor(seed, name) {
    this.state = hashOf(`${seed}/${name}`);
  }

  /** From 0 up to, but not including, 1 (mulberry32). */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(share) {
    return this.next() < share;
  }

  between(from, to) {
    return from + this.next() * (to - from);
  }

  wholeBetween(from, to) {
    return Math.floor(this.between(from, to + 1));
  }

  of(choices) {
    return choices[Math.floor(this.next() * choices.length)];
  }

  /** One of `[weight, value]`. */
  weighted(choices) {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices.at(-1)[1];
  }
}

function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  return hash >>> 0;
}
