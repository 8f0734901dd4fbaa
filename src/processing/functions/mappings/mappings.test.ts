import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  StreamErrors,
  createStreams,
  migrations as streamMigrations,
  openDiskStreamLog,
  type Streams,
} from '#ingestion/streams'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createBackground } from '#platform/jobs'
import { poll } from '#test/harness'
import { checkPayload, requestBytesMax, type InvokeInput, type Invoked } from '../invoke.ts'
import { functionMeter } from '../measure.ts'
import { migrations } from '../migrations.ts'
import { tablesOf } from '../tables.ts'
import type { MappingSettings } from './mapping.ts'
import { createMappings } from './mappings.ts'

const scope = { accountId: '123456789012', region: 'us-east-1' }
const place = { account_id: scope.accountId, region: scope.region, name: 'f' }
const shardId = 'shardId-000000000000'
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

/** Texts of the records that a call brings. */
function textsOf({ payload }: InvokeInput): readonly string[] {
  const event = JSON.parse(Buffer.from(payload).toString()) as {
    readonly Records: readonly { readonly kinesis: { readonly data: string } }[]
  }
  return event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())
}

const taken: Invoked = {
  requestId: 'r',
  payload: Buffer.from('null'),
  executedVersion: '$LATEST',
  logTail: '',
  durationMs: 1,
}

