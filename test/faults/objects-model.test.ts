import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLogger, systemClock } from '#kit'
import { createEventBus } from '#platform/events'
import { deliverObjectEvents, type ObjectStore } from '#storage/objects'
import { openStore, readModel, type OpenStore } from './objects-model-lake.ts'
import {
  accountId,
  apply,
  bodyOf,
  bucketOf,
  emptyModel,
  keys,
  lanes,
  type Model,
  type Operation,
} from './objects-model.ts'

const writer = fileURLToPath(new URL('objects-model-writer.ts', import.meta.url))
/** More of them by hand: `OBJECT_CRASHES=500 npm test -- faults/objects-model`. */
const crashes = Number(process.env['OBJECT_CRASHES'] ?? 6)

/** What a lane is known to hold, and what was under way when the writer was killed. */
interface Lane {
  model: Model
  begun: Operation | undefined
  /** Objects that were made and acknowledged: each has told of itself. */
  created: number
}

type Line =
  | { readonly lane: number; readonly begin: Operation }
  | { readonly lane: number; readonly done: Readonly<Record<string, string>> }

test('kill -9 at any time: every bucket holds what was acknowledged, and tells of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-crashes-'))
  const state: Lane[] = Array.from({ length: lanes }, () => ({
    model: emptyModel,
    begun: undefined,
    created: 0,
  }))
  const told = new Map<string, number>()
  let operations = 0
  try {
    for (let crash = 0; crash < crashes; crash++) {
      operations += await writeUntilKilled(
        folder,
        crash + 1,
        30 + Math.floor(Math.random() * 400),
        state,
      )
      await using open = await openStore(folder)
      await open.store.sweep()
      await countEvents(open, told)
      for (const [lane, known] of state.entries()) await compareLane(open.store, lane, known, told)
      await checkBlobs(open.store)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
  console.log(`${operations} operations, ${crashes} crashes`)
})

async function writeUntilKilled(
  folder: string,
  seed: number,
  linesMax: number,
  state: Lane[],
): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=source', writer, folder, `${seed}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let lines = 0
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line
    const lane = state[line.lane]!
    if ('begin' in line) lane.begun = line.begin
    else {
      lane.model = apply(lane.model, lane.begun!, line.done)
      if (creates(lane.begun!)) lane.created++
      lane.begun = undefined
    }
    lines++
    if (lines === linesMax) child.kill('SIGKILL')
  }
  await exited
  assert.ok(lines >= linesMax, 'the writer was killed, and did not end by itself')
  return Math.floor(lines / 2)
}

function creates({ kind }: Operation): boolean {
  return kind === 'put' || kind === 'parts' || kind === 'copy'
}

/** Each key is as it was before the operation under way, or as it is after it; nothing else moved. */
async function compareLane(
  store: ObjectStore,
  lane: number,
  known: Lane,
  told: ReadonlyMap<string, number>,
): Promise<void> {
  const { model: before, begun } = known
  const after = begun ? apply(before, begun) : before
  const found = await readModel(store, lane)
  const bucket = bucketOf(lane)
  const said = `${bucket} after ${JSON.stringify(begun)}`
  assert.ok([before.versioning, after.versioning].includes(found.versioning), said)
  for (const key of keys) {
    const [was, is, will] = [before, found, after].map((model) => shown(model, key))
    assert.ok(is === was || is === will, `${said}: ${key} is ${is}, not ${was} or ${will}`)
  }
  for (const [key, versions] of found.versions) {
    for (const { versionId, number } of versions) {
      if (number === undefined) continue
      const bytes = await buffer(await store.read({ accountId, bucket, key, versionId }))
      assert.ok(bytes.equals(bodyOf(number)), `${said}: ${key} ${versionId} is torn`)
    }
  }
  const page = await store.list({ accountId, bucket, prefix: '', limit: 100 })
  const current = keys.filter((key) => found.versions.get(key)?.[0]?.number !== undefined)
  assert.deepEqual(page.objects.map(({ key }) => key).toSorted(), current.toSorted(), said)

  const count = told.get(bucket) ?? 0
  if (begun && creates(begun) && count === known.created + 1) known.created++
  assert.equal(count, known.created, `${said}: as many events as objects that were made`)
  known.model = found
  known.begun = undefined
}

/** The versions of a key without their ids: of what was under way nobody knows them. */
function shown(model: Model, key: string): string {
  const versions = model.versions.get(key) ?? []
  return JSON.stringify(versions.map(({ number, tag }) => [number ?? 'marker', tag]))
}

/** Delivers what waits in the outbox. */
async function countEvents({ database }: OpenStore, told: Map<string, number>): Promise<void> {
  await using events = createEventBus({ database, clock: systemClock, log: silentLogger() })
  deliverObjectEvents({
    events,
    functions: {
      accepts: async () => true,
      invoke: async ({ bucket }) => void told.set(bucket, (told.get(bucket) ?? 0) + 1),
    },
    ownerId: async () => 'owner',
  })
  await events.settle()
}

async function checkBlobs(store: ObjectStore): Promise<void> {
  for (let lane = 0; lane < lanes; lane++) {
    const bucket = bucketOf(lane)
    const page = { accountId, bucket, prefix: '', limit: 1000 }
    for (const { row } of (await store.listUploads(page)).entries) {
      await store.uploads.abort({ accountId, bucket, key: row!.key, uploadId: row!.upload_id })
    }
  }
  await store.sweep()
  const { orphaned, missing, corrupt } = await store.check()
  assert.deepEqual({ orphaned, missing, corrupt }, { orphaned: 0, missing: 0, corrupt: 0 })
}
