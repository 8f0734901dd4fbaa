import { isLakeError } from '#kit'
import type { DatabaseRef } from '#catalog/metastore'
import { compileGlob } from '../exclusions.ts'
import { parseS3Path } from '../s3-path.ts'
import type { S3Target } from '../crawlers.ts'
import { note } from './counts.ts'
import type { Crawl } from './crawl.ts'
import { groupFolders, type Group } from './grouping.ts'
import { writeTable, type WriteContext } from './write-table.ts'
import { removeVanished } from './vanished.ts'
import { readTree, type Folder } from './tree.ts'

interface Read {
  readonly target: S3Target
  readonly bucket: string
  readonly root: Folder
  readonly groups: readonly Group[]
}

/** Reads every S3 target, then writes the tables that were found and removes what is gone. */
export async function crawlS3Targets(crawl: Crawl): Promise<void> {
  const { accountId, region, crawler, configuration } = crawl
  const ref: DatabaseRef = { accountId, region, database: crawler.database! }
  await ensureDatabase(crawl, ref)
  const reads: Read[] = []
  for (const target of crawler.s3Targets) reads.push(await read(crawl, target))
  const found = reads.reduce((sum, one) => sum + one.groups.length, 0)
  if (configuration.tablesMax !== undefined && found > configuration.tablesMax) {
    throw new Error(
      `The crawl found ${found} tables, more than the table threshold of ${configuration.tablesMax}.`,
    )
  }
  for (const { target, bucket, groups } of reads) {
    const context: WriteContext = { ref, bucket, exclusions: target.exclusions ?? [] }
    for (const group of groups) {
      crawl.signal.throwIfAborted()
      await writeTable(crawl, context, group)
    }
  }
  for (const { bucket, root } of reads) await removeVanished(crawl, ref, bucket, root)
}

async function read(crawl: Crawl, target: S3Target): Promise<Read> {
  const location = parseS3Path(target.path)
  const exclusions = (target.exclusions ?? []).map(compileGlob)
  const root = await readTree(crawl.objects, crawl.accountId, location, {
    exclusions,
    signal: crawl.signal,
  })
  const groups = await groupFolders(root, {
    inference: crawl.inference,
    configuration: crawl.configuration,
    sampleSize: target.sampleSize,
    onNote: (text) => note(crawl.report, `s3://${location.bucket}/${text}`),
  })
  return { target, bucket: location.bucket, root, groups }
}

/** A crawler makes its database when it is not there, as on AWS. */
export async function ensureDatabase(crawl: Crawl, ref: DatabaseRef): Promise<void> {
  try {
    await crawl.metastore.getDatabase(ref)
  } catch (error) {
    if (!isLakeError(error, 'DatabaseNotFound')) throw error
    await crawl.metastore.createDatabase(ref, { name: ref.database })
  }
}
