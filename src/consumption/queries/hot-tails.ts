import type { PartitionInput } from '#catalog/metastore'

/** A table whose rows are asked for, and where it lies. */
export interface HotTable {
  readonly accountId: string
  readonly region: string
  readonly database: string
  readonly table: string
  readonly bucket: string
  readonly prefix: string
  /** Of an Iceberg table: its id and how its rows are written now. */
  readonly iceberg?: string
}

/** What was accepted for tables and is not in their files yet: a query reads it beside the files. */
export interface HotTails {
  /**
   * Begins a cut; undefined when nothing waits for these tables. Files are listed after it, then `settle` is asked.
   * With `exclusive` no file is added meanwhile.
   */
  cut(
    tables: readonly HotTable[],
    options?: { readonly exclusive?: boolean },
  ): Promise<HotCut | undefined>
  /**
   * Has what was accepted for these tables written to their files, when it resolves. Errors: what keeps it from being written.
   */
  flush(tables: readonly HotTable[], signal: AbortSignal): Promise<void>
}

export interface HotCut extends AsyncDisposable {
  /** True when the files that were listed since the cut was begun end where its tail begins. To be asked once. */
  settle(): Promise<boolean>
  /** The tail. Its files stay until the cut is disposed of. */
  read(signal: AbortSignal): Promise<HotTail>
}

export interface HotTail {
  /** What will be objects. */
  readonly objects: readonly HotObject[]
  /** What will be rows of Iceberg tables, in the order in which it applies. */
  readonly rows: readonly HotRows[]
}

export interface HotRows {
  readonly region: string
  readonly database: string
  readonly table: string
  readonly specId: number
  readonly data: readonly HotFile[]
  /** Rows that come before these, and have these values in the columns of `equalityIds`, are no more. */
  readonly deletes: readonly HotFile[]
  readonly equalityIds: readonly number[]
}

/** A local Parquet file with the table's field ids. */
export interface HotFile {
  readonly path: string
  readonly sizeBytes: number
  readonly recordCount: number
  readonly id: string
}

export interface HotObject {
  readonly bucket: string
  readonly key: string
  readonly path: string
  readonly sizeBytes: number
  readonly etag: string
  readonly madeMs: number
  /** The partition that the table will get with it, unless it is there. */
  readonly partition?: {
    readonly region: string
    readonly database: string
    readonly table: string
    readonly input: PartitionInput
  }
}

/** Set to `false`, a table is its files and nothing else. */
const hotTailProperty = 'boathouse.hot-tail'

export function isHotTailOff(properties: Readonly<Record<string, string>> = {}): boolean {
  return properties[hotTailProperty]?.toLowerCase() === 'false'
}
