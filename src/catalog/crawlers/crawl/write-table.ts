import { isLakeError } from '#kit'
import type { Column, DatabaseRef, TableInput, TableRecord, TableRef } from '#catalog/metastore'
import { toS3Path } from '../s3-path.ts'
import { count, note } from './counts.ts'
import type { Crawl } from './crawl.ts'
import type { Group } from './grouping.ts'
import { layoutKeys, levelsOf, type LayoutKey } from './partition-layout.ts'
import { columnsOf, crawlerParameters, storageOf } from './table-input.ts'
import { distinctName, tableName } from './table-name.ts'
import { writePartitions } from './write-partitions.ts'

export interface WriteContext {
  readonly ref: DatabaseRef
  readonly bucket: string
  readonly exclusions: readonly string[]
}

const owner = 'owner'
const createdBy = 'AWS-Crawler'

/** Makes or updates the table of a group, then its partitions. */
export async function writeTable(crawl: Crawl, context: WriteContext, group: Group): Promise<void> {
  const keys = layoutKeys(
    group.leaves.map((leaf) => levelsOf(group.folder.path, leaf.folder)),
    group.depth,
  )
  const location = toS3Path(context.bucket, group.file?.key ?? group.folder.path)
  const source = group.file ? group.file.key.split('/').at(-1)! : group.folder.name
  const name = tableName(crawl.crawler.tablePrefix, source)
  const { table, existing } = await findTable(crawl, context.ref, name, location)
  const ref: TableRef = { ...context.ref, table }
  const input = toInput(crawl, context, group, { name: table, location, keys })
  if (!existing) {
    await crawl.metastore.createTable(ref, input, createdBy)
    count(crawl.report, 'tablesCreated')
  } else if (!(await update(crawl, ref, existing, input))) return
  if (keys.length === 0) return
  const current = await crawl.metastore.getTable(ref)
  await writePartitions(crawl, { ...context, table: current, group, keys })
}

/** The table of this location, or a name that is free for it. */
async function findTable(
  crawl: Crawl,
  ref: DatabaseRef,
  name: string,
  location: string,
): Promise<{ readonly table: string; readonly existing: TableRecord | undefined }> {
  const distinct = distinctName(name, location)
  for (const table of [name, distinct]) {
    const existing = await tryGet(crawl, { ...ref, table })
    if (!existing || sameLocation(existing.storage?.location, location)) return { table, existing }
  }
  throw new Error(`The tables ${name} and ${distinct} lie elsewhere than ${location}.`)
}

async function tryGet(crawl: Crawl, ref: TableRef): Promise<TableRecord | undefined> {
  try {
    return await crawl.metastore.getTable(ref)
  } catch (error) {
    if (isLakeError(error, 'TableNotFound')) return undefined
    throw error
  }
}

export function sameLocation(a: string | undefined, b: string): boolean {
  return a !== undefined && a.replace(/\/$/, '') === b.replace(/\/$/, '')
}

function toInput(
  crawl: Crawl,
  context: WriteContext,
  group: Group,
  named: {
    readonly name: string
    readonly location: string
    readonly keys: readonly LayoutKey[]
  },
): TableInput {
  const names = named.keys.map((key) => key.name)
  const folders = group.leaves.map((leaf) => leaf.folder)
  const facts = {
    objectCount: group.file ? 1 : folders.reduce((sum, one) => sum + one.fileCount, 0),
    sizeBytes: group.file?.sizeBytes ?? folders.reduce((sum, one) => sum + one.sizeBytes, 0),
    exclusions: context.exclusions,
  }
  const parameters = crawlerParameters(crawl.crawler.name, group.schema, facts)
  const columns = columnsOf(group.schema, names)
  return {
    name: named.name,
    owner,
    retention: 0,
    storage: storageOf(group.schema, named.location, columns, parameters),
    partitionKeys: names.map((name) => ({ name, type: 'string' })),
    tableType: 'EXTERNAL_TABLE',
    parameters,
  }
}

/** False when the table is to be left alone, partitions and all. */
async function update(
  crawl: Crawl,
  ref: TableRef,
  existing: TableRecord,
  found: TableInput,
): Promise<boolean> {
  const { crawler, report, configuration } = crawl
  const keysBefore = existing.partitionKeys?.length ?? 0
  if (keysBefore !== (found.partitionKeys?.length ?? 0)) {
    note(report, `${ref.table}: the folders no longer fit the ${keysBefore} partition keys`)
    return false
  }
  if (crawler.recrawlBehavior === 'CRAWL_NEW_FOLDERS_ONLY') return true
  const before = existing.storage?.columns ?? []
  const columns = configuration.mergeNewColumns
    ? addColumns(before, found.storage!.columns!)
    : found.storage!.columns!
  const changed = !sameColumns(before, columns)
  if (changed && crawler.updateBehavior === 'LOG') {
    note(report, `${ref.table}: the schema has changed; the crawler only logs changes`)
    return true
  }
  const { DEPRECATED_BY_CRAWLER: _, ...kept } = existing.parameters ?? {}
  const merged: TableInput = {
    ...withoutRecordMembers(existing),
    storage: configuration.mergeNewColumns
      ? { ...existing.storage, columns }
      : { ...found.storage, columns, location: existing.storage?.location },
    parameters: { ...kept, ...found.parameters },
  }
  await crawl.metastore.updateTable(ref, merged, {
    skipArchive: !changed,
    versionId: existing.versionId,
  })
  if (changed) count(report, 'tablesUpdated')
  return true
}

export function withoutRecordMembers(record: TableRecord): TableInput {
  const { database: _d, createTimeMs: _c, updateTimeMs: _u, ...rest } = record
  const { createdBy: _b, versionId: _v, ...input } = rest
  return input
}

export function addColumns(before: readonly Column[], found: readonly Column[]): readonly Column[] {
  const names = new Set(before.map((column) => column.name.toLowerCase()))
  return [...before, ...found.filter((column) => !names.has(column.name))]
}

export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return (
    a.length === b.length &&
    a.every((column, index) => column.name === b[index]!.name && column.type === b[index]!.type)
  )
}
