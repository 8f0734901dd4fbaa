import { isLakeError } from '#kit'
import type { DatabaseRef, TableRecord } from '#catalog/metastore'
import { compileGlob } from '../exclusions.ts'
import { parseS3Path, toS3Path } from '../s3-path.ts'
import type { IcebergTarget } from '../crawlers.ts'
import { count, note } from './counts.ts'
import type { Crawl } from './crawl.ts'
import { ensureDatabase } from './s3-target.ts'
import { distinctName, tableName } from './table-name.ts'
import { readTree, type Folder } from './tree.ts'
import { sameLocation } from './write-table.ts'

/** A table's folder, and the newest of its metadata files. */
interface FoundTable {
  readonly folder: Folder
  readonly metadataKey: string
}

const pageSize = 1_000
const depthDefault = 20
const createdBy = 'AWS-Crawler'

/**
 * Takes the Iceberg tables under each path into the catalog as their newest metadata files have them. A table that
 * others commit to through the catalog is left alone: there the catalog is right, not the folder.
 * https://docs.aws.amazon.com/glue/latest/dg/crawler-data-stores.html
 */
export async function crawlIcebergTargets(crawl: Crawl): Promise<void> {
  const { accountId, region, crawler } = crawl
  const ref: DatabaseRef = { accountId, region, database: crawler.database! }
  await ensureDatabase(crawl, ref)
  for (const target of crawler.icebergTargets ?? []) {
    for (const path of target.paths) await crawlPath(crawl, ref, target, path)
  }
}

async function crawlPath(
  crawl: Crawl,
  ref: DatabaseRef,
  target: IcebergTarget,
  path: string,
): Promise<void> {
  const location = parseS3Path(path)
  const exclusions = (target.exclusions ?? []).map(compileGlob)
  const { accountId, objects, signal } = crawl
  const root = await readTree(objects, accountId, location, { exclusions, signal })
  const folders = [...tableFolders(root, target.depthMax ?? depthDefault)]
  if (folders.length === 0) note(crawl.report, `${path}: no Iceberg metadata was found`)
  for (const folder of folders) {
    signal.throwIfAborted()
    const metadataKey = await newestMetadata(crawl, location.bucket, folder)
    if (metadataKey === undefined) continue
    try {
      await takeIn(crawl, ref, location.bucket, { folder, metadataKey })
    } catch (error) {
      if (!isLakeError(error)) throw error
      count(crawl.report, 'filesSkipped')
      note(crawl.report, `${toS3Path(location.bucket, metadataKey)}: ${error.message}`)
    }
  }
}

/** Folders that have a folder named `metadata`, at most so deep. */
function* tableFolders(folder: Folder, depth: number): Generator<Folder> {
  if (folder.children.get('metadata')?.fileCount) yield folder
  if (depth === 0) return
  for (const child of folder.children.values()) yield* tableFolders(child, depth - 1)
}

/** `00012-<uuid>.metadata.json`, or `v12.metadata.json` of a Hadoop catalog; compressed ones too. */
const metadataName = /^v?(\d+)(?:-[^/]*)?(?:\.gz)?\.metadata\.json(?:\.gz)?$/

async function newestMetadata(
  { objects, accountId, signal }: Crawl,
  bucket: string,
  folder: Folder,
): Promise<string | undefined> {
  const prefix = `${folder.path}metadata/`
  let newest: { readonly version: number; readonly key: string } | undefined
  let after: string | undefined
  do {
    signal.throwIfAborted()
    const page = await objects.list({ accountId, bucket, prefix, after, limit: pageSize })
    for (const { key } of page.objects) {
      const version = versionOf(key)
      if (version !== undefined && (!newest || version >= newest.version)) newest = { version, key }
    }
    after = page.next
  } while (after !== undefined)
  return newest?.key
}

function versionOf(key: string): number | undefined {
  const match = metadataName.exec(key.slice(key.lastIndexOf('/') + 1))
  return match ? Number(match[1]) : undefined
}

async function takeIn(
  crawl: Crawl,
  ref: DatabaseRef,
  bucket: string,
  { folder, metadataKey }: FoundTable,
): Promise<void> {
  const { crawler, report, tables, metastore } = crawl
  const location = toS3Path(bucket, folder.path)
  const metadataLocation = toS3Path(bucket, metadataKey)
  const name = tableName(crawler.tablePrefix, folder.name)
  const { table, existing } = await findTable(crawl, ref, name, location)
  if (existing) {
    const known = existing.parameters?.['metadata_location']
    if (known === metadataLocation) return
    if (existing.parameters?.['UPDATED_BY_CRAWLER'] !== crawler.name) {
      return note(report, `${table}: it is not this crawler's, and was left alone`)
    }
    if ((versionOf(known ?? '') ?? -1) >= versionOf(metadataKey)!) return
    if (crawler.updateBehavior === 'LOG') {
      return note(report, `${table}: it has changed; the crawler only logs changes`)
    }
  }
  const tableRef = { ...ref, table }
  await tables.register(tableRef, metadataLocation, {
    overwrite: existing !== undefined,
    createdBy,
  })
  await metastore.updateTable(
    tableRef,
    ({
      database: _d,
      createTimeMs: _c,
      updateTimeMs: _u,
      createdBy: _b,
      versionId: _v,
      ...now
    }) => ({
      ...now,
      parameters: { ...now.parameters, UPDATED_BY_CRAWLER: crawler.name },
    }),
    { skipArchive: true },
  )
  count(report, existing ? 'tablesUpdated' : 'tablesCreated')
}

async function findTable(
  crawl: Crawl,
  ref: DatabaseRef,
  name: string,
  location: string,
): Promise<{ readonly table: string; readonly existing: TableRecord | undefined }> {
  for (const table of [name, distinctName(name, location)]) {
    const existing = await crawl.metastore.getTable({ ...ref, table }).catch((error: unknown) => {
      if (isLakeError(error, 'TableNotFound')) return undefined
      throw error
    })
    if (!existing || sameLocation(existing.storage?.location, location)) return { table, existing }
  }
  throw new Error(`The name ${name} is taken by tables that lie elsewhere than ${location}.`)
}
