import { join } from 'node:path'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createObjectStore, type ObjectStore } from '#storage/objects'
import {
  accountId,
  bucketOf,
  lanes,
  migrations,
  type Model,
  type Version,
} from './objects-model.ts'

export interface OpenStore extends AsyncDisposable {
  readonly database: Database
  readonly store: ObjectStore
}

/** The store of a folder, with a bucket for each lane that tells of everything that is made in it. */
export async function openStore(folder: string): Promise<OpenStore> {
  const log = silentLogger()
  const database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
  const own = { database, folder: join(folder, 'objects'), clock: systemClock, log }
  const store = await createObjectStore(own)
  for (let lane = 0; lane < lanes; lane++) {
    const bucket = bucketOf(lane)
    if (await store.buckets.find(bucket)) continue
    await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
    const rule = { Id: 'all', LambdaFunctionArn: 'arn', Events: ['s3:ObjectCreated:*'] }
    await store.settings.put(
      { accountId, bucket, name: 'notification' },
      JSON.stringify({ LambdaFunctionConfigurations: [rule] }),
    )
  }
  return {
    database,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close()
      await database.close()
    },
  }
}

/** What a bucket really holds, as its rows say. */
export async function readModel(store: ObjectStore, lane: number): Promise<Model> {
  const bucket = bucketOf(lane)
  const { versioning } = await store.buckets.get(accountId, bucket)
  const page = { accountId, bucket, prefix: '', limit: 10_000 }
  const { entries, truncated } = await store.listVersions(page)
  if (truncated) throw new Error(`${bucket} has too many versions for one page`)
  const versions = new Map<string, Version[]>()
  for (const { row } of entries) {
    const { key, version_id: versionId, delete_marker: marker, user_metadata: metadata } = row!
    const number = marker === 1 ? undefined : Number((JSON.parse(metadata!) as Metadata).number)
    const tag = row!.tags === null ? '' : (JSON.parse(row!.tags) as { tag: string }).tag
    versions.set(key, [...(versions.get(key) ?? []), { versionId, number, tag }])
  }
  return { versioning, versions }
}

interface Metadata {
  readonly number: string
}
