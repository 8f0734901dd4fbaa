import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { IcebergTables, StructField, TableMetadata } from '#catalog/tables'
import { isLakeError } from '#kit'
import type { QueryEngine } from '#processing/engine'
import type { FailedRecord, RecordSet } from '../../delivery-record.ts'
import type { IcebergTarget } from '../../records.ts'
import type { StageInput } from '../destination.ts'
import { groupRecords } from '../grouping.ts'
import { operationOf, parseRoute, routeKeys, type Route } from './routing.ts'
import { UnwritableTable, keyFields } from './table-shape.ts'
import { writeRows, type WrittenRows } from './write-rows.ts'

export interface TableRowsParts {
  readonly tables: Pick<IcebergTables, 'load'>
  readonly engine: QueryEngine
}

export type TableRowsInput = Pick<
  StageInput,
  'batch' | 'records' | 'fail' | 'folder' | 'signal'
> & {
  readonly target: IcebergTarget
}

/** What the records of a batch do to one table, in files of the batch's folder. */
export interface TableRows extends Pick<WrittenRows, 'data' | 'deletes'> {
  readonly ref: Route & { readonly accountId: string; readonly region: string }
  /** The table as it was found. */
  readonly metadata: TableMetadata
  /** The columns that `deletes` compare. */
  readonly equalityIds: readonly number[]
}

/** Writes the records of a batch as rows, table for table. */
export async function* tableRows(
  parts: TableRowsParts,
  input: TableRowsInput,
): AsyncGenerator<TableRows> {
  const [only, ...others] = input.target.tables
  // Nothing was made of the records, so none of them says where it goes, or that it is no insert.
  if (input.records.raw && only && others.length === 0) {
    const route = { database: only.database.toLowerCase(), table: only.table.toLowerCase() }
    const rows = await rowsOf({ parts, input, records: input.records, number: 0 }, route)
    if (rows && rows.data.length > 0) yield rows
    return
  }
  const grouped = await groupRecords(input.records, routeKeys(input.target), {
    ...input,
    fail: (failed) => input.fail(failed.map(asIceberg)),
  })
  for (const [number, group] of grouped.groups.entries()) {
    const work = { parts, input, records: grouped.recordsOf(group), number }
    const rows = await rowsOf(work, parseRoute(group.key))
    if (rows && rows.data.length + rows.deletes.length > 0) yield rows
  }
}

interface TableWork {
  readonly parts: TableRowsParts
  readonly input: TableRowsInput
  readonly records: RecordSet
  /** Of the table in the batch. */
  readonly number: number
}

/** Undefined when the table takes none of the records. */
async function rowsOf(work: TableWork, route: Route): Promise<TableRows | undefined> {
  const { parts, input, records } = work
  const { accountId } = input.batch.stream
  const ref = { accountId, region: input.target.region, ...route }
  const metadata = await loadOrFail(work, ref)
  if (!metadata) return undefined
  try {
    const keys = await keysOf(work, route, metadata)
    const folder = join(await input.folder(), `table-${work.number}`)
    await mkdir(folder)
    const { engine } = parts
    const { signal } = input
    const written = await writeRows({ metadata, records, keys, engine, folder, signal })
    if (written.bad.size > 0) {
      await failRecords(work, (index) => {
        const bad = written.bad.get(index)
        return bad && { code: 'Iceberg.InvalidRecord', message: bad.message }
      })
    }
    return { ...written, ref, metadata, equalityIds: keys?.map(({ id }) => id) ?? [] }
  } catch (error) {
    if (!(error instanceof UnwritableTable)) throw error
    const { message } = error
    await failRecords(work, () => ({ code: 'Iceberg.UnsupportedTable', message }))
    return undefined
  }
}

async function loadOrFail(
  work: TableWork,
  ref: TableRows['ref'],
): Promise<TableMetadata | undefined> {
  try {
    return (await work.parts.tables.load(ref)).metadata
  } catch (error) {
    if (!isLakeError(error)) throw error
    const isMissing = ['TableNotFound', 'DatabaseNotFound', 'NotAnIcebergTable'].includes(
      error.code,
    )
    if (!isMissing) throw error
    const { message } = error
    await failRecords(work, () => ({ code: 'Iceberg.NoSuchTable', message }))
    return undefined
  }
}

/** By what the records update and delete; undefined when they only insert. Throws `UnwritableTable`. */
async function keysOf(
  { records, input }: TableWork,
  { database, table }: Route,
  metadata: TableMetadata,
): Promise<readonly StructField[] | undefined> {
  if (records.raw) return undefined
  let inserts = true
  for await (const page of records.pages(input.signal)) {
    inserts &&= page.every((record) => operationOf(record) === 'insert')
  }
  if (inserts) return undefined
  const own = input.target.tables.find(
    (each) => each.database.toLowerCase() === database && each.table.toLowerCase() === table,
  )
  return keyFields(metadata, own?.uniqueKeys ?? [])
}

async function failRecords(
  { records, input }: TableWork,
  reasonOf: (index: number) => { readonly code: string; readonly message: string } | undefined,
): Promise<void> {
  let index = 0
  for await (const page of records.pages(input.signal)) {
    const failed: FailedRecord[] = []
    for (const record of page) {
      const reason = reasonOf(index)
      if (reason) failed.push({ record, failure: { outputType: 'iceberg-failed', ...reason } })
      index += 1
    }
    if (failed.length > 0) await input.fail(failed)
  }
}

function asIceberg({ record, failure }: FailedRecord): FailedRecord {
  return { record, failure: { ...failure, outputType: 'iceberg-failed' } }
}
