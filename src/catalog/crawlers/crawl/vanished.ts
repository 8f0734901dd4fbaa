import type { DatabaseRef, PartitionRecord, TableRecord, TableRef } from '#catalog/metastore'
import { count, note } from './counts.ts'
import type { Crawl } from './crawl.ts'
import { findFolder, type Folder } from './tree.ts'
import { withoutRecordMembers } from './write-table.ts'

/**
 * Applies the delete behavior to this crawler's tables and partitions below a target whose data is gone.
 * What cannot be read is not gone.
 */
export async function removeVanished(
  crawl: Crawl,
  ref: DatabaseRef,
  bucket: string,
  root: Folder,
): Promise<void> {
  if (crawl.crawler.recrawlBehavior === 'CRAWL_NEW_FOLDERS_ONLY') return
  const target = `s3://${bucket}/${root.path}`
  let nextToken: string | undefined
  do {
    const page = await crawl.metastore.listTables(ref, { limit: 100, nextToken })
    for (const table of page.items) {
      crawl.signal.throwIfAborted()
      const isOurs = table.parameters?.['UPDATED_BY_CRAWLER'] === crawl.crawler.name
      const path = pathBelow(target, root, table.storage?.location)
      if (!isOurs || path === undefined) continue
      const tableRef: TableRef = { ...ref, table: table.name }
      if (!isThere(root, path)) await removeTable(crawl, tableRef, table)
      else if (table.partitionKeys?.length) await removePartitions(crawl, tableRef, target, root)
    }
    nextToken = page.nextToken
  } while (nextToken)
}

/** The key prefix of a location within a target. */
function pathBelow(target: string, root: Folder, location: string | undefined): string | undefined {
  if (!location?.startsWith(target)) return undefined
  return root.path + location.slice(target.length)
}

function isThere(root: Folder, path: string): boolean {
  if (path === '' || path.endsWith('/')) return findFolder(root, path) !== undefined
  const folder = findFolder(root, path.slice(0, path.lastIndexOf('/') + 1))
  // More files than are remembered: it cannot be known to be gone.
  if (folder && folder.fileCount > folder.files.length) return true
  return folder?.files.some((file) => file.key === path) ?? false
}

async function removeTable(crawl: Crawl, ref: TableRef, table: TableRecord): Promise<void> {
  switch (crawl.crawler.deleteBehavior) {
    case 'LOG':
      return note(crawl.report, `${ref.table}: its data is gone; the crawler only logs deletions`)
    case 'DELETE_FROM_DATABASE':
      await crawl.metastore.deleteTable(ref)
      return count(crawl.report, 'tablesDeleted')
    case 'DEPRECATE_IN_DATABASE': {
      if (table.parameters?.['DEPRECATED_BY_CRAWLER'] !== undefined) return
      const parameters = { ...table.parameters, DEPRECATED_BY_CRAWLER: crawl.crawler.name }
      await crawl.metastore.updateTable(ref, { ...withoutRecordMembers(table), parameters })
      return count(crawl.report, 'tablesDeleted')
    }
  }
}

async function removePartitions(
  crawl: Crawl,
  ref: TableRef,
  target: string,
  root: Folder,
): Promise<void> {
  let nextToken: string | undefined
  do {
    const page = await crawl.metastore.listPartitions(ref, { limit: 1000, nextToken })
    const gone = page.items.filter((partition) => {
      const path = pathBelow(target, root, partition.storage?.location)
      return path !== undefined && !isThere(root, path.endsWith('/') ? path : `${path}/`)
    })
    if (gone.length > 0) await removeGone(crawl, ref, gone)
    nextToken = page.nextToken
    crawl.signal.throwIfAborted()
  } while (nextToken)
}

async function removeGone(
  crawl: Crawl,
  ref: TableRef,
  gone: readonly PartitionRecord[],
): Promise<void> {
  if (crawl.crawler.deleteBehavior === 'LOG') {
    return note(crawl.report, `${ref.table}: the data of ${gone.length} partitions is gone`)
  }
  if (crawl.crawler.deleteBehavior === 'DELETE_FROM_DATABASE') {
    await crawl.metastore.deletePartitions(
      ref,
      gone.map((partition) => partition.values),
    )
    return count(crawl.report, 'partitionsDeleted', gone.length)
  }
  for (const { createTimeMs: _, ...partition } of gone) {
    if (partition.parameters?.['DEPRECATED_BY_CRAWLER'] !== undefined) continue
    const parameters = { ...partition.parameters, DEPRECATED_BY_CRAWLER: crawl.crawler.name }
    await crawl.metastore.updatePartition(ref, partition.values, { ...partition, parameters })
    count(crawl.report, 'partitionsDeleted')
  }
}
