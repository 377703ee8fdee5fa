interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/** A list that is read page by page: all of it with `for await`, or one page at a time. */
export class Listing<Item, P extends Page<Item> = Page<Item>> implements AsyncIterable<Item> {
  private readonly read: (cursor: string | null) => Promise<P>;

  constructor(read: (cursor: string | null) => Promise<P>) {
    this.read = read;
  }

  /** The first page, or the one behind `next_cursor` of another. */
  page(cursor: string | null = null): Promise<P> {
    return this.read(cursor);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let cursor: string | null = null;
    do {
      const page: P = await this.read(cursor);
      yield* page.data;
      cursor = page.next_cursor;
    } while (cursor !== null);
  }
}