/** A stream, a function that is `call`, and mappings; `find` may stand before the streams' own. */
async function inLake(
  call: (texts: readonly string[], input: InvokeInput) => Promise<void>,
  work: (lake: Awaited<ReturnType<typeof openLake>>) => Promise<void>,
  find: (real: Streams['find']) => Streams['find'] = (real) => real,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-mappings-'))
  try {
    await using opened = new AsyncDisposableStack()
    await work(await openLake(folder, opened, call, find))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function openLake(
  folder: string,
  opened: AsyncDisposableStack,
  call: (texts: readonly string[], input: InvokeInput) => Promise<void>,
  find: (real: Streams['find']) => Streams['find'],
) {
  const log = silentLogger()
  const clock = systemClock
  const path = join(folder, 'lake.db')
  const all = [...streamMigrations, ...migrations]
  const database = opened.use(await openSqliteDatabase({ path, migrations: all, log }))
  const streamLog = opened.use(await openDiskStreamLog({ folder: join(folder, 'log') }))
  const streams = await createStreams({ database, log: streamLog })
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
  const mappings = await createMappings({
    database,
    clock,
    log,
    background,
    streams: { find: find(streams.find), consumers: streams.consumers },
    streamLog,
    invoke: async (input) => {
      await call(textsOf(input), input)
      return taken
    },
    meter: functionMeter(() => {}),
    destinations: {
      assumeRole: async () => undefined,
      putObject: async () => {},
      functionId: async () => undefined,
      nowMs: () => clock.now(),
    },
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
  return { database, streams, mappings, create, put }
}

test('a shard that cannot be read for a while is not read by two, whatever its lanes were doing', async () => {
  let isBroken = false
  let underWay = 0
  let looks = 0
  const held = Promise.withResolvers<void>()
  const seen: string[] = []
  const call = async (texts: readonly string[]) => {
    underWay += 1
    if (texts.includes('a0')) {
      isBroken = true
      await held.promise
    }
    seen.push(...texts)
    underWay -= 1
  }
  const find = (real: Streams['find']): Streams['find'] => {
    return async (...asked) => {
      looks += 1
      if (isBroken) throw StreamErrors.StreamNotFound('away for a while')
      return real(...asked)
    }
  }
  await inLake(
    call,
    async ({ create, put, mappings }) => {
      const { mapping } = await create({ parallelization: 2, batchSize: 1 })
      // Two keys of different lanes: one is held while the other's lane fails.
      await put(['a0'])
      await poll('the trouble', async () =>
        (await mappings.get(scope, mapping.id)).lastResult.includes('away'),
      )
      isBroken = false
      // It looks at the stream once a second, in which time it would try again.
      const before = looks
      await poll('more looks', () => looks > before + 3)
      assert.equal(underWay, 1)
      held.resolve()
      await put(['a1', 'b1', 'a2', 'b2'])
      await poll('all records', () => seen.length >= 5)
      assert.deepEqual(
        seen.filter((text) => text.startsWith('a')),
        ['a0', 'a1', 'a2'],
      )
      assert.equal(seen.length, 5)
    },
    find,
  )
})

test('of two mappings of a stream to a function that are made at once one is refused', async () => {
  await inLake(
    async () => {},
    async ({ create, mappings }) => {
      const made = await Promise.allSettled([create(), create()])
      const refused = made.filter(({ status }) => status === 'rejected')
      assert.equal(refused.length, 1)
      assert.ok(isLakeError((refused[0] as PromiseRejectedResult).reason, 'FunctionConflict'))
      const { items } = await mappings.list(scope, { limit: 10 })
      assert.equal(items.length, 1)
      await mappings.remove(scope, items[0]!.mapping.id)
      await create()
    },
  )
})

test('a mapping that is removed while it is changed does not come back', async () => {
  const seen: string[] = []
  const call = async (texts: readonly string[]) => void seen.push(...texts)
  await inLake(call, async ({ create, put, mappings, database }) => {
    const { mapping } = await create({ enabled: false })
    const change = () =>
      mappings.update(scope, mapping.id, (before) => ({ ...before, enabled: true }))
    const [, changed] = await Promise.allSettled([mappings.remove(scope, mapping.id), change()])
    assert.equal(changed.status, 'rejected')
    await put(['a'])
    await create({ batchSize: 1 })
    await poll('the record', () => seen.length > 0)
    const rows = await tablesOf(database).selectFrom('functions_checkpoints').selectAll().execute()
    assert.deepEqual([...new Set(rows.map(({ shard_id: id }) => id))], [shardId])
    assert.equal(rows.length, 1)
    assert.deepEqual(seen, ['a'])
  })
})

test('two changes of a mapping at once are both made', async () => {
  await inLake(
    async () => {},
    async ({ create, mappings }) => {
      const { mapping } = await create()
      await Promise.all([
        mappings.update(scope, mapping.id, (before) => ({ ...before, batchSize: 7 })),
        mappings.update(scope, mapping.id, (before) => ({ ...before, windowMs: 5 })),
      ])
      const now = (await mappings.get(scope, mapping.id)).mapping.settings
      assert.deepEqual([now.batchSize, now.windowMs], [7, 5])
    },
  )
})

test('what is too large for a call is given in parts, and a record that no call can hold is given up', async () => {
  const seen: string[] = []
  const sizes: number[] = []
  const call = async (texts: readonly string[], { payload }: InvokeInput) => {
    checkPayload(payload, requestBytesMax, 'RequestResponse')
    sizes.push(payload.byteLength)
    seen.push(...texts)
  }
  await inLake(call, async ({ create, put, streams, mappings }) => {
    await streams.change(scope, { name: 's' }, () => ({ record_size_kib_max: 10_240 }))
    // In UTF-8 a key takes three times as many bytes as it has letters.
    const texts = Array.from({ length: 3900 }, (_, n) => String(n).padEnd(300, '.'))
    await put(texts, '語'.repeat(256))
    await put(['x'.repeat(5_000_000), 'last'])
    const { mapping } = await create({ batchSize: 10_000 })
    await poll('the last record', () => seen.at(-1) === 'last')
    assert.deepEqual(seen, [...texts, 'last'])
    assert.ok(sizes.length < 10, `${sizes.length} calls`)
    await poll('the last result', async () => {
      const { lastResult } = await mappings.get(scope, mapping.id)
      return lastResult === 'OK'
    })
  })
})
