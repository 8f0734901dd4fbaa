import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createStreams,
  migrations as streamMigrations,
  openDiskStreamLog,
  type Streams,
} from '#ingestion/streams'
import { silentLogger, systemClock, type Clock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createBackground } from '#platform/jobs'
import type { InvokeInput, Invoked } from '../invoke.ts'
import { functionMeter } from '../measure.ts'
import { migrations } from '../migrations.ts'
import { tablesOf } from '../tables.ts'
import { mappingFilters } from './filters.ts'
import type { MappingSettings } from './mapping.ts'
import { createMappings } from './mappings.ts'

export const scope = { accountId: '123456789012', region: 'us-east-1' }
const place = { account_id: scope.accountId, region: scope.region, name: 'f' }
export const shardId = 'shardId-000000000000'
const settings: MappingSettings = {
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  enabled: true,
  batchSize: 10,
  windowMs: 0,
  parallelization: 1,
  bisects: false,
  retriesMax: -1,
  ageSecondsMax: -1,
  reportsFailures: false,
  tags: {},
}

/** What JSON holds, for tests that say what they expect of it. */
type Json = ReturnType<JSON['parse']>

/** Texts of the records that a call brings. */
function textsOf({ payload }: InvokeInput): readonly string[] {
  const event = JSON.parse(Buffer.from(payload).toString()) as {
    readonly Records: readonly { readonly kinesis: { readonly data: string } }[]
  }
  return event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())
}

const taken: Omit<Invoked, 'payload'> = {
  requestId: 'r',
  executedVersion: '$LATEST',
  logTail: '',
  durationMs: 1,
}

/** What the function answers, unless it is null. */
type Call = (texts: readonly string[], input: InvokeInput) => Promise<unknown>

interface LakeOptions {
  /** May stand before the streams' own. */
  readonly find?: (real: Streams['find']) => Streams['find']
  readonly clock?: Clock
}

/** A stream, a function that is `call`, and mappings; `news` is what buckets were told. */
export async function inLake(
  call: Call,
  work: (lake: Awaited<ReturnType<typeof openLake>>) => Promise<void>,
  options: LakeOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-mappings-'))
  try {
    await using opened = new AsyncDisposableStack()
    await work(await openLake(folder, opened, call, options))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function openLake(
  folder: string,
  opened: AsyncDisposableStack,
  call: Call,
  { find = (real) => real, clock = systemClock }: LakeOptions,
) {
  const log = silentLogger()
  const path = join(folder, 'lake.db')
  const all = [...streamMigrations, ...migrations]
  const database = opened.use(await openSqliteDatabase({ path, migrations: all, log }))
  const streamLog = opened.use(await openDiskStreamLog({ folder: join(folder, 'log'), clock }))
  const streams = await createStreams({ database, log: streamLog, clock })
  const { arn } = await streams.create(scope, { name: 's', mode: 'PROVISIONED', shardCount: 1 })
  const background = opened.use(createBackground(log))
  await database.transaction(async (tx) => {
    const db = tablesOf(tx)
    const row = { id: 'id', created_ms: 0, next_version: 1, reserved_concurrency: null, tags: '{}' }
    await db
      .insertInto('functions_functions')
      .values({ ...place, ...row })
      .execute()
    const version = { function_id: 'id', version: '$LATEST', number: 0, revision_id: 'r' }
    const config = JSON.stringify({ settings: { roleArn: 'role' } })
    await db
      .insertInto('functions_versions')
      .values({ ...place, ...version, config, modified_ms: 0 })
      .execute()
  })
  const news: Json[] = []
  const mappings = await createMappings({
    database,
    clock,
    log,
    background,
    streams: { find: find(streams.find), consumers: streams.consumers },
    streamLog,
    invoke: async (input) => {
      const answer = (await call(textsOf(input), input)) ?? null
      return { ...taken, payload: Buffer.from(JSON.stringify(answer)) }
    },
    meter: functionMeter(() => {}),
    destinations: {
      assumeRole: async () => ({ permits: async () => true }) as never,
      putObject: async ({ body }) => void news.push(JSON.parse(Buffer.from(body).toString())),
      functionId: async () => undefined,
      nowMs: () => clock.now(),
    },
    filters: mappingFilters({
      seal: async (_key, plain) => plain,
      unseal: async (_key, sealed) => sealed,
      requireUsable: async () => {},
      requireService: async () => {},
    }),
    roleOf: async () => ({ permits: async () => true }) as never,
    mayDecrypt: async () => true,
  })
  const create = (own: Partial<MappingSettings> = {}) =>
    mappings.create(scope, {
      sourceArn: arn,
      starting: { type: 'TRIM_HORIZON' },
      settings: { ...settings, ...own },
    })
  /** Each under its first letter, or all under one key. */
  const put = (texts: readonly string[], key?: string) =>
    streams.put(
      scope,
      { name: 's' },
      texts.map((text) => ({ partitionKey: key ?? text[0]!, data: Buffer.from(text) })),
    )
  return { database, streams, mappings, create, put, news }
}
