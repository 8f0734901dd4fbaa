import type { PartitionInput } from '#catalog/metastore'

/** A table whose rows are asked for, and where it lies. */
export interface HotTable {
  readonly accountId: string
  readonly region: string
  readonly database: string
  readonly table: string
  readonly bucket: string
  readonly prefix: string
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
}

export interface HotCut extends AsyncDisposable {
  /** True when the files that were listed since the cut was begun end where its tail begins. To be asked once. */
  settle(): Promise<boolean>
  /** The tail, as the objects that it will be. Their files stay until the cut is disposed of. */
  objects(signal: AbortSignal): Promise<readonly HotObject[]>
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
export const hotTailProperty = 'boathouse.hot-tail'
