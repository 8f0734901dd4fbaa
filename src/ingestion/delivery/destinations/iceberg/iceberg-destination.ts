import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  dataFolder,
  parseLocation,
  type IcebergTables,
  type LoadedTable,
  type NewFile,
  type StructField,
  type TableChange,
} from '#catalog/tables'
import { isLakeError } from '#kit'
import type { Database } from '#platform/database'
import type { QueryEngine } from '#processing/engine'
import type { WrittenFile } from '#processing/iceberg'
import type { Objects, StagedBlob } from '#storage/objects'
import { batchUuid } from '../../batch.ts'
import type { FailedRecord, RecordSet } from '../../delivery-record.ts'
import { deliveryArn, type IcebergTarget } from '../../records.ts'
import type { Destination, StageInput } from '../destination.ts'
import { groupRecords } from '../grouping.ts'
import { operationOf, parseRoute, routeKeys, type Route } from './routing.ts'
import { UnwritableTable, keyFields } from './table-shape.ts'
import { writeRows } from './write-rows.ts'

export interface IcebergDestinationParts {
  readonly database: Database
  readonly objects: Objects
  readonly tables: IcebergTables
  readonly engine: QueryEngine
}

/**
 * Tables of the catalog. Files are staged first; then one transaction gives them their names, swaps the pointers of all tables of the batch
 * and moves the checkpoints.
 */
export function icebergDestination(
  parts: IcebergDestinationParts,
  target: IcebergTarget,
): Destination {
  return {
    stage: async (input) => {
      const grouped = await groupRecords(input.records, routeKeys(target), {
        ...input,
        fail: (failed) => input.fail(failed.map(asIceberg)),
      })
      const staged: StagedBlob[] = []
      const discard = async () => {
        await Promise.all(staged.map((blob) => parts.objects.discard(blob)))
      }
      try {
        const changes: TableChange[] = []
        for (const group of grouped.groups) {
          const records = grouped.recordsOf(group)
          const write = { parts, target, input, records, number: changes.length, staged }
          const change = await changeOf(write, parseRoute(group.key))
          if (change) changes.push(change)
        }
        return {
          commit: async (checkpoints) => {
            if (changes.length === 0) return parts.database.transaction(checkpoints)
            const by = deliveryArn(input.batch.stream)
            await parts.tables.commitAll(changes, by, { onCommit: (tx) => checkpoints(tx) })
          },
          discard,
        }
      } catch (error) {
        await discard()
        throw error
      }
    },
  }
}

interface TableWrite {
  readonly parts: IcebergDestinationParts
  readonly target: IcebergTarget
  readonly input: StageInput
  readonly records: RecordSet
  /** Of the table in the batch. */
  readonly number: number
  /** Takes what was staged. */
  readonly staged: StagedBlob[]
}

/** What the records of one table do to it; undefined when none of them fits. */
async function changeOf(write: TableWrite, route: Route): Promise<TableChange | undefined> {
  const { parts, target, input, records } = write
  const { accountId } = input.batch.stream
  const ref = { accountId, region: target.region, ...route }
  const loaded = await loadOrFail(write, ref)
  if (!loaded) return undefined
  const { metadata } = loaded
  try {
    const keys = await keysOf(write, route, loaded)
    const folder = join(await input.folder(), `table-${write.number}`)
    await mkdir(folder)
    const { engine } = parts
    const { signal } = input
    const written = await writeRows({ metadata, records, keys, engine, folder, signal })
    if (written.bad.size > 0) {
      await failRecords(write, (index) => {
        const bad = written.bad.get(index)
        return bad && { code: 'Iceberg.InvalidRecord', message: bad.message }
      })
    }
    const name = (kind: string) => `${batchUuid(input.batch)}-${write.number}-${kind}`
    const added = await stageFiles(write, loaded, written.data, name('data'))
    const deletes = (await stageFiles(write, loaded, written.deletes, name('deletes'))).map(
      (file): NewFile => ({
        ...file,
        content: 'equality-deletes',
        equalityIds: keys?.map(({ id }) => id) ?? [],
      }),
    )
    if (added.length === 0 && deletes.length === 0) return undefined
    const current = metadata['current-snapshot-id']
    return {
      ref,
      requirements: [],
      updates: [],
      snapshot: {
        change:
          deletes.length > 0 ? { kind: 'row-delta', added, deletes } : { kind: 'append', added },
        baseSnapshotId: current === undefined || current === null ? undefined : BigInt(current),
        isolation: 'snapshot',
      },
    }
  } catch (error) {
    if (!(error instanceof UnwritableTable)) throw error
    const { message } = error
    await failRecords(write, () => ({ code: 'Iceberg.UnsupportedTable', message }))
    return undefined
  }
}

async function loadOrFail(
  write: TableWrite,
  ref: Parameters<IcebergTables['load']>[0],
): Promise<LoadedTable | undefined> {
  try {
    return await write.parts.tables.load(ref)
  } catch (error) {
    if (!isLakeError(error)) throw error
    const isMissing = ['TableNotFound', 'DatabaseNotFound', 'NotAnIcebergTable'].includes(
      error.code,
    )
    if (!isMissing) throw error
    const { message } = error
    await failRecords(write, () => ({ code: 'Iceberg.NoSuchTable', message }))
    return undefined
  }
}

/** By what the records update and delete; undefined when they only insert. Throws `UnwritableTable`. */
async function keysOf(
  { target, records, input }: TableWrite,
  { database, table }: Route,
  { metadata }: LoadedTable,
): Promise<readonly StructField[] | undefined> {
  let inserts = true
  for await (const page of records.pages(input.signal)) {
    inserts &&= page.every((record) => operationOf(record) === 'insert')
  }
  if (inserts) return undefined
  const own = target.tables.find(
    (each) => each.database.toLowerCase() === database && each.table.toLowerCase() === table,
  )
  return keyFields(metadata, own?.uniqueKeys ?? [])
}

async function stageFiles(
  { parts, input, staged }: TableWrite,
  { metadata }: LoadedTable,
  files: readonly WrittenFile[],
  name: string,
): Promise<readonly NewFile[]> {
  const { accountId } = input.batch.stream
  const made: NewFile[] = []
  for (const [index, { path, file }] of files.entries()) {
    const location = `${dataFolder(metadata)}/${name}-${index}.parquet`
    const blob = await parts.objects.stageFile(path, { accountId, ...parseLocation(location) })
    staged.push(blob)
    made.push({ ...file, location, blob })
  }
  return made
}

async function failRecords(
  { records, input }: TableWrite,
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
