import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetastore, migrations as catalogMigrations } from '#catalog/metastore'
import { ManifestCache, createIcebergTables, createTableFiles } from '#catalog/tables'
import {
  LogKeys,
  type KmsKeys,
  createStreams,
  migrations as streamMigrations,
  openDiskStreamLog,
} from '#ingestion/streams'
import { ManualClock, collect, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createBackground } from '#platform/jobs'
import { createDuckdbEngine } from '#processing/engine'
import { createObjectStore, migrations as objectMigrations } from '#storage/objects'
import { poll } from '#test/harness'
import { createDelivery } from './create-delivery.ts'
import type { DeliveryOptions } from './delivery.ts'
import { migrations } from './migrations.ts'
import type { DeliverySettings, S3Target } from './records.ts'

export const scope = { accountId: '123456789012', region: 'us-east-1' }

/** All the real parts, on a folder of their own. */
export async function inLake(
  own: Partial<DeliveryOptions>,
  work: (lake: Awaited<ReturnType<typeof openLake>>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-delivery-'))
  try {
    await using opened = new AsyncDisposableStack()
    await work(await openLake(folder, opened, own))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** No log is sealed here. */
const noKms: KmsKeys = {
  arnOf: () => Promise.reject(new Error('no keys')),
  seal: () => Promise.reject(new Error('no keys')),
  unseal: () => Promise.reject(new Error('no keys')),
}

export async function openLake(
  folder: string,
  opened: AsyncDisposableStack,
  own: Partial<DeliveryOptions>,
) {
  const clock = new ManualClock(Date.UTC(2025, 0, 2, 3, 4, 5))
  const log = silentLogger()
  const database = opened.use(
    await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations: [...objectMigrations, ...streamMigrations, ...catalogMigrations, ...migrations],
      log,
    }),
  )
  const objects = opened.use(
    await createObjectStore({ database, folder: join(folder, 'objects'), clock, log }),
  )
  await objects.buckets.create({ ...scope, name: 'delivered' }).catch(() => undefined)
  const streamLog = opened.use(
    await openDiskStreamLog({ folder: join(folder, 'log'), clock, segmentBytes: 4096 }),
  )
  const streams = await createStreams({ database, log: streamLog, clock })
  const engine = opened.use(createDuckdbEngine({ folder: join(folder, 'engine'), log }))
  const background = opened.use(createBackground(log))
  const metastore = createMetastore({ database, clock })
  const tableFiles = createTableFiles(objects)
  let looks = 0
  const find: typeof streams.find = (...asked) => {
    looks += 1
    return streams.find(...asked)
  }
  const delivery = await createDelivery({
    database,
    log: streamLog,
    logKeys: await LogKeys.open({ database, kms: noKms, clock }),
    streams: { find },
    objects,
    metastore,
    tables: createIcebergTables({
      database,
      metastore,
      objects,
      files: tableFiles,
      manifests: new ManifestCache(tableFiles),
      clock,
      log,
    }),
    engine,
    logs: { append: async () => true, record: async () => {} },
    clock,
    unseal: (text) => text,
    background,
    logger: log,
    roles: { assume: async () => ({ permits: async () => true }) },
    functions: { call: async () => ({ code: 'Lambda.ResourceNotFound', message: 'none' }) },
    ...own,
  })
  const keys = async () => {
    const page = await objects.list({
      accountId: scope.accountId,
      bucket: 'delivered',
      prefix: '',
      limit: 100,
    })
    return page.objects.map(({ key }) => key)
  }
  const text = async (key: string) => {
    const body = await objects.read({ accountId: scope.accountId, bucket: 'delivered', key })
    return (await collect(body, 1 << 20)).toString()
  }
  return {
    clock,
    database,
    metastore,
    streams,
    delivery,
    streamLog,
    keys,
    text,
    looks: () => looks,
  }
}

export function settings(bufferMs: number): DeliverySettings & { readonly target: S3Target } {
  return {
    target: {
      kind: 's3',
      bucket: 'delivered',
      roleArn: 'arn:aws:iam::123456789012:role/any',
      prefix: 'p/',
      errorPrefix: undefined,
      bufferBytes: 1 << 20,
      bufferMs,
      compression: 'UNCOMPRESSED',
      timeZone: 'UTC',
      delimiter: ' ',
    },
  }
}

export const bare = { description: {}, encryption: {}, tags: {} }

export function until<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  return poll('what a delivery does', ask, { intervalMs: 10 })
}
