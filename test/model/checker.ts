/**
 * A small explicit-state model checker: breadth first over every interleaving, so that the first trace to a broken
 * invariant is a shortest one. Afterwards it walks backwards from the goal to find states that can never reach it.
 */

export interface Transition<S> {
  /** What happened, in words: the counterexample is a list of these. */
  readonly label: string;
  readonly next: S;
  /** Whether it may be counted on once faults have stopped. Only these lead to the goal. */
  readonly reliable: boolean;
}

export interface Model<S> {
  readonly initial: S;
  /** States that cannot be told apart have the same encoding, and are explored once. */
  readonly encode: (state: S) => string;
  readonly transitionsFrom: (state: S) => readonly Transition<S>[];
  /** Each says whether it holds. */
  readonly invariants: Readonly<Record<string, (state: S) => boolean>>;
  /** Where everything is allowed to end. */
  readonly isGoal: (state: S) => boolean;
}

export interface Violation {
  /** The name of the broken invariant, or `stuck`: no reliable way leads from here to the goal. */
  readonly invariant: string;
  readonly trace: readonly string[];
}

export interface Verdict {
  readonly states: number;
  readonly transitions: number;
  readonly ms: number;
  /** Null if the whole space was explored and nothing is wrong with it. */
  readonly violation: Violation | null;
}

/** A space this large was not meant: better an error than a machine without memory. */
const MAX_STATES = 2_000_000;

export const check = <S>(model: Model<S>): Verdict => {
  const startedAtMs = performance.now();
  const space = new Space();
  const invariants = Object.entries(model.invariants);
  const frontier: (S | undefined)[] = [model.initial];
  space.add(model.encode(model.initial), -1, 'start');
  let violation: Violation | null = null;

  for (let id = 0; id < frontier.length; id++) {
    const state = frontier[id];
    if (state === undefined) continue;
    frontier[id] = undefined;
    const [broken] = invariants.find(([, holds]) => !holds(state)) ?? [];
    if (broken !== undefined) {
      violation = { invariant: broken, trace: space.traceTo(id) };
      break;
    }
    if (model.isGoal(state)) space.goals.push(id);
    for (const { label, next, reliable } of model.transitionsFrom(state)) {
      if (next === state) continue;
      const { id: nextId, isNew } = space.add(model.encode(next), id, label);
      if (isNew) frontier.push(next);
      space.connect(id, nextId, reliable);
    }
  }
  violation ??= space.firstStuck();
  return {
    states: space.size,
    transitions: space.transitions,
    ms: Math.round(performance.now() - startedAtMs),
    violation,
  };
};

/** The states found so far, by their order of discovery, and how they were reached. */
class Space {
  readonly goals: number[] = [];
  transitions = 0;
  private readonly ids = new Map<string, number>();
  private readonly parents: number[] = [];
  private readonly labels: string[] = [];
  /** Reliable edges as flat pairs: from, to. */
  private readonly edges: number[] = [];

  get size(): number {
    return this.parents.length;
  }

  add(encoded: string, parent: number, label: string): { id: number; isNew: boolean } {
    const known = this.ids.get(encoded);
    if (known !== undefined) return { id: known, isNew: false };
    const id = this.parents.length;
    if (id >= MAX_STATES) throw new Error(`the model has more than ${MAX_STATES} states`);
    this.ids.set(encoded, id);
    this.parents.push(parent);
    this.labels.push(label);
    return { id, isNew: true };
  }

  connect(from: number, to: number, reliable: boolean): void {
    this.transitions++;
    if (reliable && from !== to) this.edges.push(from, to);
  }

  traceTo(id: number): string[] {
    const trace: string[] = [];
    for (let at = id; at > 0; at = this.parents[at] ?? 0) trace.unshift(this.labels[at] ?? '');
    return trace;
  }

  /** The state nearest to the start from which no chain of reliable transitions reaches a goal. */
  firstStuck(): Violation | null {
    const reaches = this.thoseThatReachAGoal();
    const stuck = reaches.indexOf(0);
    return stuck === -1 ? null : { invariant: 'stuck', trace: this.traceTo(stuck) };
  }

  private thoseThatReachAGoal(): Uint8Array {
    const { first, next } = this.incomingEdges();
    const reaches = new Uint8Array(this.size);
    const queue = [...this.goals];
    for (const goal of queue) reaches[goal] = 1;
    for (let id = queue.pop(); id !== undefined; id = queue.pop())
      for (let edge = first[id] ?? -1; edge !== -1; edge = next[edge] ?? -1) {
        const from = this.edges[2 * edge] ?? 0;
        if (reaches[from] === 1) continue;
        reaches[from] = 1;
        queue.push(from);
      }
    return reaches;
  }

  /** The edges into each state, as linked lists in two arrays. */
  private incomingEdges(): { first: Int32Array; next: Int32Array } {
    const first = new Int32Array(this.size).fill(-1);
    const next = new Int32Array(this.edges.length / 2);
    for (let edge = 0; edge < next.length; edge++) {
      const to = this.edges[2 * edge + 1] ?? 0;
      next[edge] = first[to] ?? -1;
      first[to] = edge;
    }
    return { first, next };
  }
}
