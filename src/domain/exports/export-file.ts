/** What a file, or the part of it that is of one tenant, comes to. */
export interface FileFacts {
  readonly rows: number;
  readonly sha256: Uint8Array;
  readonly missing: Readonly<Record<string, number>>;
}

/** Some lines of one tenant, or of none (empty), packed. */
export interface Chunk {
  readonly tenantId: string;
  readonly gz: Uint8Array;
}

/** An export, packed: it begins with its header, and the lines of a tenant stand together. */
export interface ExportFile {
  readonly header: string;
  readonly all: FileFacts;
  readonly tenants: ReadonlyMap<string, FileFacts>;
  readonly chunks: readonly Chunk[];
}
