import type { PlannedDeletes, PlannedFile } from '#catalog/tables'
import type { HotFile, HotRows } from '../hot-tails.ts'

/** Planned files, and where those of them lie that the table does not have yet. */
export interface HotPlan {
  readonly files: readonly PlannedFile[]
  /** Local path by location. */
  readonly local: ReadonlyMap<string, string>
}

/** Later than every snapshot. */
const sequenceOf = (place: number) => 2 ** 50 + place

/**
 * Adds rows that are to be delivered to a table's planned files. What they delete is rows of the table, and of those that come before
 * them. Their keys hold the columns that the table is partitioned by, so a delete applies to every file: it finds no row in other partitions.
 */
export function withHotRows(
  planned: readonly PlannedFile[],
  hot: readonly HotRows[],
  folder: string,
): HotPlan {
  const local = new Map<string, string>()
  const contentOf = (file: HotFile, rows: HotRows, isDelete: boolean): PlannedFile['file'] => {
    const path = `${folder}/hot-${file.id}.parquet`
    local.set(path, file.path)
    return {
      content: isDelete ? 'equality-deletes' : 'data',
      path,
      format: 'parquet',
      specId: rows.specId,
      partition: [],
      recordCount: file.recordCount,
      sizeBytes: file.sizeBytes,
      metrics: nothingKnown,
      splitOffsets: undefined,
      equalityIds: isDelete ? rows.equalityIds : undefined,
      sortOrderId: undefined,
      firstRowId: undefined,
      referencedDataFile: undefined,
      contentOffset: undefined,
      contentSizeBytes: undefined,
    }
  }
  const deletes: readonly (readonly PlannedDeletes[])[] = hot.map((rows, place) =>
    rows.deletes.map((file) => ({
      file: contentOf(file, rows, true),
      sequenceNumber: sequenceOf(place),
    })),
  )
  const files = planned.map((each) => ({ ...each, deletes: [...each.deletes, ...deletes.flat()] }))
  for (const [place, rows] of hot.entries()) {
    for (const file of rows.data) {
      files.push({
        file: contentOf(file, rows, false),
        sequenceNumber: sequenceOf(place),
        deletes: deletes.slice(place + 1).flat(),
      })
    }
  }
  return { files, local }
}

const nothingKnown = {
  columnSizes: new Map<number, number>(),
  valueCounts: new Map<number, number>(),
  nullCounts: new Map<number, number>(),
  nanCounts: new Map<number, number>(),
  lowerBounds: new Map<number, Buffer>(),
  upperBounds: new Map<number, Buffer>(),
}
