import type { PartitionInput, TableRecord } from '#catalog/metastore'
import { toS3Path } from '../s3-path.ts'
import { count } from './counts.ts'
import type { Crawl } from './crawl.ts'
import type { Group, Leaf } from './grouping.ts'
import { layoutValues, levelsOf, type LayoutKey } from './partition-layout.ts'
import { columnsOf, crawlerParameters, storageOf } from './table-input.ts'
import { sameColumns, sameLocation, type WriteContext } from './write-table.ts'

interface PartitionContext extends WriteContext {
  readonly table: TableRecord
  readonly group: Group
  readonly keys: readonly LayoutKey[]
}

/** Partitions written in one transaction. */
const chunk = 500

/** Adds the partitions that are new, and brings those whose schema or place has changed up to date. */
export async function writePartitions(crawl: Crawl, context: PartitionContext): Promise<void> {
  const { table, group } = context
  const ref = { ...context.ref, table: table.name }
  for (let at = 0; at < group.leaves.length; at += chunk) {
    crawl.signal.throwIfAborted()
    const inputs = group.leaves
      .slice(at, at + chunk)
      .map((leaf) => toPartition(crawl, context, leaf))
    const { existing } = await crawl.metastore.addPartitions(ref, inputs)
    count(crawl.report, 'partitionsCreated', inputs.length - existing.length)
    if (existing.length > 0 && updates(crawl)) await update(crawl, context, inputs, existing)
  }
}

function updates({ crawler }: Crawl): boolean {
  return (
    crawler.updateBehavior === 'UPDATE_IN_DATABASE' &&
    crawler.recrawlBehavior !== 'CRAWL_NEW_FOLDERS_ONLY'
  )
}

async function update(
  crawl: Crawl,
  context: PartitionContext,
  inputs: readonly PartitionInput[],
  existing: readonly (readonly string[])[],
): Promise<void> {
  const ref = { ...context.ref, table: context.table.name }
  const byValues = new Map(inputs.map((input) => [JSON.stringify(input.values), input]))
  for (const record of await crawl.metastore.getPartitions(ref, existing)) {
    const input = byValues.get(JSON.stringify(record.values))
    if (!input) continue
    const same =
      sameColumns(record.storage?.columns ?? [], input.storage!.columns!) &&
      sameLocation(record.storage?.location, input.storage!.location!) &&
      record.parameters?.['DEPRECATED_BY_CRAWLER'] === undefined
    if (same) continue
    await crawl.metastore.updatePartition(ref, record.values, input)
    count(crawl.report, 'partitionsUpdated')
  }
}

function toPartition(crawl: Crawl, context: PartitionContext, leaf: Leaf): PartitionInput {
  const { table, group, keys, bucket, exclusions } = context
  const schema = leaf.schema ?? group.schema
  const location = toS3Path(bucket, leaf.folder.path)
  const { fileCount: objectCount, sizeBytes } = leaf.folder
  const facts = { objectCount, sizeBytes, exclusions }
  const parameters = crawlerParameters(crawl.crawler.name, schema, facts)
  const inherits = crawl.configuration.inheritFromTable || !leaf.schema
  const names = keys.map((key) => key.name)
  const storage = inherits
    ? { ...table.storage, location, parameters }
    : storageOf(schema, location, columnsOf(schema, names), parameters)
  return {
    values: layoutValues(keys, levelsOf(group.folder.path, leaf.folder)),
    storage,
    parameters,
  }
}
