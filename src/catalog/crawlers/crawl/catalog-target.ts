import type { PartitionInput, TableRecord, TableRef } from '#catalog/metastore'
import { parseS3Path, toS3Path } from '../s3-path.ts'
import { count, note } from './counts.ts'
import type { Crawl } from './crawl.ts'
import type { FileSchema } from './file-schema.ts'
import { mergeAlike } from './inference.ts'
import { layoutValues, levelsOf, type LayoutKey } from './partition-layout.ts'
import { columnsOf } from './table-input.ts'
import { foldersWithFiles, readTree, type Folder } from './tree.ts'
import { addColumns, withoutRecordMembers } from './write-table.ts'

const chunk = 500
/** Leaf folders whose files are read to find new columns: the last ones, where new data lies. */
const foldersRead = 20
const filesRead = 3

/**
 * Crawls the data of a table that is there: adds partitions for new folders at the depth of its keys, named
 * `key=value` or by plain values, and new columns when the crawler may update. Nothing else of the table changes.
 */
export async function crawlCatalogTable(
  crawl: Crawl,
  database: string,
  tableName: string,
): Promise<void> {
  const { accountId, region, crawler } = crawl
  const ref: TableRef = { accountId, region, database, table: tableName }
  const table = await crawl.metastore.getTable(ref)
  const path = table.storage?.location
  if (!path) throw new Error(`The table ${database}.${tableName} has no location to crawl.`)
  const location = parseS3Path(path)
  const root = await readTree(crawl.objects, accountId, location, {
    exclusions: [],
    signal: crawl.signal,
  })
  const leaves = [...foldersWithFiles(root)]
  const updated =
    crawler.updateBehavior === 'UPDATE_IN_DATABASE'
      ? await addNewColumns(crawl, ref, leaves)
      : table
  if ((table.partitionKeys?.length ?? 0) === 0) return
  const inputs = toPartitions(crawl, updated, leaves, location)
  for (let at = 0; at < inputs.length; at += chunk) {
    crawl.signal.throwIfAborted()
    const batch = inputs.slice(at, at + chunk)
    const { existing } = await crawl.metastore.addPartitions(ref, batch)
    count(crawl.report, 'partitionsCreated', batch.length - existing.length)
  }
}

function toPartitions(
  crawl: Crawl,
  table: TableRecord,
  leaves: readonly Folder[],
  location: { readonly bucket: string; readonly prefix: string },
): readonly PartitionInput[] {
  const names = table.partitionKeys!.map((key) => key.name.toLowerCase())
  const byValues = new Map<string, PartitionInput>()
  let misplaced = 0
  for (const leaf of leaves) {
    const levels = levelsOf(location.prefix, leaf).slice(0, names.length)
    const keys = matchKeys(names, levels)
    if (!keys) {
      misplaced++
      continue
    }
    // Folders below the last key belong to its partition.
    const prefix = location.prefix + levels.map((level) => `${level}/`).join('')
    const values = layoutValues(keys, levels)
    byValues.set(JSON.stringify(values), {
      values,
      storage: { ...table.storage, location: toS3Path(location.bucket, prefix) },
      parameters: classificationOf(table),
    })
  }
  if (misplaced > 0) {
    note(
      crawl.report,
      `${table.name}: ${misplaced} folders do not fit the partition keys ${names.join(', ')}`,
    )
  }
  return [...byValues.values()]
}

/** How folder levels name these keys; undefined when they do not. */
function matchKeys(
  names: readonly string[],
  levels: readonly string[],
): readonly LayoutKey[] | undefined {
  if (levels.length !== names.length) return undefined
  const keys: LayoutKey[] = []
  for (const [index, level] of levels.entries()) {
    const name = names[index]!
    const at = level.indexOf('=')
    const hive = at > 0 && level.slice(0, at).toLowerCase() === name
    if (at > 0 && !hive) return undefined
    keys.push({ name, hive })
  }
  return keys
}

function classificationOf(table: TableRecord): Readonly<Record<string, string>> {
  const classification = table.parameters?.['classification']
  return classification === undefined ? {} : { classification }
}

async function addNewColumns(
  crawl: Crawl,
  ref: TableRef,
  leaves: readonly Folder[],
): Promise<TableRecord> {
  const table = await crawl.metastore.getTable(ref)
  const schema = await latestSchema(crawl, leaves)
  if (!schema) return table
  const expected = table.parameters?.['classification']
  if (expected !== undefined && expected !== schema.classification) {
    note(crawl.report, `${ref.table}: the data is ${schema.classification}, not ${expected}`)
    return table
  }
  const keys = (table.partitionKeys ?? []).map((key) => key.name.toLowerCase())
  const before = table.storage?.columns ?? []
  const columns = addColumns(before, columnsOf(schema, keys))
  // Columns of a text file without a header have no names of their own.
  if (columns.length === before.length || schema.form.format === 'csv') return table
  const changed = { ...withoutRecordMembers(table), storage: { ...table.storage, columns } }
  await crawl.metastore.updateTable(ref, changed, { versionId: table.versionId })
  count(crawl.report, 'tablesUpdated')
  return crawl.metastore.getTable(ref)
}

async function latestSchema(
  crawl: Crawl,
  leaves: readonly Folder[],
): Promise<FileSchema | undefined> {
  const files = leaves.slice(-foldersRead).flatMap((leaf) => leaf.files.slice(-filesRead))
  const schemas = await crawl.inference.read(files)
  return mergeAlike([...schemas.values()], { onlyForm: true })
}
